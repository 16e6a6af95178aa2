"""The node type data:compress."""

from apps.nodes.data_compress.node import NODE

__all__ = ["NODE"]
