"""The frontier: all that an execution still has to remember about its way, and its stored form.

Its size is that of what is open: item 10,000 of a loop costs what item 10 cost. Scopes are keyed as step
records are (`loop-1[3]/inner[0]`; the root is the empty string), so a nested pass is one more entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from apps.engine.errors import FormatError
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import ROOT_SCOPE, Json, NodeId, ScopeKey, StepKey

FORMAT = 1


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that has not settled. `taken` are the edges that brought it, in document order.

    `attempt` counts the tries begun. `is_handed` says that it was given to somebody else, so that no
    decision starts it again. `woken` is the reason of the wait it came back from and `note` what the node
    wrote down for itself, both kept over crashes and retries.
    """

    status: StepStatus = StepStatus.QUEUED
    taken: tuple[int, ...] = ()
    attempt: int = 0
    first_start: datetime | None = None
    wake_at: datetime | None = None
    reason: Reason | None = None
    woken: Reason | None = None
    is_handed: bool = False
    is_long_wait: bool = False
    note: Json = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What reached a node that still waits for other edges: taken ones in settle order, dead ones counted."""

    taken: tuple[int, ...] = ()
    dead: int = 0

    @property
    def count(self) -> int:
        """How many edges have settled."""
        return len(self.taken) + self.dead


@dataclass(frozen=True, slots=True)
class Ending:
    """A scope that comes to its end: nothing more starts in it; what flies may land, or is aborted."""

    status: ExecutionStatus
    reason: Reason | None = None
    error: Mapping[str, Json] | None = None
    is_aborting: bool = False


@dataclass(frozen=True, slots=True)
class ScopeState:
    """The open part of one scope: half-reached nodes, the leaves that have an output, how it ends."""

    pending: dict[NodeId, Arrivals] = field(default_factory=dict)
    leaves: tuple[StepKey, ...] = ()
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Frontier:
    """What is open, and the answers that wait to be carried out.

    `ready`: start these; `skips`: record these as skipped; `drops`: cancel these, nobody works on them;
    `aborts`: abort these, somebody does. `timers` and `long_waits` follow from `steps` and are not stored.
    """

    steps: dict[StepKey, OpenStep] = field(default_factory=dict)
    scopes: dict[ScopeKey, ScopeState] = field(default_factory=lambda: {ROOT_SCOPE: ScopeState()})
    ready: dict[StepKey, None] = field(default_factory=dict)
    skips: tuple[StepKey, ...] = ()
    drops: dict[StepKey, None] = field(default_factory=dict)
    aborts: dict[StepKey, None] = field(default_factory=dict)
    timers: tuple[tuple[datetime, StepKey], ...] = ()
    long_waits: int = 0
    seq: int = 0
    step_count: int = 0
    had_errors: bool = False
    responded: StepKey | None = None
    used_s: float = 0.0
    active_since: datetime | None = None

    @property
    def ending(self) -> Ending | None:
        """How the execution comes to its end, once it does: the root scope's ending."""
        return self.scopes[ROOT_SCOPE].ending

    @property
    def is_over(self) -> bool:
        """Whether nothing is open any more and everything decided was carried out."""
        return not self.steps and not self.skips


def dump(frontier: Frontier) -> dict[str, Json]:
    """Return the frontier as JSON with its format's number; defaults are left out."""
    return _trimmed(
        {
            "steps": {key: _dump_step(step) for key, step in frontier.steps.items()},
            "scopes": {key: _dump_scope(scope) for key, scope in frontier.scopes.items()},
            "ready": list(frontier.ready),
            "skips": list(frontier.skips),
            "drops": list(frontier.drops),
            "aborts": list(frontier.aborts),
            "seq": frontier.seq,
            "step_count": frontier.step_count,
            "had_errors": frontier.had_errors,
            "responded": frontier.responded,
            "used_s": frontier.used_s,
            "active_since": _stamp(frontier.active_since),
        },
        format=FORMAT,
    )


Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
# From format n to n + 1; a rolling deploy meets frontiers of the release before.
UPGRADES: Mapping[int, Upgrade] = {}


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
    timers = sorted(
        (step.wake_at, key)
        for key, step in steps.items()
        if step.wake_at is not None and not step.is_handed
    )
    scopes = {ScopeKey(key): _load_scope(item) for key, item in raw["scopes"].items()}
    return Frontier(
        steps=steps,
        scopes=scopes,
        ready=dict.fromkeys(raw.get("ready", ())),
        skips=tuple(raw.get("skips", ())),
        drops=dict.fromkeys(raw.get("drops", ())),
        aborts=dict.fromkeys(raw.get("aborts", ())),
        timers=() if scopes[ROOT_SCOPE].ending else tuple(timers),
        long_waits=sum(step.is_long_wait for step in steps.values()),
        seq=raw.get("seq", 0),
        step_count=raw.get("step_count", 0),
        had_errors=raw.get("had_errors", False),
        responded=raw.get("responded"),
        used_s=raw.get("used_s", 0.0),
        active_since=_moment(raw.get("active_since")),
    )


def _trimmed(facts: Mapping[str, Any], **always: Json) -> dict[str, Json]:
    return always | {name: value for name, value in facts.items() if value or name == "scopes"}


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
        note=raw.get("note"),
    )


def _dump_scope(scope: ScopeState) -> Json:
    return _trimmed(
        {
            "pending": {
                node_id: _trimmed({"taken": list(arrivals.taken), "dead": arrivals.dead})
                for node_id, arrivals in scope.pending.items()
            },
            "leaves": list(scope.leaves),
            "ending": scope.ending and _dump_ending(scope.ending),
        }
    )


def _load_scope(raw: dict[str, Any]) -> ScopeState:
    pending = {
        NodeId(node_id): Arrivals(tuple(item.get("taken", ())), item.get("dead", 0))
        for node_id, item in raw.get("pending", {}).items()
    }
    return ScopeState(
        pending=pending,
        leaves=tuple(raw.get("leaves", ())),
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
