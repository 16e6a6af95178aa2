"""The node type llm:classify."""

from apps.nodes.llm_classify.node import NODE

__all__ = ["NODE"]
