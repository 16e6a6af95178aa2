"""The node type llm:extract."""

from apps.nodes.llm_extract.node import NODE

__all__ = ["NODE"]
