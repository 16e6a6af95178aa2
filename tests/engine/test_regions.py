"""Which nodes stand inside of which."""

from __future__ import annotations

from apps.engine.drawing import draw
from apps.engine.graph import Container, Graph, Node
from apps.engine.regions import Trespass
from apps.engine.value import NodeId

LOOP = Node(NodeId("loop"), "test:loop", container=Container.LOOP, handles=("body",))
TRY = Node(NodeId("try"), "test:try", container=Container.TRY, handles=("try", "catch", "finally"))


def places(graph: Graph) -> dict[str, str]:
    """Return where each node stands, as `loop.body/inner.body`."""
    return {
        node_id: "/".join(f"{container}.{handle}" for container, handle in graph.place(node_id))
        for node_id in graph.nodes
    }


def test_what_a_handle_leads_to_stands_inside_of_it() -> None:
    graph = draw(
        """
        t ──► loop ──body──► a ──► b
              loop ──done──► c
        """,
        loop=LOOP,
    )

    assert places(graph) == {
        **dict.fromkeys(["t", "loop", "c"], ""),
        **dict.fromkeys("ab", "loop.body"),
    }


def test_containers_stand_inside_of_each_other() -> None:
    graph = draw(
        """
        t ──► loop ──body──► inner ──body──► a
                             inner ──done──► b
        """,
        loop=LOOP,
        inner=LOOP,
    )

    assert places(graph) == {
        **dict.fromkeys(["t", "loop"], ""),
        **dict.fromkeys(["inner", "b"], "loop.body"),
        "a": "loop.body/inner.body",
    }


def test_what_two_handles_lead_to_hangs_on_the_exit() -> None:
    graph = draw(
        """
        t ──► try ──try──► a ──► after ──► end
              try ──catch──► b ──► after
        """,
        **{"try": TRY},
    )

    assert (graph.place(NodeId("after")), graph.place(NodeId("end"))) == ((), ())
    assert graph.regions.trespasses == ()
    assert [(edge.source, edge.port) for edge in graph.incoming[NodeId("after")]] == [
        ("try", "done")
    ] * 2


def test_an_edge_that_leaves_more_than_its_own_container_is_a_trespass() -> None:
    #  `after` hangs on the outer loop, and the inner one lies between
    graph = draw(
        """
        t ──► loop ──body──► inner ──body──► a ──► after
              loop ──done──► after
        """,
        loop=LOOP,
        inner=LOOP,
    )

    assert graph.regions.trespasses == (Trespass(3, NodeId("inner"), is_leaving=True),)


def test_an_edge_from_outside_into_a_region_is_a_trespass() -> None:
    graph = draw(
        """
        t ──► loop ──body──► a ──► b
        t ──► b
        """,
        loop=LOOP,
    )

    assert graph.regions.trespasses == (Trespass(3, NodeId("loop"), is_leaving=False),)


def test_two_containers_beside_each_other_share_no_node() -> None:
    graph = draw(
        """
        t ──► loop ──body──► a
        t ──► other ──body──► a
        """,
        loop=LOOP,
        other=LOOP,
    )

    assert graph.regions.trespasses == (Trespass(3, NodeId("loop"), is_leaving=False),)


def test_a_loop_without_a_body_is_no_matter() -> None:
    graph = draw("t ──► loop ──done──► a", loop=LOOP)

    assert places(graph) == dict.fromkeys(["t", "loop", "a"], "")
