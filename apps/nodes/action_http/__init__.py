"""The node type action:http."""

from apps.nodes.action_http.node import NODE

__all__ = ["NODE"]
