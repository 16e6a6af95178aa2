"""The node type action:set."""

from apps.nodes.action_set.node import NODE

__all__ = ["NODE"]
