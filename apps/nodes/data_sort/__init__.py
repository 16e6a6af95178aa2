"""The node type data:sort."""

from apps.nodes.data_sort.node import NODE

__all__ = ["NODE"]
