"""The node type control:try."""

from apps.nodes.control_try.node import NODE

__all__ = ["NODE"]
