"""The node type data:file."""

from apps.nodes.data_file.node import NODE

__all__ = ["NODE"]
