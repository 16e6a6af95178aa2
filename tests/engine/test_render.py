"""From a node and what has happened to the context in which it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.engine.builder import Builder
from apps.engine.errors import EngineError
from apps.engine.frontier import OpenStep
from apps.engine.node import Input
from apps.engine.program import Program, load
from apps.engine.render import Facts, Known, Prepared, idempotency_key, prepare, sources_of
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.state import Reason, StepStatus
from apps.engine.testing import FakeLog, in_memory_ports, secret_named
from apps.engine.value import Json, NodeId, ScopeKey, StepKey
from apps.nodes import catalogue

ME = StepKey("me")
RUNNING = OpenStep(StepStatus.RUNNING, (1, 2), 2, DAWN, woken=Reason.DELAY, note={"n": 1})
FACTS = Facts("e1", "t1", "w1", {"id": 7}, {"key": secret_named("key", "hunter2-hunter2")})


def program(values: Json, **settings: Json) -> Program:
    #  t ──► a ──► me
    #  t ──► b ──►
    builder = Builder().node("t", "trigger:manual").then("b", "control:no_op")
    builder.after("t").then("a", "control:no_op").node("me", "action:set", values=values)
    builder.edge("a", "me").edge("b", "me").settings(**settings)
    document = builder.variables({"region": "eu"}).build()
    edges = document["edges"]
    assert isinstance(edges, list)
    return load({**document, "edges": [edges[0], edges[2], edges[3], edges[1]]}, catalogue())


def prepared(
    values: Json,
    outputs: Mapping[StepKey, Json] | None = None,
    step: OpenStep = RUNNING,
    facts: Facts = FACTS,
    **settings: Json,
) -> Prepared:
    found = outputs if outputs is not None else {StepKey("a"): 1, StepKey("b"): {"x": 2}}
    return prepare(program(values, **settings), facts, ME, step, Known(found), in_memory_ports())


def rendered(template: str, **settings: Json) -> Json:
    values = prepared({"x": template}, **settings).context.config.json("values")
    assert isinstance(values, dict)
    return values["x"]


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ trigger.id }}", 7),
        ("{{ steps.b.x }}", 2),
        ("{{ vars.region }}", "eu"),
        ("{{ input }}", {"a": 1, "b": {"x": 2}}),
        ("{{ env.tenant_id }}/{{ env.workflow_id }}/{{ env.execution_id }}", "t1/w1/e1"),
    ],
)
def test_expressions_read_the_roots(template: str, value: Json) -> None:
    assert rendered(template) == value


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ today() }}", "2024-01-01"),
        ("{{ today('UTC') }}", "2023-12-31"),
        ("{{ now() }}", "2023-12-31T20:30:00Z"),
        ("{{ getHours(now()) }}", 5),
        ("{{ getHours(now(), 'UTC') }}", 20),
        ("{{ parseDate('2024-05-07 10:00') }}", "2024-05-07T10:00:00+09:00"),
        ("{{ parseDate('7.5.2024', 'D.M.YYYY') }}", "2024-05-07T00:00:00+09:00"),
        ("{{ parseDate('2024-05-07T10:00:00Z') }}", "2024-05-07T10:00:00Z"),
        ("{{ addHours('2024-05-07 23:30', 1) }}", "2024-05-08T00:30:00+09:00"),
        ("{{ timestamp('1970-01-01 09:00') }}", 0),
        ("{{ diffHours('2024-05-07', '2024-05-07T00:00:00Z') }}", 9),
        ("{{ formatDate(now(), 'DD HH:mm Z') }}", "01 05:30 +09:00"),
        ("{{ formatDate(now(), 'HH:mm', 'UTC') }}", "20:30"),
        ("{{ formatDate('2024-05-07T12:00:00+02:00', 'HH Z') }}", "19 +09:00"),
    ],
)
def test_dates_are_those_of_the_time_zone_of_the_workflow(template: str, value: Json) -> None:
    evening = datetime(2023, 12, 31, 20, 30, tzinfo=UTC)
    step = replace(RUNNING, first_start=evening)

    values = prepared({"x": template}, step=step, timezone="Asia/Tokyo").context.config.json(
        "values"
    )

    assert values == {"x": value}


def test_hours_are_counted_over_a_change_of_the_clocks() -> None:
    # In Berlin the clocks went from two to three that night.
    template = "{{ diffHours('2024-03-31 00:00', '2024-03-31 06:00') }}"

    assert rendered(template, timezone="Europe/Berlin") == 5


def test_time_and_chance_are_the_same_at_every_attempt() -> None:
    values = {"x": "{{ env.current_timestamp }} {{ now() }} {{ uuid() }} {{ random() }}"}

    first = prepared(values, step=replace(RUNNING, attempt=1)).masked
    again = prepared(values, step=replace(RUNNING, attempt=3)).masked
    other = prepared(values, step=replace(RUNNING, first_start=DAWN + timedelta(seconds=1))).masked

    assert first == again
    assert first != other


def test_the_context_has_all_that_the_step_knows() -> None:
    ctx = prepared({}).context

    assert (ctx.node_id, ctx.step_key, ctx.attempt, ctx.woken) == ("me", "me", 2, Reason.DELAY)
    assert ctx.inputs == (Input(NodeId("a"), 1), Input(NodeId("b"), {"x": 2}))
    assert ctx.trigger == {"id": 7}
    assert ctx.idempotency_key == idempotency_key("e1", ME) == "e1:me"
    assert ctx.started_at == DAWN
    assert ctx.note == {"n": 1}
    assert ctx.timeout_s == 300


def test_an_input_without_an_output_is_left_out() -> None:
    found = prepared({"x": "{{ input ?? 'none' }}"}, {}).context

    assert found.inputs == ()
    assert found.config.json("values") == {"x": "none"}
    assert prepared({}, {StepKey("b"): 2}).context.input == 2


class Shelf(Mapping[StepKey, Json]):
    """Outputs that are read only when somebody asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getitem__(self, name: StepKey) -> Json:
        self.asked.append(name)
        return {"x": 1}

    def __iter__(self) -> Iterator[StepKey]:
        raise AssertionError("nobody needs them all")

    def __len__(self) -> int:
        raise AssertionError("nobody counts them")


def test_only_the_outputs_that_are_named_are_read() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.then("me", "action:formula", expression="steps.a.x")
    loaded = load(builder.build(), catalogue())
    shelf = Shelf()

    ready = prepare(
        loaded, FACTS, ME, replace(RUNNING, taken=(1,)), Known(shelf), in_memory_ports()
    )
    assert shelf.asked == []

    assert ready.context.config.formula("expression").value() == 1
    assert shelf.asked == ["a"]


def test_what_is_stored_of_the_config_holds_no_secret() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("me", "action:http", url="https://a.b/{{ trigger.id }}")
    builder.data(config={"url": "https://a.b", "headers": {"A": "Bearer {{ credentials.key }}"}})
    loaded = load(builder.build(), catalogue())

    ready = prepare(loaded, FACTS, ME, RUNNING, Known(), in_memory_ports())

    assert ready.masked["headers"] == {"A": "[REDACTED]"}
    assert ready.mask.text("echo: Bearer hunter2-hunter2") == "echo: [REDACTED]"
    assert ready.mask.text("the key is hunter2-hunter2") == "the key is [REDACTED]"


def test_a_credential_that_nobody_has_fails_the_step() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("me", "action:http", url="https://a.b/{{ credentials.other }}")

    with pytest.raises(EngineError) as caught:
        prepare(load(builder.build(), catalogue()), FACTS, ME, RUNNING, Known(), in_memory_ports())

    assert caught.value.code == "credential_missing"


def test_a_credential_that_may_be_missing_is_no_matter() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("me", "action:http", url="https://a.b/{{ credentials.other ?? 'x' }}")

    ready = prepare(
        load(builder.build(), catalogue()), FACTS, ME, RUNNING, Known(), in_memory_ports()
    )

    assert ready.context.config.sendable("url") in {"https://a.b/x", Secret("https://a.b/x")}


def test_what_a_node_logs_holds_no_secret() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("me", "action:http", url="https://a.b/{{ credentials.key }}")
    ports = in_memory_ports()

    ready = prepare(load(builder.build(), catalogue()), FACTS, ME, RUNNING, Known(), ports)
    ready.context.log.write("info", "to hunter2-hunter2", {"url": "hunter2-hunter2"})

    assert isinstance(ports.log, FakeLog)
    assert ports.log.lines == [("info", "to [REDACTED]", {"url": "[REDACTED]"})]


def test_what_no_store_takes_is_replaced_in_what_is_stored_alone() -> None:
    facts = replace(FACTS, trigger={"id": "nul \0"})

    ready = prepared({"x": "{{ trigger.id }}"}, facts=facts)

    assert ready.masked["values"] == {"x": "nul \ufffd"}
    assert ready.context.config.json("values") == {"x": "nul \0"}


@pytest.mark.parametrize(("on_missing", "value"), [("null", None), ("keep", "{{ trigger.x }}")])
def test_a_missing_path_is_what_the_settings_say(on_missing: str, value: Json) -> None:
    assert rendered("{{ trigger.x }}", on_missing=on_missing) == value


def test_a_missing_path_fails_by_default() -> None:
    with pytest.raises(EngineError) as caught:
        rendered("{{ trigger.x }}")

    assert caught.value.code == "missing_path"


def test_a_step_that_was_not_started_cannot_be_prepared() -> None:
    with pytest.raises(ValueError, match="not started"):
        prepared({}, step=OpenStep())


def test_the_node_knows_where_the_dates_of_its_workflow_are_read() -> None:
    assert prepared({}).context.zone == "UTC"
    assert prepared({}, timezone="Asia/Tokyo").context.zone == "Asia/Tokyo"


def test_the_steps_that_come_in_are_known_before_anything_is_rendered() -> None:
    #  t ──► before ──► try ──try──► loop ──body──► in
    builder = Builder().node("t", "trigger:manual").then("before", "control:no_op")
    builder.then("try", "control:try").then("loop", "control:loop", port="try", source=[1])
    builder.then("in", "control:no_op", port="body")
    loaded = load(builder.build(), catalogue())
    given = {
        StepKey("try[0]/try"): {"index": 0, "taken": [1]},
        StepKey("try[0]/loop[0]/loop"): {"index": 0, "item": 7},
    }

    def sources(scope: str, *taken: int) -> set[str]:
        return set(sources_of(loaded, ScopeKey(scope), taken, given))

    assert sources("", 1) == {"before"}
    assert sources("try[0]", 2) == {"before"}
    assert sources("try[0]/loop[0]", 3) == set()
