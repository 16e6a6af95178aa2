"""The node type data:html."""

from apps.nodes.data_html.node import NODE

__all__ = ["NODE"]
