"""Nodes and edges, their order and their circles."""

from __future__ import annotations

import pytest

from apps.engine.drawing import draw
from apps.engine.graph import CycleError, Edge, Node, make_graph, topological_order
from apps.engine.value import NodeId

DIAMOND = """
    t ──► a ──► d
    t ──► b ──► d
"""


def test_a_picture_is_a_graph() -> None:
    graph = draw(DIAMOND)

    assert list(graph.nodes) == ["t", "a", "d", "b"]
    assert [(edge.source, edge.target) for edge in graph.edges] == [
        ("t", "a"),
        ("a", "d"),
        ("t", "b"),
        ("b", "d"),
    ]
    assert graph.triggers == ("t",)


def test_every_node_stands_after_all_that_lead_to_it() -> None:
    graph = draw(DIAMOND)

    assert graph.order == ("t", "a", "b", "d")
    assert graph.parents(NodeId("d")) == ("a", "b")
    assert graph.children(NodeId("t")) == ("a", "b")


def test_two_edges_between_the_same_nodes_make_one_parent_and_one_child() -> None:
    graph = draw("""
        if ──true──► a
        if ──false──► a
    """)

    assert graph.parents(NodeId("a")) == ("if",)
    assert graph.children(NodeId("if")) == ("a",)


def test_sources_are_what_nothing_leads_to() -> None:
    graph = draw("""
        t ──► a
        loose ──► b
    """)

    assert graph.sources == ("t", "loose")


def test_a_leaf_is_followed_by_nothing_but_perhaps_by_its_error_port() -> None:
    #  t ──► a ──error──► mend
    graph = draw("t ──► a ──error──► mend")

    assert graph.leaves == {"a", "mend"}


@pytest.mark.parametrize(
    ("pairs", "path"),
    [
        ([("a", "a")], ("a", "a")),
        ([("a", "b"), ("b", "a")], ("a", "b", "a")),
        ([("t", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")], ("a", "b", "c", "a")),
        ([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "e")], ("b", "c", "b")),
    ],
)
def test_a_circle_is_refused_and_named(pairs: list[tuple[str, str]], path: tuple[str, ...]) -> None:
    names = dict.fromkeys(NodeId(name) for pair in pairs for name in pair)

    with pytest.raises(CycleError) as caught:
        topological_order(names, [(NodeId(one), NodeId(other)) for one, other in pairs])

    assert set(caught.value.path) == set(path)
    assert caught.value.path[0] == caught.value.path[-1]
    assert len(caught.value.path) == len(path)
    steps = set(zip(caught.value.path, caught.value.path[1:], strict=False))
    assert steps <= set(pairs)


def test_a_graph_with_a_circle_is_never_made() -> None:
    nodes = [Node(NodeId("a"), "test:any"), Node(NodeId("b"), "test:any")]
    edges = [Edge(0, NodeId("a"), NodeId("b")), Edge(1, NodeId("b"), NodeId("a"))]

    with pytest.raises(CycleError, match="→"):
        make_graph(nodes, edges)
