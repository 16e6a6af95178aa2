"""The node type data:crypto."""

from apps.nodes.data_crypto.node import NODE

__all__ = ["NODE"]
