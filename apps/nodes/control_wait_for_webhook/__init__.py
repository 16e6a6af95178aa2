"""The node type control:wait_for_webhook."""

from apps.nodes.control_wait_for_webhook.node import NODE

__all__ = ["NODE"]
