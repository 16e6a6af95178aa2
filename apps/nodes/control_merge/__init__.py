"""The node type control:merge."""

from apps.nodes.control_merge.node import NODE

__all__ = ["NODE"]
