"""The node type control:join."""

from apps.nodes.control_join.node import NODE

__all__ = ["NODE"]
