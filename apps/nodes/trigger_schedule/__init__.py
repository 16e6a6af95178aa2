"""The node type trigger:schedule."""

from apps.nodes.trigger_schedule.node import NODE

__all__ = ["NODE"]
