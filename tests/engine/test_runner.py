"""Whole executions in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from apps.engine import stored as frontiers
from apps.engine.builder import Builder
from apps.engine.credential import Credential
from apps.engine.errors import PortError, TransitionError
from apps.engine.frontier import Frontier
from apps.engine.node import Answer, Context, NodeType, Result, Wait
from apps.engine.outcome import Outcome
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.registry import Registry
from apps.engine.render import Facts
from apps.engine.runner import DAWN, Trial, run
from apps.engine.state import Reason
from apps.engine.testing import (
    STAND_IN,
    FakeHttp,
    Handler,
    in_memory_ports,
    nobody_home,
    secret_named,
)
from apps.engine.value import Json, Limits, NodeId, StepKey
from apps.nodes import catalogue

T = NodeId("t")
URL = "https://api.example.com"


def running(
    builder: Builder,
    payload: Json = None,
    trial: Trial | None = None,
    handler: Handler = nobody_home,
    registry: Registry | None = None,
) -> Outcome:
    program = load(builder.build(), registry or catalogue())
    return run(program, T, payload, in_memory_ports(handler), trial or Trial())


def reloaded(frontier: Frontier) -> Frontier:
    return frontiers.load(json.loads(json.dumps(frontiers.dump(frontier))))


def statuses(outcome: Outcome) -> dict[str, str]:
    return {key: str(step.status) for key, step in outcome.steps.items()}


def test_a_webhook_is_set_judged_delayed_and_answered_and_survives_a_reload_at_every_point() -> (
    None
):
    #  t ──► set ──► wait ──► if ──true──► answer
    builder = (
        Builder()
        .node("t", "trigger:webhook")
        .then("set", "action:set", values={"n": "{{ trigger.body.n + 1 }}"})
        .then("wait", "control:delay", duration="1m30s")
        .then("if", "control:if", condition="steps.set.n > 3")
        .then("answer", "action:respond", port="true", body={"n": "{{ steps.set.n }}"})
    )

    outcome = running(builder, {"body": {"n": 3}}, Trial(on_change=reloaded))

    assert outcome.status == "completed"
    assert outcome.path == ("t", "set", "wait", "if", "answer")
    assert outcome.output == {"n": 4}
    assert outcome.response == {"status": 200, "headers": {}, "body": {"n": 4}}
    assert outcome.ended_at == DAWN + timedelta(seconds=90)
    assert outcome.steps[StepKey("wait")].attempts == 1


def test_an_outcome_is_told_as_json() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "action:formula", expression="1 / 0")

    facts = running(builder, {"x": 1}).facts()

    assert json.loads(json.dumps(facts)) == {
        "status": "failed",
        "path": ["t", "a"],
        "steps": {
            "t": {
                "status": "completed",
                "input": {},
                "output": {"x": 1},
                "error": None,
                "attempts": 0,
            },
            "a": {
                "status": "failed",
                "input": {"expression": "1 / 0"},
                "output": None,
                "error": {
                    "code": "division_by_zero",
                    "message": facts["error"]["message"],
                    "node": "a",
                },
                "attempts": 1,
            },
        },
        "output": None,
        "response": None,
        "error": {
            "code": "division_by_zero",
            "message": facts["error"]["message"],
            "node": "a",
        },
        "problems": [],
        "had_errors": False,
    }


def test_the_way_not_taken_is_skipped_and_a_merge_takes_what_came() -> None:
    #  t ──► if ──true──► yes ──► m
    #         └───false──► no ──►
    builder = Builder().node("t", "trigger:manual").then("if", "control:if", condition="trigger.x")
    builder.then("yes", "action:set", port="true", values={"a": 1}).then("m", "control:merge")
    builder.after("if").then("no", "action:set", port="false", values={"a": 2}).edge("no", "m")

    outcome = running(builder, {"x": False})

    assert outcome.output == [{"a": 2}]
    assert outcome.path == ("t", "if", "no", "m")
    assert statuses(outcome)["yes"] == "skipped"


def test_several_leaves_make_an_object_by_node() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "action:set", values={"x": 1})
    builder.after("t").then("b", "action:set", values={"x": 2})

    assert running(builder).output == {"a": {"x": 1}, "b": {"x": 2}}


def test_without_a_leaf_that_ran_there_is_no_output() -> None:
    builder = Builder().node("t", "trigger:manual").then("if", "control:if", condition="false")
    builder.then("a", "control:no_op", port="true")

    assert running(builder).output is None


def test_the_order_of_settling_can_be_chosen() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.after("t").then("b", "control:no_op")

    def last_come(keys: Sequence[StepKey]) -> StepKey:
        return keys[-1]

    assert running(builder, trial=Trial(order=last_come)).path == ("t", "b", "a")


def test_a_failing_call_is_tried_again_and_its_waits_take_no_time() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url=URL)
    replies = [503, 503, 200]

    outcome = running(builder, handler=lambda _: HttpReply(replies.pop(0)))

    assert outcome.status == "completed"
    assert outcome.steps[StepKey("h")].attempts == 3
    assert outcome.ended_at is not None
    assert timedelta(seconds=2) < outcome.ended_at - DAWN < timedelta(seconds=4)


def test_every_attempt_of_a_call_has_the_same_key_and_the_same_bytes() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("h", "action:http", url=URL, method="PUT", body={"id": "{{ uuid() }}"})
    requests: list[HttpRequest] = []

    def refuse(request: HttpRequest) -> HttpReply:
        requests.append(request)
        return HttpReply(500)

    assert running(builder, handler=refuse).status == "failed"
    assert len(requests) == 3
    assert len({(request.headers["Idempotency-Key"], request.body) for request in requests}) == 1


@pytest.mark.parametrize(
    ("on_error", "status", "path", "output"),
    [
        ("stop", "failed", ("t", "h"), None),
        ("continue", "completed", ("t", "h", "next"), {"error": "http_status"}),
        ("branch", "completed", ("t", "h", "mend"), {"error": 404}),
    ],
)
def test_a_failure_stops_continues_or_branches(
    on_error: str, status: str, path: tuple[str, ...], output: Json
) -> None:
    #  t ──► h ──► next
    #        └─error──► mend
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url=URL)
    builder.data(on_error=on_error)
    builder.then("next", "action:set", values={"error": "{{ steps.h.error.code }}"})
    if on_error == "branch":
        builder.after("h").then("mend", "action:set", port="error")
        builder.data(config={"values": {"error": "{{ input.error.status }}"}})

    outcome = running(builder, handler=lambda _: HttpReply(404))

    assert (outcome.status, outcome.path, outcome.output) == (status, path, output)
    assert outcome.had_errors is (on_error != "stop")
    assert statuses(outcome)["h"] == "failed"


def test_a_disabled_node_is_passed_and_its_output_missing() -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "action:http", url=URL)
    builder.data(disabled=True)
    builder.then("b", "action:set", values={"x": "{{ steps.a.body ?? 'none' }}"})

    outcome = running(builder)

    assert outcome.output == {"x": "none"}
    assert statuses(outcome) == {"t": "completed", "a": "skipped", "b": "completed"}


def test_a_stop_cancels_what_flies_and_what_waits() -> None:
    #  t ──► a ──► stop
    #  t ──► wait
    #  t ──► slow
    builder = Builder().node("t", "trigger:manual")
    builder.then("stop", "control:if", condition="true", stop_on_true=True)
    builder.after("t").then("wait", "control:delay", duration="1h")
    builder.after("t").then("slow", "control:no_op")

    def wait_first(keys: Sequence[StepKey]) -> StepKey:
        return min(keys, key=["wait", "stop", "slow"].index)

    outcome = running(builder, trial=Trial(order=wait_first))

    assert outcome.status == "completed"
    assert statuses(outcome) == {
        "t": "completed",
        "wait": "cancelled",
        "stop": "completed",
        "slow": "cancelled",
    }
    assert outcome.output == outcome.steps[StepKey("stop")].output


def test_the_first_answer_is_the_response_and_its_body_the_output() -> None:
    builder = Builder().node("t", "trigger:manual").then("r1", "action:respond", body="first")
    builder.then("r2", "action:respond", status=201, body="second")

    outcome = running(builder)

    assert outcome.output == "first"
    assert outcome.response == {"status": 200, "headers": {}, "body": "first"}
    assert outcome.steps[StepKey("r2")].output == "second"


def test_an_execution_whose_time_is_up_ends() -> None:
    def sleepy(_ctx: Context) -> Answer:
        return Wait(seconds=40, reason=Reason.RETRY)

    kind = NodeType(type="test:sleepy", title="S", description="s", category="test", run=sleepy)
    registry = Registry([*catalogue(), kind])
    builder = Builder().node("t", "trigger:manual").then("a", "test:sleepy").settings(timeout_s=60)

    outcome = running(builder, registry=registry)

    assert (outcome.status, outcome.error and outcome.error["code"]) == ("timed_out", "deadline")
    assert statuses(outcome)["a"] == "cancelled"
    assert outcome.ended_at == DAWN + timedelta(seconds=60)


@pytest.mark.parametrize(("most", "status", "path"), [(3, "completed", "tab"), (2, "failed", "ta")])
def test_an_execution_runs_as_many_steps_as_the_limit_allows(
    most: int, status: str, path: str
) -> None:
    builder = Builder().node("t", "trigger:manual").then("a", "control:no_op")
    builder.then("b", "control:no_op")

    outcome = running(builder, trial=Trial(limits=Limits(steps=most)))

    assert (outcome.status, "".join(outcome.path)) == (status, path)
    assert (outcome.error or {}).get("code") == (None if most == 3 else "step_limit")


def test_an_execution_that_waits_for_somebody_is_left_waiting() -> None:
    def asking(_ctx: Context) -> Answer:
        return Wait(reason=Reason.APPROVAL)

    kind = NodeType(type="test:asking", title="A", description="a", category="test", run=asking)
    registry = Registry([*catalogue(), kind])
    builder = Builder().node("t", "trigger:manual").then("a", "test:asking")

    outcome = running(builder, registry=registry)

    assert outcome.status == "waiting"
    assert statuses(outcome)["a"] == "waiting"


def test_a_step_that_cannot_be_rendered_fails_without_a_secret_in_its_text() -> None:
    builder = Builder().node("t", "trigger:manual")
    builder.then("a", "action:set", values={"x": "{{ trigger.nothing }}"})
    facts = Facts("e1", credentials={"key": secret_named("key", "nothing")})

    outcome = running(builder, {}, Trial(facts=facts))

    assert outcome.error is not None
    assert outcome.error["code"] == "missing_path"
    assert "nothing" not in str(outcome.error["message"])


def test_only_a_trigger_can_be_fired() -> None:
    program = load(Builder().node("a", "trigger:manual").build(), catalogue())

    with pytest.raises(TransitionError):
        run(program, NodeId("b"), None, in_memory_ports())


# --- dry runs

DRY = (
    Builder()
    .node("t", "trigger:manual")
    .then("h", "action:http", url=f"{URL}/{{{{ trigger.id }}}}")
    .then("a", "action:set", values={"name": "{{ steps.h.body.name }}"})
)


@pytest.mark.parametrize(
    "config",
    [{"credential": "gone"}, {"headers": {"x": "{{ credentials.gone }}"}}, {"credential": "odd"}],
    ids=["not there", "in a template", "of another type"],
)
def test_a_mock_needs_no_credential_that_works(config: dict[str, Json]) -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url=URL, **config)
    facts = Facts("e1", credentials={"odd": Credential("odd", "smtp", {})})

    mocked = running(builder, {}, Trial(facts=facts, is_dry=True, mocks={NodeId("h"): "mine"}))
    real = running(builder, {}, Trial(facts=facts))

    assert (mocked.status, mocked.output) == ("completed", "mine")
    assert real.error is not None
    assert real.error["code"] in {"credential_missing", "credential_type"}


def test_a_mock_whose_config_cannot_be_rendered_still_fails() -> None:
    mocks: dict[NodeId, Json] = {NodeId("h"): {"name": "n"}}

    outcome, _ = dry(mocks, {})

    assert outcome.error is not None
    assert outcome.error["code"] == "missing_path"


def dry(mocks: dict[NodeId, Json] | None = None, payload: Json = None) -> tuple[Outcome, FakeHttp]:
    ports = in_memory_ports(lambda _: HttpReply(200))
    assert isinstance(ports.http, FakeHttp)
    program = load(DRY.build(), catalogue())
    outcome = run(program, T, payload, ports, Trial(is_dry=True, mocks=mocks or {}))
    return outcome, ports.http


def test_a_dry_run_reports_what_it_does_not_call() -> None:
    outcome, http = dry()

    assert http.requests == []
    assert outcome.status == "failed"
    assert outcome.path == ("t",)
    assert [(p.code, p.node_id) for p in outcome.problems] == [("mock_missing", "h")]
    assert outcome.error == {
        "code": "mock_missing",
        "message": outcome.problems[0].message,
        "node": "h",
    }
    assert statuses(outcome) == {"t": "completed", "h": "skipped"}


def test_a_mock_stands_for_the_call() -> None:
    outcome, http = dry({NodeId("h"): {"body": {"name": "Ada"}}}, {"id": 7})

    assert http.requests == []
    assert outcome.status == "completed"
    assert outcome.path == ("t", "h", "a")
    assert outcome.output == {"name": "Ada"}
    assert outcome.steps[StepKey("h")].input["url"] == f"{URL}/7"
    assert outcome.problems == ()


def test_a_mocked_node_still_shows_that_it_cannot_be_rendered() -> None:
    outcome, _ = dry({NodeId("h"): {"body": {"name": "Ada"}}}, {})

    assert outcome.status == "failed"
    assert outcome.error is not None
    assert (outcome.error["code"], outcome.error["node"]) == ("missing_path", "h")


def test_a_dry_run_reports_every_call_that_it_comes_to() -> None:
    builder = Builder().node("t", "trigger:manual").then("h1", "action:http", url=URL)
    builder.after("t").then("h2", "action:http", url=URL)

    outcome = running(builder, trial=Trial(is_dry=True))

    assert [problem.node_id for problem in outcome.problems] == ["h1", "h2"]


def test_outside_a_dry_run_a_missing_mock_is_no_matter() -> None:
    builder = Builder().node("t", "trigger:manual").then("h", "action:http", url=URL)

    def broken(_request: HttpRequest) -> HttpReply:
        raise PortError("tls_failed", "no")

    outcome = running(builder, handler=broken)

    assert outcome.error is not None
    assert outcome.error["code"] == "tls_failed"


def test_a_pure_node_runs_in_a_dry_run_too() -> None:
    kind = replace(STAND_IN, type="test:pure", run=lambda _: Result("ran"))
    registry = Registry([*catalogue(), kind])
    builder = Builder().node("t", "trigger:manual").then("a", "test:pure")

    assert running(builder, trial=Trial(is_dry=True), registry=registry).output == "ran"
