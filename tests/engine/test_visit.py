"""The one traversal."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.engine.drawing import draw
from apps.engine.graph import Edge, Node
from apps.engine.visit import walk


@dataclass
class Diary:
    lines: list[str] = field(default_factory=list)

    def enter(self, node: Node) -> None:
        self.lines.append(node.id)

    def cross(self, edge: Edge) -> None:
        self.lines.append(f"{edge.source}→{edge.target}")


def test_a_visitor_sees_each_node_after_all_that_lead_to_it_and_each_edge_between_its_ends() -> (
    None
):
    graph = draw("""
        t ──► a ──► c
        t ──► b ──► c
    """)

    diary = walk(graph, Diary())

    assert diary.lines == ["t", "t→a", "t→b", "a", "a→c", "b", "b→c", "c"]
