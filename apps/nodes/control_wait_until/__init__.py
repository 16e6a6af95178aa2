"""The node type control:wait_until."""

from apps.nodes.control_wait_until.node import NODE

__all__ = ["NODE"]
