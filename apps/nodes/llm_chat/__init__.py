"""The node type llm:chat."""

from apps.nodes.llm_chat.node import NODE

__all__ = ["NODE"]
