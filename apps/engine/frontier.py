"""The frontier: all that an execution still has to remember about its way.

Its size is that of what is open: item 10,000 of a loop costs what item 10 cost. Scopes are keyed as step
records are (`loop-1[3]/inner[0]`; the root is the empty string), so a nested pass is one more entry.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from apps.engine.blocks import NEEDLESS, Block
from apps.engine.ending import Ending
from apps.engine.state import Reason, StepStatus
from apps.engine.swift import swift
from apps.engine.value import ROOT_SCOPE, Json, NodeId, ScopeKey, StepKey, opener_of, split_key


@swift(frozen=True, slots=True)
class OpenStep:
    """A step that has not settled. `taken` are the edges that brought it, in document order.

    `attempt` counts the tries begun. `is_handed` says that it was given to somebody else, so that no
    decision starts it again. `woken` is the reason of the wait it came back from and `note` what the node
    wrote down for itself, both kept over crashes and retries.

    `is_pass` marks a pass of a container that has not been entered; `is_unwanted` a step that lost a race, so
    that nothing follows it.
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
    is_pass: bool = False
    is_unwanted: bool = False
    note: Json = None


@swift(frozen=True, slots=True)
class Arrivals:
    """What reached a node that still waits for other edges: taken ones in settle order, dead ones counted.

    `wake_at` is when it waits for the others no longer.
    """

    taken: tuple[int, ...] = ()
    dead: int = 0
    wake_at: datetime | None = None

    @property
    def count(self) -> int:
        """How many edges have settled."""
        return len(self.taken) + self.dead

    def plus(self, edge: int, *, is_taken: bool) -> Arrivals:
        """Return the arrivals after one more edge has settled."""
        if is_taken:
            return Arrivals((*self.taken, edge), self.dead, self.wake_at)
        return Arrivals(self.taken, self.dead + 1, self.wake_at)

    def is_enough(self, wants: int | None, incoming: int) -> bool:
        """Say whether a node that does not wait for every edge may run: enough have come, or never will."""
        if wants is None or not self.taken:
            return False
        return len(self.taken) >= wants or incoming - self.dead < wants


@swift(frozen=True, slots=True)
class ScopeState:
    """The open part of one scope: half-reached nodes, the leaves that have an output, how it ends.

    `decided` are its joins that have run before all their edges had settled. `open` are the steps and blocks that
    have not settled; it follows from those and is not stored.
    """

    pending: dict[NodeId, Arrivals] = field(default_factory=dict)
    leaves: tuple[StepKey, ...] = ()
    ending: Ending | None = None
    decided: frozenset[NodeId] = frozenset()
    open: dict[StepKey, None] = field(default_factory=dict)


@swift(frozen=True, slots=True)
class Frontier:
    """What is open, and the answers that wait to be carried out.

    `blocks` are the containers whose passes are under way. `ready`: start these; `skips`: record these as skipped;
    `drops`: cancel these, nobody works on them; `aborts`: abort these, somebody does; `over`: passes and blocks
    in which nothing is open any more, close these. While it `is_paused`, nothing starts. `timers` and `long_waits` follow from the rest and are not stored.
    """

    steps: dict[StepKey, OpenStep] = field(default_factory=dict)
    blocks: dict[StepKey, Block] = field(default_factory=dict)
    scopes: dict[ScopeKey, ScopeState] = field(default_factory=lambda: {ROOT_SCOPE: ScopeState()})
    ready: dict[StepKey, None] = field(default_factory=dict)
    skips: tuple[StepKey, ...] = ()
    drops: dict[StepKey, None] = field(default_factory=dict)
    aborts: dict[StepKey, None] = field(default_factory=dict)
    over: dict[StepKey, None] = field(default_factory=dict)
    timers: tuple[tuple[datetime, StepKey], ...] = ()
    long_waits: int = 0
    seq: int = 0
    step_count: int = 0
    had_errors: bool = False
    responded: StepKey | None = None
    used_s: float = 0.0
    active_since: datetime | None = None
    is_paused: bool = False

    @property
    def ending(self) -> Ending | None:
        """How the execution comes to its end, once it does: the root scope's ending."""
        return self.scopes[ROOT_SCOPE].ending

    def ending_of(self, key: StepKey) -> Ending | None:
        """Return how an open step comes to its end: as its scope does, the block of a pass, or who lost a race."""
        step = self.steps[key]
        if step.is_unwanted:
            return NEEDLESS
        scope = split_key(key)[0]
        return (
            self.blocks[opener_of(scope)[0]].ending if step.is_pass else self.scopes[scope].ending
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing is open any more and everything decided was carried out."""
        return not self.steps and not self.skips and not self.blocks
