"""The node type control:fork."""

from apps.nodes.control_fork.node import NODE

__all__ = ["NODE"]
