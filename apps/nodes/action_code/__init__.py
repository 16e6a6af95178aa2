"""The node type action:code."""

from apps.nodes.action_code.node import NODE

__all__ = ["NODE"]
