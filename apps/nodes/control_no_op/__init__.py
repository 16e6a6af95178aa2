"""The node type control:no_op."""

from apps.nodes.control_no_op.node import NODE

__all__ = ["NODE"]
