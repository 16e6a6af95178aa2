"""From answers to transitions, and from leaves to an output."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.advance import answered, chance_of, output_of_execution
from apps.engine.drawing import draw
from apps.engine.errors import TransitionError
from apps.engine.failure import Failure
from apps.engine.node import Answer, Respond, Result, Stop, Wait
from apps.engine.plan import Finish
from apps.engine.retry import RetryPolicy
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import Json, StepKey
from tests.engine.moves import ANY, A, B, at, begun, decide, started

GRAPH = draw("""
    t ──► a ──left──► b
    a ──right──► c
""")


@pytest.mark.parametrize(
    ("answer", "start"), [(Result(1), "b"), (Result(1, "left"), "b"), (Result(1, "right"), "c")]
)
def test_a_result_leaves_by_its_port(answer: Answer, start: str) -> None:
    frontier = answered(GRAPH, started(GRAPH, A), A, answer, at(0))

    assert decide(GRAPH, frontier).start == (start,)


def test_a_response_is_noted() -> None:
    assert answered(GRAPH, started(GRAPH, A), A, Respond(), at(0)).responded == A


def test_a_stop_ends_the_execution() -> None:
    frontier = answered(GRAPH, started(GRAPH, A), A, Stop(has_error=True), at(0))

    finish = decide(GRAPH, frontier).finish
    assert finish == Finish(ExecutionStatus.COMPLETED, had_errors=True, leaves=(A,))


@pytest.mark.parametrize(
    ("answer", "wake_at"),
    [
        (Wait(seconds=90), at(95)),
        (Wait(until=at(7), note=[1]), at(7)),
        (Wait(reason=Reason.APPROVAL), None),
    ],
)
def test_a_wait_has_its_moment_and_its_reason(answer: Wait, wake_at: object) -> None:
    step = answered(GRAPH, started(GRAPH, A), A, answer, at(5)).steps[A]

    assert (step.status, step.wake_at, step.reason) == (StepStatus.WAITING, wake_at, answer.reason)
    assert step.note == answer.note


def test_a_retry_waits_as_long_whoever_computes_it() -> None:
    graph = draw("t ──► a", a=replace(ANY, retry=RetryPolicy(attempts=3, first_wait_s=10)))
    failure = Failure("timeout", "late", is_retryable=True)

    def wake_at(execution_id: str) -> object:
        frontier = answered(graph, started(graph, A), A, failure, at(0), execution_id=execution_id)
        return frontier.steps[A].wake_at

    assert wake_at("one") == wake_at("one")
    assert wake_at("one") != wake_at("two")
    assert wake_at("one") == at(0) + timedelta(seconds=10 * (0.75 + chance_of("one", A, 1) / 2))


def test_a_failure_of_a_step_that_is_not_open_is_refused() -> None:
    with pytest.raises(TransitionError):
        answered(GRAPH, begun(GRAPH), B, Failure("broken", "no"), at(0))


@settings(deadline=None)
@given(st.text(), st.text(), st.integers(0, 20))
def test_chance_is_a_function_of_the_attempt(execution_id: str, key: str, attempt: int) -> None:
    chance = chance_of(execution_id.replace("\ud800", ""), StepKey(key), attempt)

    assert 0 <= chance < 1
    assert chance == chance_of(execution_id.replace("\ud800", ""), StepKey(key), attempt)


OUTPUTS: dict[str, Json] = {"a": 1, "b": [2], "c": None}


@pytest.mark.parametrize(
    ("leaves", "response", "output"),
    [
        ((), None, None),
        (("b",), None, [2]),
        (("c",), None, None),
        (("b", "a"), None, {"b": [2], "a": 1}),
        (("b", "a"), {"status": 200, "body": "hi"}, "hi"),
        ((), {"status": 204}, None),
    ],
)
def test_the_output_is_the_answer_or_the_leaf_or_all_leaves_by_node(
    leaves: tuple[str, ...], response: dict[str, Json] | None, output: Json
) -> None:
    finish = Finish(ExecutionStatus.COMPLETED, leaves=tuple(StepKey(leaf) for leaf in leaves))

    assert output_of_execution(finish, OUTPUTS.__getitem__, response) == output
