"""Workflows that call each other, in memory: what is passed on, what comes back, and who may not."""

import json

import pytest

from apps.engine import runner
from apps.engine.builder import Builder
from apps.engine.calling import Callee, Ended, answer_of, failed, refuse_unfit, refused
from apps.engine.errors import NodeError
from apps.engine.json_schema import Budget
from apps.engine.node import Call, CallMode
from apps.engine.outcome import Outcome
from apps.engine.program import Program, load
from apps.engine.runner import Trial
from apps.engine.state import ExecutionStatus
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId
from apps.nodes import catalogue

FIRST = "00000000-0000-7000-8000-000000000001"
SECOND = "00000000-0000-7000-8000-000000000002"


def program(kind: str, **config) -> Program:
    """A trigger and one node."""
    builder = Builder().node("start", "trigger:manual").node("only", kind, **config)
    return load(builder.edge("start", "only").build(), catalogue())


def calling(workflow_id: str = FIRST, **config) -> Program:
    return program("control:sub_workflow", workflow_id=workflow_id, **config)


def formula(expression: str) -> Program:
    return program("action:formula", expression=expression)


TENFOLD = formula("trigger * 10")


def play(first: Program, trigger=1, *, others=None, **trial) -> Outcome:
    """Run a program that may call `others`, by id."""
    known = {FIRST: TENFOLD} if others is None else others

    def find(workflow_id: str, given) -> Callee:
        if given == "unwanted":
            raise refused()
        if workflow_id not in known:
            raise NodeError("workflow_not_found", "There is no such workflow.")
        return Callee(known[workflow_id], NodeId("start"))

    conditions = Trial(find=find, **trial)
    return runner.run(first, NodeId("start"), trigger, in_memory_ports(), conditions)


def test_the_output_of_the_other_is_that_of_the_node() -> None:
    assert play(calling(), 4).output == 40


def test_an_input_that_is_not_what_the_form_says_is_refused_with_its_place() -> None:
    config = {"input_schema": {"properties": {"a/b": {"type": "array", "items": {"minimum": 1}}}}}

    refuse_unfit(config, [{"a/b": [1]}, {}, None])
    refuse_unfit({"input_schema": "no JSON"}, [1])
    refuse_unfit({"input_schema": " "}, [1])
    refuse_unfit({"input_schema": "[" * 5_000}, [1])
    with pytest.raises(NodeError, match=r"at “/a~1b/1”: This must be at least 1\.") as refusal:
        refuse_unfit(config, [{}, {"a/b": [1, 0]}])
    with pytest.raises(NodeError, match=r"at “/”: This must be of the type object\."):
        refuse_unfit({"input_schema": {"type": "object"}}, [[]])

    assert refusal.value.code == "child_input_invalid"
    assert refusal.value.details == {"index": 1, "path": "/a~1b/1", "reason": "too_small"}


def test_the_inputs_of_one_call_share_the_steps_of_their_form() -> None:
    config = {"input_schema": {"anyOf": [{"const": [index]} for index in range(1_000)]}}

    with pytest.raises(NodeError, match="takes too long") as refusal:
        refuse_unfit(config, [[999]] * 500)

    assert refusal.value.details["reason"] == "input_too_costly"
    shared = Budget(3)
    refuse_unfit({"input_schema": {"type": "array"}}, [[], []], shared)
    refuse_unfit({"input_schema": {"type": "array"}}, [[]], shared)
    with pytest.raises(NodeError, match="takes too long"):
        refuse_unfit({"input_schema": {"type": "array"}}, [[]], shared)


def test_what_a_budget_keeps_of_one_form_is_not_taken_for_another() -> None:
    shared = Budget()

    for choice in range(100):
        form = json.dumps({"type": ["integer"], "enum": [choice]})
        refuse_unfit({"input_schema": form}, [choice], shared)

    assert shared.left > 0


def test_a_list_comes_back_in_its_order_with_what_failed() -> None:
    picky = formula("trigger == 2 ? trigger.none : trigger")
    each = calling(mode="for_each", items=[1, 2, 3], on_item_error="continue")

    outcome = play(each, others={FIRST: picky})

    assert (outcome.output["iteration_count"], outcome.output["failed_count"]) == (3, 1)
    first, second, third = outcome.output["iterations"]
    assert (first["output"], third["output"]) == (1, 3)
    assert (second["error"]["index"], second["error"]["status"]) == (1, "failed")
    assert second["execution_id"] == "in-memory-1"


def test_the_first_failure_ends_a_list_that_does_not_go_on() -> None:
    picky = formula("trigger == 2 ? trigger.none : trigger")

    outcome = play(calling(mode="for_each", items=[1, 2, 3]), others={FIRST: picky})

    assert (outcome.error["code"], outcome.error["details"]["index"]) == ("child_failed", 1)


def test_outputs_that_do_not_fit_into_one_are_left_out() -> None:
    call = Call(FIRST, (), CallMode.FOR_EACH)
    text = "x" * (6 * 1024 * 1024)
    ended = [Ended(place, "e", ExecutionStatus.COMPLETED, text) for place in range(2)]

    answer = answer_of(call, ended)

    first, second = answer.output["iterations"]
    assert first["output"] is text
    assert second["output"] == {"_omitted": "too_large", "most_bytes": 10 * 1024 * 1024}


def test_who_does_not_wait_goes_on_whatever_becomes_of_it() -> None:
    outcome = play(calling(mode="async"), others={FIRST: formula("trigger.none")})

    assert outcome.output == {
        "execution_id": "in-memory-0",
        "workflow_id": FIRST,
        "status": "started",
    }


def test_one_that_ended_without_a_message_is_told_by_its_status() -> None:
    failure = failed(FIRST, Ended(0, "e-1", ExecutionStatus.CANCELLED))

    assert (
        failure.message == "The workflow that was called did not complete: It ended as cancelled."
    )
    assert (failure.details["status"], failure.details["error"]) == ("cancelled", {})


@pytest.mark.parametrize(
    ("trigger", "others", "code"),
    [
        (1, {}, "workflow_not_found"),
        ("unwanted", {FIRST: TENFOLD}, "child_refused"),
    ],
)
def test_what_cannot_be_called_fails_the_node(trigger, others, code) -> None:
    assert play(calling(), trigger, others=others).error["code"] == code


def test_a_circle_is_refused_by_whoever_would_close_it() -> None:
    others = {FIRST: calling(SECOND), SECOND: calling(FIRST)}

    outcome = play(calling(), others=others)

    inner = outcome.error["details"]["error"]
    assert inner["details"]["error"]["code"] == "call_circle"


@pytest.mark.parametrize(("before", "code"), [(8, None), (9, "call_too_deep")])
def test_ten_workflows_may_call_each_other(before, code) -> None:
    chain = tuple(f"w{index}" for index in range(before))

    outcome = play(calling(), chain=chain)

    assert (outcome.error or {}).get("code") == code


def test_without_anybody_to_be_found_a_call_waits_until_the_time_is_up() -> None:
    outcome = runner.run(calling(), NodeId("start"), 1, in_memory_ports())

    assert (outcome.status, outcome.steps["only"].status) == ("timed_out", "cancelled")


def test_a_dry_run_asks_for_a_mock_of_the_node_that_calls_who_acts_on_the_world() -> None:
    world = program("action:http", url="https://example.com")

    outcome = play(calling(), others={FIRST: world}, is_dry=True)

    assert (outcome.status, outcome.error["code"]) == ("failed", "mock_missing")
    (problem,) = outcome.problems
    assert (problem.code, problem.node_id) == ("mock_missing", "only")
    assert "Give this node a mock output." in problem.message
    mocked = play(calling(), others={FIRST: world}, is_dry=True, mocks={NodeId("only"): 7})
    assert mocked.output == 7


def test_only_a_node_that_calls_names_a_workflow() -> None:
    kinds = catalogue()
    named = {"workflow_id": FIRST.upper()}

    assert kinds.find("control:sub_workflow").calls(named) == FIRST
    assert kinds.find("control:sub_workflow").calls({}) is None
    assert kinds.find("control:no_op").calls(named) is None
