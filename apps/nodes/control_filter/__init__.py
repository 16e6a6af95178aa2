"""The node type control:filter."""

from apps.nodes.control_filter.node import NODE

__all__ = ["NODE"]
