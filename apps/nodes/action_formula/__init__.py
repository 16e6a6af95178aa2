"""The node type action:formula."""

from apps.nodes.action_formula.node import NODE

__all__ = ["NODE"]
