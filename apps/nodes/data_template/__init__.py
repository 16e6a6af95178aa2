"""The node type data:template."""

from apps.nodes.data_template.node import NODE

__all__ = ["NODE"]
