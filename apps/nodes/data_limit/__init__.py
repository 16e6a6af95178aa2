"""The node type data:limit."""

from apps.nodes.data_limit.node import NODE

__all__ = ["NODE"]
