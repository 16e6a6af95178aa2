"""The node type control:delay."""

from apps.nodes.control_delay.node import NODE

__all__ = ["NODE"]
