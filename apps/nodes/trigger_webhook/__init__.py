"""The node type trigger:webhook."""

from apps.nodes.trigger_webhook.node import NODE

__all__ = ["NODE"]
