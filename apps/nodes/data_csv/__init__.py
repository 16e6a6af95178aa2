"""The node type data:csv."""

from apps.nodes.data_csv.node import NODE

__all__ = ["NODE"]
