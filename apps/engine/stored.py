"""The stored form of a frontier: JSON with its format's number, and older formats brought up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from apps.engine import retry
from apps.engine.blocks import Block
from apps.engine.ending import Ending
from apps.engine.errors import FormatError
from apps.engine.frontier import Arrivals, Frontier, OpenStep, ScopeState
from apps.engine.graph import Container
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import ROOT_SCOPE, Json, NodeId, ScopeKey, StepKey, split_key, step_key

FORMAT = 2
# Kept also when they are empty or zero, because absence means something else.
KEPT = frozenset({"scopes", "broke_at"})


def dump(frontier: Frontier) -> dict[str, Json]:
    """Return the frontier as JSON with its format's number; defaults are left out."""
    return _trimmed(
        {
            "steps": {key: _dump_step(step) for key, step in frontier.steps.items()},
            "blocks": {key: _dump_block(block) for key, block in frontier.blocks.items()},
            "scopes": {key: _dump_scope(scope) for key, scope in frontier.scopes.items()},
            "ready": list(frontier.ready),
            "skips": list(frontier.skips),
            "drops": list(frontier.drops),
            "aborts": list(frontier.aborts),
            "over": list(frontier.over),
            "seq": frontier.seq,
            "step_count": frontier.step_count,
            "had_errors": frontier.had_errors,
            "responded": frontier.responded,
            "used_s": frontier.used_s,
            "active_since": _stamp(frontier.active_since),
            "is_paused": frontier.is_paused,
        },
        format=FORMAT,
    )


Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def _without_blocks(raw: dict[str, Any]) -> dict[str, Any]:
    return raw  # the first format knew no containers, and everything else is as it was


# From format n to n + 1; a rolling deploy meets frontiers of the release before.
UPGRADES: Mapping[int, Upgrade] = {1: _without_blocks}


def load(raw: Json, *, upgrades: Mapping[int, Upgrade] = UPGRADES) -> Frontier:
    """Return the frontier that `dump` wrote, also when an older engine wrote it.

    Raises:
        FormatError: a newer engine wrote it, or it is damaged.
    """
    try:
        return _load(_upgraded(cast("dict[str, Any]", raw), upgrades))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"the stored frontier is damaged: {error}") from error


def _upgraded(raw: dict[str, Any], upgrades: Mapping[int, Upgrade]) -> dict[str, Any]:
    newest = max(upgrades, default=FORMAT - 1) + 1
    number = raw["format"]
    if not isinstance(number, int) or number > newest:
        raise FormatError(f"this engine reads frontiers up to format {newest}, not {number}")
    for step in range(number, newest):
        raw = upgrades[step](raw)
    return raw


def _load(raw: dict[str, Any]) -> Frontier:
    steps = {StepKey(key): _load_step(item) for key, item in raw.get("steps", {}).items()}
    blocks = {StepKey(key): _load_block(item) for key, item in raw.get("blocks", {}).items()}
    drops = dict.fromkeys(StepKey(key) for key in raw.get("drops", ()))
    scopes = _load_scopes(raw["scopes"], steps, blocks)
    return Frontier(
        steps=steps,
        blocks=blocks,
        scopes=scopes,
        ready=dict.fromkeys(raw.get("ready", ())),
        skips=tuple(raw.get("skips", ())),
        drops=drops,
        aborts=dict.fromkeys(raw.get("aborts", ())),
        over=dict.fromkeys(raw.get("over", ())),
        timers=tuple(sorted((*_timers(steps, blocks, drops), *_patience(scopes)))),
        long_waits=sum(step.is_long_wait for step in steps.values()),
        seq=raw.get("seq", 0),
        step_count=raw.get("step_count", 0),
        had_errors=raw.get("had_errors", False),
        responded=raw.get("responded"),
        used_s=raw.get("used_s", 0.0),
        active_since=_moment(raw.get("active_since")),
        is_paused=raw.get("is_paused", False),
    )


def _timers(
    steps: Mapping[StepKey, OpenStep],
    blocks: Mapping[StepKey, Block],
    drops: Mapping[StepKey, None],
) -> Iterator[tuple[datetime, StepKey]]:
    for key, step in steps.items():
        if step.wake_at is not None and not step.is_handed and key not in drops:
            yield step.wake_at, key
    for key, block in blocks.items():
        if block.deadline_at is not None and block.ending is None:
            yield block.deadline_at, key


def _patience(scopes: Mapping[ScopeKey, ScopeState]) -> Iterator[tuple[datetime, StepKey]]:
    for scope, state in scopes.items():
        for node_id, arrivals in state.pending.items():
            if arrivals.wake_at is not None:
                yield arrivals.wake_at, step_key(scope, node_id)


def _load_scopes(
    raw: dict[str, Any], steps: Mapping[StepKey, OpenStep], blocks: Mapping[StepKey, Block]
) -> dict[ScopeKey, ScopeState]:
    scopes = {ROOT_SCOPE: _load_scope(raw[ROOT_SCOPE])}
    scopes |= {ScopeKey(key): _load_scope(item) for key, item in raw.items() if key}
    for key in (*blocks, *(key for key, step in steps.items() if not step.is_pass)):
        scopes[split_key(key)[0]].open[key] = None
    return scopes


def _trimmed(facts: Mapping[str, Any], **always: Json) -> dict[str, Json]:
    return always | {name: value for name, value in facts.items() if value or name in KEPT}


def _dump_step(step: OpenStep) -> Json:
    return _trimmed(
        {
            "taken": list(step.taken),
            "attempt": step.attempt,
            "first_start": _stamp(step.first_start),
            "wake_at": _stamp(step.wake_at),
            "reason": step.reason,
            "woken": step.woken,
            "is_handed": step.is_handed,
            "is_long_wait": step.is_long_wait,
            "is_pass": step.is_pass,
            "is_unwanted": step.is_unwanted,
            "note": step.note,
        },
        status=str(step.status),
    )


def _load_step(raw: dict[str, Any]) -> OpenStep:
    return OpenStep(
        status=StepStatus(raw["status"]),
        taken=tuple(raw.get("taken", ())),
        attempt=raw.get("attempt", 0),
        first_start=_moment(raw.get("first_start")),
        wake_at=_moment(raw.get("wake_at")),
        reason=_reason(raw.get("reason")),
        woken=_reason(raw.get("woken")),
        is_handed=raw.get("is_handed", False),
        is_long_wait=raw.get("is_long_wait", False),
        is_pass=raw.get("is_pass", False),
        is_unwanted=raw.get("is_unwanted", False),
        note=raw.get("note"),
    )


def _dump_scope(scope: ScopeState) -> Json:
    return _trimmed(
        {
            "pending": {
                node_id: _trimmed(
                    {
                        "taken": list(arrivals.taken),
                        "dead": arrivals.dead,
                        "wake_at": _stamp(arrivals.wake_at),
                    }
                )
                for node_id, arrivals in scope.pending.items()
            },
            "leaves": list(scope.leaves),
            "ending": scope.ending and _dump_ending(scope.ending),
            "decided": sorted(scope.decided),
        }
    )


def _load_scope(raw: dict[str, Any]) -> ScopeState:
    pending = {
        NodeId(node_id): Arrivals(
            tuple(item.get("taken", ())), item.get("dead", 0), _moment(item.get("wake_at"))
        )
        for node_id, item in raw.get("pending", {}).items()
    }
    return ScopeState(
        pending=pending,
        leaves=tuple(raw.get("leaves", ())),
        ending=_load_ending(raw["ending"]) if "ending" in raw else None,
        decided=frozenset(raw.get("decided", ())),
    )


def _dump_block(block: Block) -> Json:
    return _trimmed(
        {
            "concurrency": block.concurrency,
            "is_patient": block.is_patient,
            "has_break": block.has_break,
            "has_catch": block.has_catch,
            "has_finally": block.has_finally,
            "retry": block.retry and retry.write(block.retry),
            "deadline_at": _stamp(block.deadline_at),
            "taken": list(block.taken),
            "attempt": block.attempt,
            "first_start": _stamp(block.first_start),
            "next": block.next,
            "open": list(block.open),
            "succeeded": block.succeeded,
            "failed": block.failed,
            "judged": block.judged,
            "verdicts": [[index, verdict] for index, verdict in block.verdicts.items()],
            "broke_at": block.broke_at,
            "error": block.error and dict(block.error),
            "ending": block.ending and _dump_ending(block.ending),
        },
        kind=str(block.kind),
        count=block.count,
        need=block.need,
    )


def _load_block(raw: dict[str, Any]) -> Block:
    return Block(
        kind=Container(raw["kind"]),
        count=raw["count"],
        need=raw["need"],
        concurrency=raw.get("concurrency", 0),
        is_patient=raw.get("is_patient", False),
        has_break=raw.get("has_break", False),
        has_catch=raw.get("has_catch", False),
        has_finally=raw.get("has_finally", False),
        retry=retry.read(raw["retry"], default_attempts=1) if "retry" in raw else None,
        deadline_at=_moment(raw.get("deadline_at")),
        taken=tuple(raw.get("taken", ())),
        attempt=raw.get("attempt", 0),
        first_start=_moment(raw.get("first_start")),
        next=raw.get("next", 0),
        open=dict.fromkeys(raw.get("open", ())),
        succeeded=raw.get("succeeded", 0),
        failed=raw.get("failed", 0),
        judged=raw.get("judged", 0),
        verdicts=dict(raw.get("verdicts", ())),
        broke_at=raw.get("broke_at"),
        error=raw.get("error"),
        ending=_load_ending(raw["ending"]) if "ending" in raw else None,
    )


def _dump_ending(ending: Ending) -> Json:
    return _trimmed(
        {
            "reason": ending.reason,
            "error": ending.error and dict(ending.error),
            "is_aborting": ending.is_aborting,
        },
        status=str(ending.status),
    )


def _load_ending(raw: dict[str, Any]) -> Ending:
    return Ending(
        status=ExecutionStatus(raw["status"]),
        reason=_reason(raw.get("reason")),
        error=raw.get("error"),
        is_aborting=raw.get("is_aborting", False),
    )


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _reason(text: str | None) -> Reason | None:
    return Reason(text) if text else None
