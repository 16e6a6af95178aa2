"""What a new execution keeps of an earlier one, and that it then ends as the earlier one did."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import plan
from apps.engine.failure import Failure
from apps.engine.graph import ERROR_PORT, Edge, Graph, Node, OnError, make_graph
from apps.engine.plan import Completed
from apps.engine.program import load
from apps.engine.rewind import Past, cut, following, is_dead, leading, outermost, rewound
from apps.engine.runner import DAWN
from apps.engine.state import StepStatus
from apps.engine.value import NodeId, StepKey
from apps.nodes import catalogue
from tests.engine.choosing import chosen
from tests.engine.test_properties import Case, World, cases, expected

GONE = Failure("broken", "it broke", is_final=True)


def graph(*ways: str, **changed: dict) -> Graph:
    """`a>b` or `a:port>b`; the trigger is `t`."""
    edges, names = [], dict.fromkeys("t")
    for index, way in enumerate(ways):
        source, target = way.split(">")
        source, _, port = source.partition(":")
        names |= dict.fromkeys([source, target])
        edges.append(Edge(index, NodeId(source), NodeId(target), port or "main"))
    nodes = [
        replace(
            Node(NodeId(name), "test:any", ports=("main", "other"), is_trigger=name == "t"),
            **changed.get(name, {}),
        )
        for name in names
    ]
    return make_graph(nodes, edges)


def past(*names: str) -> list[Past]:
    """What completed: `a`, or `a:port`."""
    made = []
    for each in names:
        name, _, port = each.partition(":")
        made.append(Past(NodeId(name), Completed(port or None)))
    return made


def keeps(shape: Graph, before: list[Past], *starts: str) -> tuple[list[str], list[str]]:
    """What is kept, and what may start then."""
    found = rewound(shape, NodeId("t"), before, [NodeId(each) for each in starts], DAWN)
    return list(found.kept), list(plan.decide(shape, found.frontier, DAWN).start)


def test_what_stands_before_the_start_is_kept_and_what_follows_it_is_not() -> None:
    shape = graph("t>a", "a>b", "b>c")

    assert keeps(shape, past("a", "b", "c"), "b") == (["a"], ["b"])


def test_a_branch_beside_the_start_is_kept_whole() -> None:
    shape = graph("t>a", "t>b", "b>c", "a>d", "c>d")

    assert keeps(shape, past("a", "b", "c", "d"), "a") == (["b", "c"], ["a"])


def test_what_never_settled_runs_though_it_is_no_start() -> None:
    shape = graph("t>a", "t>b")

    assert keeps(shape, past("a")) == (["a"], ["b"])


def test_what_stands_behind_a_new_node_runs_again() -> None:
    shape = graph("t>new", "new>a", "a>b")

    assert keeps(shape, past("a", "b"), "b") == ([], ["new"])


def test_a_port_that_a_node_has_no_more_is_not_kept() -> None:
    shape = graph("t>a", "a:other>b", "b>c")

    assert keeps(shape, past("a:gone", "b"), "c") == ([], ["a"])


def test_a_failure_is_kept_if_the_workflow_goes_on_after_it() -> None:
    ways = ("t>a", f"a:{ERROR_PORT}>b", "b>c")
    ports = ("main", ERROR_PORT)
    goes_on = graph(*ways, a={"on_error": OnError.BRANCH, "ports": ports})
    stops = graph(*ways, a={"on_error": OnError.STOP, "ports": ports})
    before = [Past(NodeId("a"), GONE), *past("b")]

    assert keeps(goes_on, before, "c") == (["a", "b"], ["c"])
    assert rewound(goes_on, NodeId("t"), before, ["c"], DAWN).frontier.had_errors is True
    assert keeps(stops, before, "c") == ([], ["a"])


def test_what_stopped_the_execution_runs_again() -> None:
    shape = graph("t>a", "t>b")
    stopped = Past(NodeId("a"), Completed(is_stop=True))

    assert keeps(shape, [stopped, *past("b")]) == (["b"], ["a"])


def test_the_first_answer_is_kept_as_the_answer() -> None:
    shape = graph("t>a", "a>b")
    answer = Past(NodeId("a"), Completed(is_response=True))

    assert rewound(shape, NodeId("t"), [answer], ["b"], DAWN).frontier.responded == "a"


def test_a_race_that_was_decided_stays_decided() -> None:
    shape = graph("t>a", "t>b", "a>join", "b>join", "join>c", join={"wants": 1})

    found = rewound(shape, NodeId("t"), past("b", "join"), [NodeId("c")], DAWN)

    decision = plan.decide(shape, found.frontier, DAWN)
    assert list(found.kept) == ["b", "join"]
    assert (decision.start, decision.cancel) == (("c",), ("a",))


def test_a_start_to_which_no_way_leads_any_more_is_told() -> None:
    shape = graph("t>a", "a>b", "a:other>c")

    found = rewound(shape, NodeId("t"), past("a:other"), [NodeId("b")], DAWN)

    assert is_dead(found, NodeId("b")) is True
    assert is_dead(found, NodeId("c")) is False


def test_its_time_has_not_begun() -> None:
    shape = graph("t>a", "a>b")

    frontier = rewound(shape, NodeId("t"), past("a"), ["b"], DAWN).frontier

    assert (frontier.used_s, frontier.active_since) == (0.0, None)


def test_what_leads_to_a_node_and_what_follows_it_is_found_over_every_edge() -> None:
    shape = graph("t>a", "a:other>b", "b>c", "t>d")

    assert following(shape, [NodeId("a")]) == {"a", "b", "c"}
    assert leading(shape, [NodeId("b")]) == {"t", "a", "b"}


def test_ways_that_meet_are_gone_back_once() -> None:
    assert leading(graph("t>a", "t>b", "a>c", "b>c", "c>d"), [NodeId("c")]) == {"t", "a", "b", "c"}


def test_what_the_workflow_has_no_more_is_not_kept() -> None:
    assert keeps(graph("t>a", "a>b"), past("gone", "t", "a", "b"), "b") == (["a"], ["b"])


def test_who_lost_a_race_that_is_kept_is_not_kept() -> None:
    shape = graph("t>a", "t>b", "a>j", "b>j", "j>z", j={"wants": 1})

    assert keeps(shape, past("a", "j", "b", "z"), "z") == (["a", "j"], ["z"])


def test_a_program_is_cut_to_what_leads_to_its_ends_and_containers_stay_whole() -> None:
    def node(name: str, kind: str, **config: object) -> dict:
        return {"id": name, "type": kind, "data": {"config": config}}

    ways = ("t>a", "a>b", "t>loop", "loop:body>in", "in>deep", "loop:done>after")
    document = {
        "nodes": [
            node("t", "trigger:manual"),
            *(node(name, "control:no_op") for name in ("a", "b", "in", "deep", "after")),
            node("loop", "control:loop", source=[1]),
        ],
        "edges": [
            {"source": source.partition(":")[0], "target": target}
            | ({"sourceHandle": source.partition(":")[2]} if ":" in source else {})
            for source, _, target in (way.partition(">") for way in ways)
        ],
    }
    program = load(document, catalogue())

    assert set(cut(program, ["a"]).graph.nodes) == {"t", "a"}
    assert cut(program, ["a"]).graph.outgoing["a"] == ()
    assert set(cut(program, ["in", "gone"]).graph.nodes) == {"t", "loop", "in", "deep"}


def test_a_node_inside_of_containers_stands_for_the_outermost() -> None:
    shape = make_graph(
        [
            Node(NodeId("t"), "test:any", is_trigger=True),
            Node(
                NodeId("l"),
                "test:any",
                ports=("body", "main"),
                default_port="main",
                handles=("body",),
            ),
            Node(
                NodeId("r"),
                "test:any",
                ports=("body", "main"),
                default_port="main",
                handles=("body",),
            ),
            Node(NodeId("x"), "test:any"),
        ],
        [
            Edge(0, NodeId("t"), NodeId("l")),
            Edge(1, NodeId("l"), NodeId("r"), "body"),
            Edge(2, NodeId("r"), NodeId("x"), "body"),
        ],
    )

    assert [outermost(shape, NodeId(each)) for each in "tlrx"] == ["t", "l", "l", "l"]


def settled_of(case: Case, world: World) -> list[Past]:
    """What a finished world would leave in its rows, in the order in which it happened."""
    found = []
    for key, status in world.statuses.items():
        node_id = NodeId(key)
        if "[" in key or node_id == "n0":
            continue
        script = case.scripts[node_id]
        if status is StepStatus.FAILED:
            found.append(Past(node_id, GONE))
        elif status is StepStatus.COMPLETED:
            is_container = bool(case.graph.nodes[node_id].handles)
            port = None if is_container else script.port
            had_error = is_container and StepStatus.FAILED in {
                each for inner, each in world.statuses.items() if inner.startswith(f"{key}[")
            }
            done = Completed(port, script.is_response, script.is_stop, had_error)
            found.append(Past(node_id, done))
    return found


@settings(max_examples=60, deadline=None)
@given(case=cases(), pick=st.data())
def test_from_the_start_is_a_fresh_execution(case: Case, pick: st.DataObject) -> None:
    world = World(case, pick)
    world.run()

    found = rewound(case.graph, NodeId("n0"), settled_of(case, world), case.graph.nodes, DAWN)

    fresh = plan.begin(case.graph, NodeId("n0"), DAWN)
    assert found.kept == ()
    assert found.frontier == replace(fresh, active_since=None)


@settings(max_examples=100, deadline=None)
@given(case=cases(is_racing=False), pick=st.data())
def test_without_a_race_from_any_node_ends_as_the_whole_did(
    case: Case, pick: st.DataObject
) -> None:
    first = World(case, pick)
    first.run()
    start = outermost(case.graph, chosen(pick.draw, list(case.graph.nodes)))

    found = rewound(case.graph, NodeId("n0"), settled_of(case, first), [start], DAWN)
    second = World(case, pick)
    second.statuses = {StepKey("n0"): StepStatus.COMPLETED}
    second.statuses |= {StepKey(each): first.statuses[StepKey(each)] for each in found.kept}
    _, finish = second.go_on(found.frontier)

    statuses, _ = expected(case)
    inside = {key for key in statuses if "[" in key and outermost_of(case, key) in found.kept}
    assert second.statuses == {key: each for key, each in statuses.items() if key not in inside}
    assert finish.had_errors is (StepStatus.FAILED in statuses.values())
    ran = {key for key, _ in second.begun if "[" not in key}
    assert ran.isdisjoint(found.kept)
    assert set(found.kept) == {
        key
        for key, status in statuses.items()
        if "[" not in key
        and key != "n0"
        and key not in following(case.graph, [start])
        and status in {StepStatus.COMPLETED, StepStatus.FAILED}
    }


def outermost_of(case: Case, key: StepKey) -> NodeId:
    return NodeId(key.split("[")[0])


@settings(max_examples=60, deadline=None)
@given(case=cases(), pick=st.data())
def test_from_any_node_every_execution_ends_and_keeps_nothing_that_follows(
    case: Case, pick: st.DataObject
) -> None:
    first = World(case, pick, has_faults=True)
    first.run()
    start = outermost(case.graph, chosen(pick.draw, list(case.graph.nodes)))

    found = rewound(case.graph, NodeId("n0"), settled_of(case, first), [start], DAWN)
    second = World(case, pick)
    second.statuses = {StepKey("n0"): StepStatus.COMPLETED}
    second.statuses |= {StepKey(each): first.statuses[StepKey(each)] for each in found.kept}
    frontier, _ = second.go_on(found.frontier)

    assert (frontier.steps, frontier.blocks) == ({}, {})
    assert following(case.graph, [start]).isdisjoint(found.kept)
    assert len(set(found.kept)) == len(found.kept)


def test_a_failure_that_time_may_heal_is_no_past() -> None:
    shape = graph("t>a", a={"on_error": OnError.CONTINUE})
    flaky = Past(NodeId("a"), Failure("timeout", "late", is_retryable=True))

    assert keeps(shape, [flaky]) == ([], ["a"])
