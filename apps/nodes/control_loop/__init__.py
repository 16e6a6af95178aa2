"""The node type control:loop."""

from apps.nodes.control_loop.node import NODE

__all__ = ["NODE"]
