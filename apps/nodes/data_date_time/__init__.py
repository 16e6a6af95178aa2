"""The node type data:date_time."""

from apps.nodes.data_date_time.node import NODE

__all__ = ["NODE"]
