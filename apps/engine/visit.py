"""The one traversal of a graph: checks, explanations and exports are visitors of it."""

from __future__ import annotations

from typing import Protocol, TypeVar

from apps.engine.graph import Edge, Graph, Node


class Visitor(Protocol):
    """Sees every node after all that lead to it, and every edge after its source and before its target."""

    def enter(self, node: Node) -> None:
        """See a node; every edge into it was seen before."""
        ...

    def cross(self, edge: Edge) -> None:
        """See an edge; its source was entered before."""
        ...


AnyVisitor = TypeVar("AnyVisitor", bound=Visitor)


def walk(graph: Graph, visitor: AnyVisitor) -> AnyVisitor:
    """Lead `visitor` once through the whole graph, against no edge, and give it back.

    Nodes come in topological order, ties as in the document; the edges of a node as in the document.
    """
    for node_id in graph.order:
        visitor.enter(graph.nodes[node_id])
        for edge in graph.outgoing[node_id]:
            visitor.cross(edge)
    return visitor
