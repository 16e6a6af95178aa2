"""The node type data:xml."""

from apps.nodes.data_xml.node import NODE

__all__ = ["NODE"]
