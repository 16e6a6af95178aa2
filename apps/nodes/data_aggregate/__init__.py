"""The node type data:aggregate."""

from apps.nodes.data_aggregate.node import NODE

__all__ = ["NODE"]
