"""The node type data:split."""

from apps.nodes.data_split.node import NODE

__all__ = ["NODE"]
