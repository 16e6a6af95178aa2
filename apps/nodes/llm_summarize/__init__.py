"""The node type llm:summarize."""

from apps.nodes.llm_summarize.node import NODE

__all__ = ["NODE"]
