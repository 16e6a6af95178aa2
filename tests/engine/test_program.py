"""A document made ready to run: types, ports, policies, and what each node reads."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.graph import Effect, OnError, OnUnknown
from apps.engine.problem import DocumentError
from apps.engine.program import Program, load
from apps.engine.retry import Backoff, RetryPolicy
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue


def program(builder: Builder) -> Program:
    return load(builder.build(), catalogue())


def codes(builder: Builder) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        program(builder)
    return [problem.code for problem in caught.value.problems]


def edges(*written: dict[str, Json]) -> dict[str, Json]:
    nodes = Builder().node("t", "trigger:manual").then("if", "control:if", condition="true")
    document = nodes.node("a", "control:no_op").build()
    return {**document, "edges": [{"source": "t", "target": "if"}, *written]}


@pytest.mark.parametrize(
    "edge",
    [
        {"sourceHandle": "true"},
        {"label": "true"},
        {"sourceHandle": "true", "label": "false"},
        {"sourceHandle": "", "label": "true"},
    ],
)
def test_an_edge_leaves_by_its_handle_or_else_by_a_label_that_is_a_port(
    edge: dict[str, Json],
) -> None:
    graph = load(edges({"source": "if", "target": "a", **edge}), catalogue()).graph

    assert graph.edges[1].port == "true"


def test_a_label_that_is_no_port_is_decoration() -> None:
    document = edges({"source": "if", "target": "a", "sourceHandle": "false", "label": "never"})

    assert load(document, catalogue()).graph.edges[1].port == "false"


def test_an_edge_leaves_a_node_with_one_port_by_it() -> None:
    document = edges({"source": "t", "target": "a", "label": "go"})

    assert load(document, catalogue()).graph.edges[1].port == "main"


@pytest.mark.parametrize(
    ("edge", "code"),
    [
        ({"source": "if", "target": "a"}, "port_missing"),
        ({"source": "if", "target": "a", "label": "perhaps"}, "port_missing"),
        ({"source": "if", "target": "a", "sourceHandle": "perhaps"}, "port_unknown"),
        ({"source": "t", "target": "a", "sourceHandle": "error"}, "error_port_closed"),
        ({"source": "a", "target": "a"}, "self_loop"),
        ({"source": "a", "target": "t"}, "edge_into_trigger"),
        ({"source": "a", "target": "x"}, "edge_node_unknown"),
        ({"source": "x", "target": "a"}, "edge_node_unknown"),
        ({"source": "if", "target": "t", "sourceHandle": "true"}, "cycle"),
    ],
)
def test_an_edge_that_does_not_fit_is_an_error(edge: dict[str, Json], code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load(edges(edge), catalogue())

    assert code in [problem.code for problem in caught.value.problems]


def test_an_edge_whose_ends_are_both_unknown_names_both() -> None:
    with pytest.raises(DocumentError) as caught:
        load(edges({"id": "e9", "source": "x", "target": "y"}), catalogue())

    assert [(p.code, p.edge_id, p.path) for p in caught.value.problems] == [
        ("edge_node_unknown", "e9", "/edges/1/source"),
        ("edge_node_unknown", "e9", "/edges/1/target"),
    ]


def test_the_error_port_exists_only_where_failures_branch() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.data(on_error="branch").then("b", "control:no_op", port="error")

    node = program(builder).graph.nodes[NodeId("a")]

    assert node.on_error is OnError.BRANCH
    assert node.ports == ("main", "error")


def test_the_cases_of_a_switch_are_its_ports() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("s", "control:switch", cases=[{"name": "big", "when": "true"}])
    builder.then("a", "control:no_op", port="big")

    node = program(builder).graph.nodes[NodeId("s")]

    assert node.ports == ("big", "fallback")
    assert node.default_port == "fallback"


def test_a_node_has_the_facts_of_its_type() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url="https://a.b")
    builder.data(disabled=True, name="Call")

    graph = program(builder).graph

    assert graph.nodes[NodeId("t")].is_trigger
    node = graph.nodes[NodeId("h")]
    assert (node.effect, node.retry, node.is_disabled, node.name) == (
        Effect.EXTERNAL,
        RetryPolicy(attempts=3),
        True,
        "Call",
    )
    assert graph.timeout_s == 3600


@pytest.mark.parametrize("is_inside", [True, False])
def test_what_every_node_may_say_stands_beside_its_config_or_as_of_old_inside(
    is_inside: bool,
) -> None:
    said: dict[str, Json] = {
        "on_error": "continue",
        "on_unknown": "stop",
        "retry": {"attempts": 2, "backoff": "fixed"},
    }
    builder = Builder().node("t", "trigger:manual")
    builder.then("a", "control:no_op", **(said if is_inside else {}))
    builder.data(**({} if is_inside else said))

    node = program(builder).graph.nodes[NodeId("a")]

    assert node.on_error is OnError.CONTINUE
    assert node.on_unknown is OnUnknown.STOP
    assert node.retry == retry_of(2)
    assert node.config == {}


def retry_of(attempts: int) -> RetryPolicy:
    return RetryPolicy(attempts=attempts, backoff=Backoff.FIXED)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"on_error": "panic"}, ("on_error_invalid", "/nodes/1/data/on_error", "on_error")),
        ({"on_unknown": 7}, ("on_unknown_invalid", "/nodes/1/data/on_unknown", "on_unknown")),
        (
            {"retry": {"attempts": 0}},
            ("retry_invalid", "/nodes/1/data/retry/attempts", "retry.attempts"),
        ),
        ({"retry": "often"}, ("retry_invalid", "/nodes/1/data/retry", "retry")),
    ],
)
def test_what_a_node_says_wrongly_is_named(
    said: dict[str, Json], problem: tuple[str, str, str]
) -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op").data(**said)

    with pytest.raises(DocumentError) as caught:
        program(builder)

    assert [(p.code, p.path, p.field) for p in caught.value.problems] == [problem]


def test_two_nodes_or_edges_with_one_id_are_errors() -> None:
    builder = Builder().node("t", "trigger:manual").node("a", "control:no_op")
    document = builder.node("a", "control:no_op").build()
    document["edges"] = [{"id": "e", "source": "t", "target": "a"}] * 2

    with pytest.raises(DocumentError) as caught:
        load(document, catalogue())

    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("node_id_duplicate", "/nodes/2/id"),
        ("edge_id_duplicate", "/edges/1/id"),
    ]


@pytest.mark.parametrize(
    ("kind", "hint"), [("action:htp", "Did you mean action:http?"), ("zzz", "here.")]
)
def test_an_unknown_type_names_the_nearest_one(kind: str, hint: str) -> None:
    builder = Builder().node("t", "trigger:manual").then("a", kind)

    with pytest.raises(DocumentError, match="does not exist") as caught:
        program(builder)

    (problem,) = caught.value.problems
    assert (problem.code, problem.node_id) == ("node_type_unknown", "a")
    assert problem.message.endswith(hint)


def test_every_problem_is_found_at_once() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "nope:nope")
    builder.then("h", "action:http").data(retry={"attempts": 0})
    builder.then("i", "control:if", condition="1 +").edge("i", "t").edge("h", "gone")

    assert codes(builder) == [
        "node_type_unknown",
        "field_required",
        "retry_invalid",
        "syntax_error",
        "edge_into_trigger",
        "edge_node_unknown",
        "cycle",
    ]


def test_a_warning_alone_does_not_stop_a_program() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op", colour="red")

    assert program(builder).is_complete


@pytest.mark.parametrize(
    ("config", "steps", "has_input"),
    [
        ({"values": {"a": "plain"}}, frozenset(), True),
        ({"values": {"a": "{{ steps.s1.x }}", "b": "{{ steps['s2'] }}"}}, {"s1", "s2"}, True),
        ({"values": {"a": "{{ steps }}"}}, None, True),
        ({"values": {"a": "{{ steps[trigger.name] }}"}}, None, True),
    ],
)
def test_a_program_knows_which_outputs_a_node_reads(
    config: dict[str, Json], steps: frozenset[str] | None, has_input: bool
) -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("s1", "control:no_op").then("s2", "control:no_op").then(
        "a", "action:set", **config
    )

    needs = program(builder).needs(NodeId("a"))

    assert (needs.steps, needs.has_input) == (steps, has_input)


@pytest.mark.parametrize(
    ("expression", "has_input"), [("trigger.a", False), ("input.a > 1", True), ("vars.a", False)]
)
def test_inputs_are_read_only_where_somebody_reads_them(expression: str, has_input: bool) -> None:
    builder = (
        Builder().node("t", "trigger:manual").then("f", "action:formula", expression=expression)
    )

    assert program(builder).needs(NodeId("f")).has_input is has_input


def test_a_program_knows_which_credentials_a_node_names() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url="https://a.b")
    builder.data(
        config={"url": "https://a.b/{{ credentials.one }}", "body": "{{ credentials.two }}"}
    )

    assert program(builder).needs(NodeId("h")).credentials == {"one", "two"}
    assert program(builder).credentials == {"one", "two"}
    assert program(builder).needs(NodeId("h")).chosen == {}


def test_a_program_has_the_settings_of_its_document() -> None:
    loaded = program(Builder().node("t", "trigger:manual").settings(on_missing="null"))

    assert loaded.on_missing == "null"
    assert loaded.settings.timeout_s == 3600


@pytest.mark.parametrize(
    ("kind", "hears"), [("control:wait_for_webhook", True), ("control:no_op", False)]
)
def test_a_program_knows_whether_somebody_may_come_back_to_it(kind: str, hears: bool) -> None:
    assert program(Builder().node("t", "trigger:manual").then("n", kind)).hears is hears
