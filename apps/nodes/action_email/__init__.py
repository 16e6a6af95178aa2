"""The node type action:email."""

from apps.nodes.action_email.node import NODE

__all__ = ["NODE"]
