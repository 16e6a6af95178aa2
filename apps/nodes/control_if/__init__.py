"""The node type control:if."""

from apps.nodes.control_if.node import NODE

__all__ = ["NODE"]
