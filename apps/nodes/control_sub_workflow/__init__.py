"""The node type control:delay."""

from apps.nodes.control_sub_workflow.node import NODE

__all__ = ["NODE"]
