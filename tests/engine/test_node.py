"""Node types, told as data, and what a node is given."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect, OnError
from apps.engine.node import (
    Context,
    Input,
    NodeType,
    Respond,
    Result,
    Stop,
    Wait,
    describe,
    input_of,
    output_of,
    run_of,
)
from apps.engine.testing import in_memory_ports
from apps.engine.value import Json, NodeId, StepKey


def run(_ctx: Context) -> Result:
    return Result(1)


PLAIN = NodeType(type="test:x", title="X", description="Does x.", category="test", run=run)
CASED = replace(
    PLAIN,
    ports=lambda config: tuple(str(name) for name in config.get("cases") or ()),
    fields=(
        Field(name="cases", kind=Kind.LIST, default=["a", "b"]),
        Field(name="key", kind=Kind.CREDENTIAL, options=("github",)),
    ),
    effect=Effect.EXTERNAL,
    needs_port=True,
)


def test_a_node_type_has_no_scripts_unless_it_says_so() -> None:
    assert (list(PLAIN.scripts({"script": "return 1"})), PLAIN.languages) == ([], ())


@pytest.mark.parametrize(
    ("kind", "config", "on_error", "ports"),
    [
        (PLAIN, {}, OnError.STOP, ("main",)),
        (PLAIN, {}, OnError.CONTINUE, ("main",)),
        (PLAIN, {}, OnError.BRANCH, ("main", "error")),
        (CASED, {"cases": ["x"]}, OnError.STOP, ("x",)),
        (CASED, {"cases": ["x", "y"]}, OnError.BRANCH, ("x", "y", "error")),
    ],
)
def test_ports_may_follow_from_the_config(
    kind: NodeType, config: dict[str, Json], on_error: OnError, ports: tuple[str, ...]
) -> None:
    assert kind.ports_of(config, on_error) == ports


def test_the_default_port_is_the_named_one_or_else_the_first() -> None:
    assert CASED.default_port_of({"cases": ["x", "y"]}) == "x"
    assert replace(CASED, default_port="y").default_port_of({"cases": ["x", "y"]}) == "y"


def test_what_is_not_said_is_tried_once_for_five_minutes_and_finds_nothing_wrong() -> None:
    assert PLAIN.attempts({}) == 1
    assert PLAIN.timeout_of({}) == 300
    assert list(PLAIN.check({})) == []
    assert replace(PLAIN, timeout_s=lambda _: 1e9).timeout_of({}) == 3600


def test_a_field_is_found_by_name() -> None:
    key = Field(name="key", kind=Kind.CREDENTIAL, options=("github",))
    assert CASED.field("key") == key
    assert CASED.field("lock") is None


def test_a_trigger_is_never_run() -> None:
    assert run_of(PLAIN) is run
    with pytest.raises(NodeError, match="cannot be run"):
        run_of(replace(PLAIN, run=None))


def test_a_type_is_told_as_json() -> None:
    examples = [{"title": "One", "config": {"cases": []}, "output": 1}]
    shown = replace(CASED, icon="<svg/>", doc="# X", examples=examples)

    told = describe(replace(shown, output_schema={"type": "object"}))

    assert json.loads(json.dumps(told)) == {
        "type": "test:x",
        "title": "X",
        "description": "Does x.",
        "category": "test",
        "version": 1,
        "icon": "<svg/>",
        "doc": "# X",
        "examples": [{"title": "One", "config": {"cases": []}}],
        "ports": ["a", "b"],
        "handles": [],
        "has_dynamic_ports": True,
        "needs_port": True,
        "fields": [
            {
                "name": "cases",
                "kind": "list",
                "title": "cases",
                "required": False,
                "default": ["a", "b"],
            },
            {
                "name": "key",
                "kind": "credential",
                "title": "key",
                "required": False,
                "options": ["github"],
            },
        ],
        "credentials": ["github"],
        "effect": "external",
        "on_unknown": "rerun",
        "is_trigger": False,
        "is_response": False,
        "output_schema": {"type": "object"},
    }


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ([], None),
        ([Input(NodeId("a"), 1)], 1),
        ([Input(NodeId("b"), 2), Input(NodeId("a"), 1)], {"b": 2, "a": 1}),
    ],
)
def test_one_input_stands_for_itself_and_several_by_node(
    inputs: list[Input], expected: Json
) -> None:
    assert input_of(inputs) == expected


@pytest.mark.parametrize(
    ("answer", "output"),
    [
        (Result(1, "main"), 1),
        (Stop({"a": 1}), {"a": 1}),
        (Respond(201, {}, "body"), "body"),
        (Wait(seconds=5), None),
    ],
)
def test_each_answer_leaves_its_output(
    answer: Result | Stop | Respond | Wait, output: Json
) -> None:
    assert output_of(answer) == output


def test_a_response_is_stored_whole() -> None:
    assert Respond(201, {"A": "b"}, [1]).response == {
        "status": 201,
        "headers": {"A": "b"},
        "body": [1],
    }


def test_a_context_opens_its_ports() -> None:
    ports = in_memory_ports()
    ctx = Context(NodeId("a"), StepKey("a"), Config({}), ports, (Input(NodeId("b"), 2),))

    assert (ctx.http, ctx.clock, ctx.log) == (ports.http, ports.clock, ports.log)
    assert ctx.input == 2
