"""The node type control:retry."""

from apps.nodes.control_retry.node import NODE

__all__ = ["NODE"]
