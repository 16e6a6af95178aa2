"""The node type action:respond."""

from apps.nodes.action_respond.node import NODE

__all__ = ["NODE"]
