"""The node type control:delay."""

from apps.nodes.trigger_sub_workflow.node import NODE

__all__ = ["NODE"]
