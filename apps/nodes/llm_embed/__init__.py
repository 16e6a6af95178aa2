"""The node type llm:embed."""

from apps.nodes.llm_embed.node import NODE

__all__ = ["NODE"]
