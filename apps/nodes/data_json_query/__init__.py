"""The node type data:json_query."""

from apps.nodes.data_json_query.node import NODE

__all__ = ["NODE"]
