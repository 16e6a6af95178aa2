"""The node type control:parallel."""

from apps.nodes.control_parallel.node import NODE

__all__ = ["NODE"]
