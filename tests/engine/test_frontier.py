"""The frontier in its stored form."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.engine import stored as frontiers
from apps.engine.blocks import Block
from apps.engine.ending import Ending
from apps.engine.errors import FormatError
from apps.engine.frontier import Arrivals, Frontier, OpenStep, ScopeState
from apps.engine.graph import Container
from apps.engine.retry import RetryPolicy
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import ROOT_SCOPE, NodeId, ScopeKey, StepKey

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(seconds=90)

PASS = StepKey("loop-1[4]/loop-1")
ASLEEP = StepKey("loop-1[3]/asleep")
BROKEN = {"code": "broken", "message": "no", "node": "a"}

FULL = Frontier(
    steps={
        StepKey("ready"): OpenStep(taken=(0, 3)),
        StepKey("handed"): OpenStep(is_handed=True),
        StepKey("busy"): OpenStep(StepStatus.RUNNING, (1,), 2, NOW, woken=Reason.DELAY),
        ASLEEP: OpenStep(
            StepStatus.WAITING, (2,), 1, NOW, LATER, Reason.DELAY, is_long_wait=True, note={"n": 1}
        ),
        StepKey("again"): OpenStep(StepStatus.WAITING, (), 1, NOW, NOW, Reason.RETRY),
        StepKey("lost"): OpenStep(
            StepStatus.UNKNOWN, (), 1, NOW, None, Reason.WORKER_LOST, is_long_wait=True
        ),
        StepKey("needless"): OpenStep(is_unwanted=True),
        PASS: OpenStep(is_pass=True),
    },
    blocks={
        StepKey("loop-1"): Block(
            Container.LOOP,
            count=9,
            need=9,
            concurrency=3,
            is_patient=True,
            has_break=True,
            taken=(5,),
            first_start=NOW,
            next=5,
            open={3: None, 4: None},
            succeeded=2,
            failed=1,
            judged=1,
            verdicts={2: True},
            error=BROKEN,
        ),
        StepKey("parallel-1"): Block(Container.PARALLEL, 2, 1, deadline_at=LATER),
        StepKey("retry-1"): Block(
            Container.RETRY, 2, 2, 1, retry=RetryPolicy(2), ending=Ending(ExecutionStatus.FAILED)
        ),
        StepKey("try-1"): Block(
            Container.TRY, 3, 3, 1, has_catch=True, has_finally=True, broke_at=0
        ),
    },
    scopes={
        ROOT_SCOPE: ScopeState(
            {NodeId("join"): Arrivals((4, 2), 1, LATER)},
            (StepKey("leaf"),),
            decided=frozenset({NodeId("first")}),
            open=dict.fromkeys(
                StepKey(name)
                for name in (
                    *("ready", "handed", "busy", "again", "lost", "needless"),
                    *("loop-1", "parallel-1", "retry-1", "try-1"),
                )
            ),
        ),
        ScopeKey("loop-1[3]"): ScopeState(open={ASLEEP: None}),
    },
    ready={StepKey("ready"): None},
    skips=(StepKey("skipped"),),
    drops={StepKey("needless"): None},
    over={StepKey("retry-1"): None},
    timers=(
        (NOW, StepKey("again")),
        (LATER, StepKey("join")),
        (LATER, ASLEEP),
        (LATER, StepKey("parallel-1")),
    ),
    long_waits=2,
    seq=17,
    step_count=9,
    had_errors=True,
    responded=StepKey("answer"),
    used_s=12.5,
    active_since=NOW,
)


WRITTEN = {
    "format": 2,
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
        "needless": {"status": "queued", "is_unwanted": True},
        "loop-1[4]/loop-1": {"status": "queued", "is_pass": True},
    },
    "blocks": {
        "loop-1": {
            "kind": "loop",
            "count": 9,
            "need": 9,
            "concurrency": 3,
            "is_patient": True,
            "has_break": True,
            "taken": [5],
            "attempt": 1,
            "first_start": "2026-03-01T12:00:00.123456+00:00",
            "next": 5,
            "open": [3, 4],
            "succeeded": 2,
            "failed": 1,
            "judged": 1,
            "verdicts": [[2, True]],
            "broke_at": None,
            "error": BROKEN,
        },
        "parallel-1": {
            "kind": "parallel",
            "count": 2,
            "need": 1,
            "attempt": 1,
            "deadline_at": "2026-03-01T12:01:30.123456+00:00",
            "broke_at": None,
        },
        "retry-1": {
            "kind": "retry",
            "count": 2,
            "need": 2,
            "concurrency": 1,
            "attempt": 1,
            "retry": {
                "attempts": 2,
                "backoff": "jitter",
                "first_wait_s": 1.0,
                "longest_wait_s": 30.0,
                "multiplier": 2.0,
                "retry_on": [],
                "give_up_on": [],
                "statuses": [],
            },
            "broke_at": None,
            "ending": {"status": "failed"},
        },
        "try-1": {
            "kind": "try",
            "count": 3,
            "need": 3,
            "concurrency": 1,
            "attempt": 1,
            "has_catch": True,
            "has_finally": True,
            "broke_at": 0,
        },
    },
    "scopes": {
        "": {
            "pending": {
                "join": {"taken": [4, 2], "dead": 1, "wake_at": "2026-03-01T12:01:30.123456+00:00"}
            },
            "leaves": ["leaf"],
            "decided": ["first"],
        },
        "loop-1[3]": {},
    },
    "ready": ["ready"],
    "skips": ["skipped"],
    "drops": ["needless"],
    "over": ["retry-1"],
    "seq": 17,
    "step_count": 9,
    "had_errors": True,
    "responded": "answer",
    "used_s": 12.5,
    "active_since": "2026-03-01T12:00:00.123456+00:00",
}


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
            ROOT_SCOPE: ScopeState(ending=ending, open={StepKey("a"): None, StepKey("b"): None}),
            ScopeKey("loop-1[0]"): ScopeState(ending=ending),
        },
        drops={StepKey("a"): None},
        aborts={StepKey("b"): None},
    )

    assert frontiers.load(stored(frontier)) == frontier


def test_what_has_its_default_is_left_out() -> None:
    assert frontiers.dump(Frontier()) == {"format": 2, "scopes": {"": {}}}
    assert frontiers.load({"format": 1, "scopes": {"": {}}}) == Frontier()


def test_the_stored_form_is_written_down() -> None:
    assert stored(FULL) == WRITTEN


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
        {"format": 3, "scopes": {"": {}}},
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
