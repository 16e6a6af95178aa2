"""The node type action:transform."""

from apps.nodes.action_transform.node import NODE

__all__ = ["NODE"]
