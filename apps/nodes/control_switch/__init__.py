"""The node type control:switch."""

from apps.nodes.control_switch.node import NODE

__all__ = ["NODE"]
