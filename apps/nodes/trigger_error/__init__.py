"""The node type control:delay."""

from apps.nodes.trigger_error.node import NODE

__all__ = ["NODE"]
