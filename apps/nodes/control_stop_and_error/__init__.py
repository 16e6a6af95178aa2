"""The node type control:stop_and_error."""

from apps.nodes.control_stop_and_error.node import NODE

__all__ = ["NODE"]
