"""The frontier in its stored form."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.engine import frontier as frontiers
from apps.engine.errors import FormatError
from apps.engine.frontier import Arrivals, Ending, Frontier, OpenStep, ScopeState
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import ROOT_SCOPE, NodeId, ScopeKey, StepKey

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(seconds=90)

FULL = Frontier(
    steps={
        StepKey("ready"): OpenStep(taken=(0, 3)),
        StepKey("handed"): OpenStep(is_handed=True),
        StepKey("busy"): OpenStep(StepStatus.RUNNING, (1,), 2, NOW, woken=Reason.DELAY),
        StepKey("loop-1[3]/asleep"): OpenStep(
            StepStatus.WAITING, (2,), 1, NOW, LATER, Reason.DELAY, is_long_wait=True, note={"n": 1}
        ),
        StepKey("again"): OpenStep(StepStatus.WAITING, (), 1, NOW, NOW, Reason.RETRY),
        StepKey("lost"): OpenStep(
            StepStatus.UNKNOWN, (), 1, NOW, None, Reason.WORKER_LOST, is_long_wait=True
        ),
    },
    scopes={
        ROOT_SCOPE: ScopeState({NodeId("join"): Arrivals((4, 2), 1)}, (StepKey("leaf"),)),
        ScopeKey("loop-1[3]"): ScopeState(),
    },
    ready={StepKey("ready"): None},
    skips=(StepKey("skipped"),),
    timers=((NOW, StepKey("again")), (LATER, StepKey("loop-1[3]/asleep"))),
    long_waits=2,
    seq=17,
    step_count=9,
    had_errors=True,
    responded=StepKey("answer"),
    used_s=12.5,
    active_since=NOW,
)


def stored(frontier: Frontier) -> Any:
    return json.loads(json.dumps(frontiers.dump(frontier)))


def test_nothing_is_lost_in_storage() -> None:
    assert frontiers.load(stored(FULL)) == FULL


def test_an_ending_execution_is_stored_with_its_drops_and_aborts() -> None:
    ending = Ending(
        ExecutionStatus.FAILED,
        Reason.NODE_FAILED,
        {"code": "broken", "message": "no", "node": "a"},
        is_aborting=True,
    )
    frontier = Frontier(
        steps={StepKey("a"): OpenStep(), StepKey("b"): OpenStep(StepStatus.RUNNING)},
        scopes={
            ROOT_SCOPE: ScopeState(ending=ending),
            ScopeKey("loop-1[0]"): ScopeState(ending=ending),
        },
        drops={StepKey("a"): None},
        aborts={StepKey("b"): None},
    )

    assert frontiers.load(stored(frontier)) == frontier


def test_what_has_its_default_is_left_out() -> None:
    assert frontiers.dump(Frontier()) == {"format": 1, "scopes": {"": {}}}
    assert frontiers.load({"format": 1, "scopes": {"": {}}}) == Frontier()


def test_the_stored_form_is_written_down() -> None:
    assert stored(FULL) == {
        "format": 1,
        "steps": {
            "ready": {"status": "queued", "taken": [0, 3]},
            "handed": {"status": "queued", "is_handed": True},
            "busy": {
                "status": "running",
                "taken": [1],
                "attempt": 2,
                "first_start": "2026-03-01T12:00:00.123456+00:00",
                "woken": "delay",
            },
            "loop-1[3]/asleep": {
                "status": "waiting",
                "taken": [2],
                "attempt": 1,
                "first_start": "2026-03-01T12:00:00.123456+00:00",
                "wake_at": "2026-03-01T12:01:30.123456+00:00",
                "reason": "delay",
                "is_long_wait": True,
                "note": {"n": 1},
            },
            "again": {
                "status": "waiting",
                "attempt": 1,
                "first_start": "2026-03-01T12:00:00.123456+00:00",
                "wake_at": "2026-03-01T12:00:00.123456+00:00",
                "reason": "retry",
            },
            "lost": {
                "status": "unknown",
                "attempt": 1,
                "first_start": "2026-03-01T12:00:00.123456+00:00",
                "reason": "worker_lost",
                "is_long_wait": True,
            },
        },
        "scopes": {
            "": {"pending": {"join": {"taken": [4, 2], "dead": 1}}, "leaves": ["leaf"]},
            "loop-1[3]": {},
        },
        "ready": ["ready"],
        "skips": ["skipped"],
        "seq": 17,
        "step_count": 9,
        "had_errors": True,
        "responded": "answer",
        "used_s": 12.5,
        "active_since": "2026-03-01T12:00:00.123456+00:00",
    }


def test_an_older_form_is_brought_up_step_by_step() -> None:
    def second(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "format": 2, "seq": raw["number"]}

    def third(raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "format": 3, "seq": raw["seq"] * 10}

    upgrades = {1: second, 2: third}

    assert (
        frontiers.load({"format": 1, "scopes": {"": {}}, "number": 4}, upgrades=upgrades).seq == 40
    )
    assert frontiers.load({"format": 2, "scopes": {"": {}}, "seq": 4}, upgrades=upgrades).seq == 40
    assert frontiers.load({"format": 3, "scopes": {"": {}}, "seq": 4}, upgrades=upgrades).seq == 4


@pytest.mark.parametrize(
    "raw",
    [
        {"format": 2, "scopes": {}},
        {"format": "1", "scopes": {}},
        {"format": 0, "scopes": {}},
        {"scopes": {}},
        {"format": 1},
        {"format": 1, "scopes": {}},
        {"format": 1, "scopes": {"": {"pending": {"a": 7}}}},
        {"format": 1, "scopes": {"": {}}, "steps": {"a": {"status": "dreaming"}}},
        {"format": 1, "scopes": {"": {}}, "active_since": "yesterday"},
        [],
        None,
        "frontier",
    ],
)
def test_what_this_engine_cannot_read_is_refused(raw: Any) -> None:
    with pytest.raises(FormatError):
        frontiers.load(raw)


def test_a_frontier_is_over_when_nothing_is_open_or_unrecorded() -> None:
    assert Frontier().is_over
    assert not Frontier(skips=(StepKey("a"),)).is_over
    assert not Frontier(steps={StepKey("a"): OpenStep()}).is_over
