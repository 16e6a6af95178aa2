"""A frontier taken in hand: changed in place by one transition, then put down as a new one."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from apps.engine.errors import TransitionError
from apps.engine.frontier import Arrivals, Ending, Frontier, OpenStep, ScopeState
from apps.engine.graph import Edge, Graph
from apps.engine.state import StepStatus
from apps.engine.value import ROOT_SCOPE, NodeId, ScopeKey, StepKey, step_key

NOTHING_ARRIVED = Arrivals()

K = TypeVar("K")
V = TypeVar("V")


class _Lent(Generic[K, V]):
    """A mapping that belongs to the frontier before, and is copied when it is first written to.

    A thousand open steps must not be copied six times because one of them has settled.
    """

    __slots__ = ("_is_mine", "now")

    def __init__(self, lent: dict[K, V]) -> None:
        self.now = lent
        self._is_mine = False

    def put(self, key: K, value: V) -> None:
        self._mine()[key] = value

    def drop(self, key: K) -> None:
        if key in self.now:
            del self._mine()[key]

    def clear(self) -> None:
        if self.now:
            self.now, self._is_mine = {}, True

    def _mine(self) -> dict[K, V]:
        if not self._is_mine:
            self.now, self._is_mine = dict(self.now), True
        return self.now


class Edit:
    """The working copy of one transition. `done` closes it; nothing outside ever sees it half-way."""

    def __init__(self, frontier: Frontier) -> None:
        self._was = frontier
        self._steps = _Lent(frontier.steps)
        self._ready = _Lent(frontier.ready)
        self._drops = _Lent(frontier.drops)
        self._aborts = _Lent(frontier.aborts)
        self._pending = {key: _Lent(scope.pending) for key, scope in frontier.scopes.items()}
        self._leaves = {key: scope.leaves for key, scope in frontier.scopes.items()}
        self._timers = frontier.timers
        self._long_waits = frontier.long_waits
        self._skips: list[StepKey] | None = None
        self.seq = frontier.seq
        self.step_count = frontier.step_count
        self.had_errors = frontier.had_errors
        self.responded = frontier.responded
        self.ending = frontier.ending

    def step(self, key: StepKey) -> OpenStep:
        """Return an open step.

        Raises:
            TransitionError: it has settled already, or was never reached.
        """
        step = self._steps.now.get(key)
        if step is None:
            raise TransitionError(f"step {key} is not open")
        return step

    def is_to_drop(self, key: StepKey) -> bool:
        """Say whether a step is to be cancelled, because nobody works on it."""
        return key in self._drops.now

    def put(self, key: StepKey, step: OpenStep) -> None:
        """Replace an open step and keep ready list, timers and drops in line with it."""
        self._forget(key)
        self._steps.put(key, step)
        self._long_waits += step.is_long_wait
        if self.ending is not None:
            self._wind_up(key, step, self.ending)
        elif step.status is StepStatus.QUEUED and not step.is_handed:
            self._ready.put(key, None)
        elif step.wake_at is not None and not step.is_handed:
            timers = list(self._timers)
            insort(timers, (step.wake_at, key))
            self._timers = tuple(timers)

    def close(self, key: StepKey) -> None:
        """Let a step settle: it is open no more."""
        self.step(key)
        self._forget(key)
        self._steps.drop(key)
        self.seq += 1

    def leaf(self, scope: ScopeKey, key: StepKey) -> None:
        """Note a leaf whose output belongs to the scope's output."""
        self._leaves[scope] = (*self._leaves[scope], key)

    def leave(self, graph: Graph, scope: ScopeKey, node_id: NodeId, port: str | None) -> None:
        """Settle the edges that leave a node: those of `port` are taken, the others dead.

        Nodes that become complete by this are opened or skipped, and a skipped one is left in turn.
        """
        todo = deque([(node_id, port)])
        while todo:
            source, taken_port = todo.popleft()
            for edge in graph.outgoing[source]:
                arrivals = self._arrive(scope, edge, is_taken=edge.port == taken_port)
                if arrivals.count < len(graph.incoming[edge.target]):
                    self._pending[scope].put(edge.target, arrivals)
                    continue
                self._pending[scope].drop(edge.target)
                passed = self._reach(graph, scope, edge.target, arrivals)
                if passed is not None:
                    todo.append(passed)

    def _arrive(self, scope: ScopeKey, edge: Edge, *, is_taken: bool) -> Arrivals:
        arrivals = self._pending[scope].now.get(edge.target, NOTHING_ARRIVED)
        if is_taken:
            return Arrivals((*arrivals.taken, edge.index), arrivals.dead)
        return Arrivals(arrivals.taken, arrivals.dead + 1)

    def _reach(
        self, graph: Graph, scope: ScopeKey, node_id: NodeId, arrivals: Arrivals
    ) -> tuple[NodeId, str | None] | None:
        """Open or skip a complete node; a skipped one is returned with the port by which it is left."""
        node = graph.nodes[node_id]
        key = step_key(scope, node_id)
        self.step_count += 1
        if not arrivals.taken:
            self.skip(key)
            return node_id, None
        if node.is_disabled:
            self.skip(key)
            return node_id, node.default_port
        self.put(key, OpenStep(taken=tuple(sorted(arrivals.taken))))
        return None

    def skip(self, key: StepKey) -> None:
        """Note a step that is to be recorded as skipped."""
        if self._skips is None:
            self._skips = list(self._was.skips)
        self._skips.append(key)
        self.seq += 1

    def skips_written(self, keys: frozenset[StepKey]) -> None:
        """Forget skipped steps whose records are written."""
        self._skips = [key for key in self._was.skips if key not in keys]

    def end(self, ending: Ending) -> None:
        """Begin the end: nothing starts any more. The first ending stands; a later one may still abort."""
        if self.ending is None:
            self.ending = ending
        elif ending.is_aborting and not self.ending.is_aborting:
            self.ending = replace(self.ending, is_aborting=True)
        for pending in self._pending.values():
            pending.clear()
        self._timers = ()
        self._ready.clear()
        for key, step in self._steps.now.items():
            self._wind_up(key, step, self.ending)

    def _wind_up(self, key: StepKey, step: OpenStep, ending: Ending) -> None:
        if step.status is not StepStatus.RUNNING:
            self._drops.put(key, None)
            return
        self._drops.drop(key)
        if ending.is_aborting:
            self._aborts.put(key, None)

    def _forget(self, key: StepKey) -> None:
        step = self._steps.now.get(key)
        if step is None:
            return
        self._long_waits -= step.is_long_wait
        self._ready.drop(key)
        self._drops.drop(key)
        self._aborts.drop(key)
        if step.wake_at is not None:
            place = bisect_left(self._timers, (step.wake_at, key))
            if self._timers[place : place + 1] == ((step.wake_at, key),):
                self._timers = self._timers[:place] + self._timers[place + 1 :]

    def done(self, now: datetime) -> Frontier:
        """Return the new frontier. The clock of the timeout runs only while something is active."""
        used_s, active_since = self._was.used_s, self._was.active_since
        is_active = len(self._steps.now) > self._long_waits
        if is_active and active_since is None:
            active_since = now
        elif not is_active and active_since is not None:
            used_s += max(0.0, (now - active_since).total_seconds())
            active_since = None
        return Frontier(
            steps=self._steps.now,
            scopes={
                key: ScopeState(
                    pending.now,
                    self._leaves[key],
                    self.ending if key == ROOT_SCOPE else self._was.scopes[key].ending,
                )
                for key, pending in self._pending.items()
            },
            ready=self._ready.now,
            skips=self._was.skips if self._skips is None else tuple(self._skips),
            drops=self._drops.now,
            aborts=self._aborts.now,
            timers=self._timers,
            long_waits=self._long_waits,
            seq=self.seq,
            step_count=self.step_count,
            had_errors=self.had_errors,
            responded=self.responded,
            used_s=used_s,
            active_since=active_since,
        )
