"""The node type control:approval."""

from apps.nodes.control_approval.node import NODE

__all__ = ["NODE"]
