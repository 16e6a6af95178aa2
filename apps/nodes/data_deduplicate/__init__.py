"""The node type data:deduplicate."""

from apps.nodes.data_deduplicate.node import NODE

__all__ = ["NODE"]
