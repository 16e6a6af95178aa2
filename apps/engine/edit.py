"""A frontier taken in hand: changed in place by one transition, then put down as a new one."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import replace
from datetime import datetime

from apps.engine.errors import TransitionError
from apps.engine.frontier import Arrivals, Ending, Frontier, OpenStep, ScopeState
from apps.engine.graph import Edge, Graph
from apps.engine.state import StepStatus
from apps.engine.value import NodeId, ScopeKey, StepKey, step_key

NOTHING_ARRIVED = Arrivals()


class Edit:
    """The working copy of one transition. `done` closes it; nothing outside ever sees it half-way."""

    def __init__(self, frontier: Frontier) -> None:
        self._was = frontier
        self.steps = dict(frontier.steps)
        self.ready = dict(frontier.ready)
        self.skips = list(frontier.skips)
        self.drops = dict(frontier.drops)
        self.aborts = dict(frontier.aborts)
        self.timers = list(frontier.timers)
        self.long_waits = frontier.long_waits
        self.seq = frontier.seq
        self.step_count = frontier.step_count
        self.had_errors = frontier.had_errors
        self.responded = frontier.responded
        self.ending = frontier.ending
        self._pending = {key: dict(scope.pending) for key, scope in frontier.scopes.items()}
        self._leaves = {key: list(scope.leaves) for key, scope in frontier.scopes.items()}

    def step(self, key: StepKey) -> OpenStep:
        """Return an open step.

        Raises:
            TransitionError: it has settled already, or was never reached.
        """
        try:
            return self.steps[key]
        except KeyError:
            raise TransitionError(f"step {key} is not open") from None

    def put(self, key: StepKey, step: OpenStep) -> None:
        """Replace an open step and keep ready list, timers and drops in line with it."""
        self._forget(key)
        self.steps[key] = step
        self.long_waits += step.is_long_wait
        if self.ending is not None:
            self._wind_up(key, step, self.ending)
        elif step.status is StepStatus.QUEUED and not step.is_handed:
            self.ready[key] = None
        elif step.wake_at is not None and not step.is_handed:
            insort(self.timers, (step.wake_at, key))

    def close(self, key: StepKey) -> None:
        """Let a step settle: it is open no more."""
        self.step(key)
        self._forget(key)
        del self.steps[key]
        self.seq += 1

    def leaf(self, scope: ScopeKey, key: StepKey) -> None:
        """Note a leaf whose output belongs to the scope's output."""
        self._leaves[scope].append(key)

    def leave(self, graph: Graph, scope: ScopeKey, node_id: NodeId, port: str | None) -> None:
        """Settle the edges that leave a node: those of `port` are taken, the others dead.

        Nodes that become complete by this are opened or skipped, and a skipped one is left in turn.
        """
        todo = deque([(node_id, port)])
        while todo:
            source, taken_port = todo.popleft()
            for edge in graph.outgoing[source]:
                arrivals = self._arrive(scope, edge, is_taken=edge.port == taken_port)
                if arrivals.count == len(graph.incoming[edge.target]):
                    del self._pending[scope][edge.target]
                    passed = self._reach(graph, scope, edge.target, arrivals)
                    if passed is not None:
                        todo.append(passed)

    def _arrive(self, scope: ScopeKey, edge: Edge, *, is_taken: bool) -> Arrivals:
        pending = self._pending[scope]
        arrivals = pending.get(edge.target, NOTHING_ARRIVED)
        if is_taken:
            arrivals = Arrivals((*arrivals.taken, edge.index), arrivals.dead)
        else:
            arrivals = Arrivals(arrivals.taken, arrivals.dead + 1)
        pending[edge.target] = arrivals
        return arrivals

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
        self.skips.append(key)
        self.seq += 1

    def end(self, ending: Ending) -> None:
        """Begin the end: nothing starts any more. The first ending stands; a later one may still abort."""
        if self.ending is None:
            self.ending = ending
        elif ending.is_aborting and not self.ending.is_aborting:
            self.ending = replace(self.ending, is_aborting=True)
        for pending in self._pending.values():
            pending.clear()
        self.timers.clear()
        self.ready.clear()
        for key, step in self.steps.items():
            self._wind_up(key, step, self.ending)

    def _wind_up(self, key: StepKey, step: OpenStep, ending: Ending) -> None:
        if step.status is not StepStatus.RUNNING:
            self.drops[key] = None
            return
        self.drops.pop(key, None)
        if ending.is_aborting:
            self.aborts[key] = None

    def _forget(self, key: StepKey) -> None:
        step = self.steps.get(key)
        if step is None:
            return
        self.long_waits -= step.is_long_wait
        self.ready.pop(key, None)
        self.drops.pop(key, None)
        self.aborts.pop(key, None)
        if step.wake_at is not None:
            place = bisect_left(self.timers, (step.wake_at, key))
            if self.timers[place : place + 1] == [(step.wake_at, key)]:
                del self.timers[place]

    def done(self, now: datetime) -> Frontier:
        """Return the new frontier. The clock of the timeout runs only while something is active."""
        used_s, active_since = self._was.used_s, self._was.active_since
        is_active = len(self.steps) > self.long_waits
        if is_active and active_since is None:
            active_since = now
        elif not is_active and active_since is not None:
            used_s += max(0.0, (now - active_since).total_seconds())
            active_since = None
        return Frontier(
            steps=self.steps,
            scopes={
                key: ScopeState(self._pending[key], tuple(self._leaves[key]))
                for key in self._pending
            },
            ready=self.ready,
            skips=tuple(self.skips),
            drops=self.drops,
            aborts=self.aborts,
            timers=tuple(self.timers),
            long_waits=self.long_waits,
            seq=self.seq,
            step_count=self.step_count,
            had_errors=self.had_errors,
            responded=self.responded,
            ending=self.ending,
            used_s=used_s,
            active_since=active_since,
        )
