"""The node type trigger:manual."""

from apps.nodes.trigger_manual.node import NODE

__all__ = ["NODE"]
