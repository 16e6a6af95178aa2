"""Scripts in executions in memory: run also in a dry run, and their failures end executions by their own words."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.ports import CodeFault, CodeReply, CodeRequest
from apps.engine.program import load
from apps.engine.runner import Outcome, Trial, run
from apps.engine.state import StepStatus
from apps.engine.testing import FakeCode, in_memory_ports
from apps.engine.value import Json, NodeId, StepKey
from apps.nodes import catalogue

T = NodeId("t")


def outcome_of(reply: CodeReply | None, trial: Trial | None = None) -> tuple[Outcome, list[Json]]:
    """Run one script over an interpreter that gives `reply`; return how it went, and what the script was given."""
    given: list[Json] = []

    def interpret(request: CodeRequest) -> CodeReply:
        given.append(dict(request.roots))
        return reply or CodeReply()

    builder = Builder().node("t", "trigger:manual")
    builder.then("code", "action:code", script="return ctx.steps.t + ctx.trigger")
    code = FakeCode() if reply is None else FakeCode(interpret)
    program = load(builder.build(), catalogue())
    return run(program, T, 7, in_memory_ports(code=code), trial or Trial()), given


@pytest.mark.parametrize("is_dry", [True, False])
def test_a_script_is_run_also_in_a_dry_run(is_dry) -> None:
    outcome, given = outcome_of(CodeReply(value=[1]), Trial(is_dry=is_dry))

    assert (outcome.status, outcome.output, outcome.problems) == ("completed", [1], ())
    assert given == [{"trigger": 7, "steps": {"t": 7}}]


def test_a_mock_stands_for_running_the_script() -> None:
    outcome, given = outcome_of(CodeReply(value=1), Trial(mocks={NodeId("code"): "mocked"}))

    assert (outcome.output, given) == ("mocked", [])


def test_where_every_language_is_off_a_script_fails_and_is_not_tried_again() -> None:
    outcome, _ = outcome_of(None)

    assert (outcome.status, outcome.error) == (
        "failed",
        {"code": "code_unavailable", "message": "javascript is off here.", "node": "code"},
    )
    assert outcome.steps[StepKey("code")].attempts == 1


@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        (CodeFault("code_lost", "gone", is_retryable=True), 3),
        (CodeFault("out_of_memory", "too much"), 1),
    ],
)
def test_only_what_time_may_heal_is_tried_again(fault, attempts) -> None:
    step = outcome_of(CodeReply(fault=fault))[0].steps[StepKey("code")]

    assert (step.status, step.attempts) == (StepStatus.FAILED, attempts)
