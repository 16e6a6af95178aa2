"""A frontier taken in hand: changed in place by one transition, then put down as a new one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from apps.engine.blocks import NEEDLESS, Block
from apps.engine.ending import Ending
from apps.engine.errors import TransitionError
from apps.engine.frontier import Arrivals, Frontier, OpenStep, ScopeState
from apps.engine.graph import Edge, Graph, Node
from apps.engine.lent import Lent, LentScope, with_call, without_call
from apps.engine.state import Reason, StepStatus
from apps.engine.value import (
    NodeId,
    ScopeKey,
    StepKey,
    opener_of,
    pass_key,
    pass_scope,
    split_key,
    step_key,
)

NOTHING_ARRIVED = Arrivals()


class Edit:
    """The working copy of one transition. `done` closes it; nothing outside ever sees it half-way."""

    def __init__(self, frontier: Frontier, now: datetime) -> None:
        self._was = frontier
        self._now = now
        self._steps = Lent(frontier.steps)
        self._blocks = Lent(frontier.blocks)
        self._ready = Lent(frontier.ready)
        self._drops = Lent(frontier.drops)
        self._aborts = Lent(frontier.aborts)
        self._over = Lent(frontier.over)
        self._scopes: dict[ScopeKey, LentScope] = {}
        self._gone: set[ScopeKey] = set()
        self._timers = frontier.timers
        self._long_waits = frontier.long_waits
        self._skips: list[StepKey] | None = None
        self.seq = frontier.seq
        self.step_count = frontier.step_count
        self.had_errors = frontier.had_errors
        self.responded = frontier.responded
        self.is_paused = frontier.is_paused

    # --- steps -------------------------------------------------------------------------------------

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
        if not step.is_pass:
            self._is_open(key)
        ending = NEEDLESS if step.is_unwanted else self.ending_of(key, step)
        if ending is not None:
            self._wind_up(key, step, ending)
        elif step.status is StepStatus.QUEUED and not step.is_handed:
            self._ready.put(key, None)
        elif step.wake_at is not None and not step.is_handed:
            self._call_at(step.wake_at, key)

    def close(self, key: StepKey) -> None:
        """Let a step settle: it is open no more."""
        step = self.step(key)
        self._forget(key)
        self._steps.drop(key)
        self.seq += 1
        if not step.is_pass:
            self._scope(split_key(key)[0]).open.drop(key)

    def skip(self, key: StepKey) -> None:
        """Note a step that is to be recorded as skipped."""
        if self._skips is None:
            self._skips = list(self._was.skips)
        self._skips.append(key)
        self.seq += 1

    def skips_written(self, keys: frozenset[StepKey]) -> None:
        """Forget skipped steps whose records are written."""
        self._skips = [key for key in self._was.skips if key not in keys]

    # --- scopes and blocks -------------------------------------------------------------------------

    def _scope(self, scope: ScopeKey) -> LentScope:
        taken = self._scopes.get(scope)
        if taken is None:
            taken = self._scopes[scope] = LentScope(self._was.scopes[scope])
        return taken

    def _is_open(self, key: StepKey) -> None:
        open_keys = self._scope(split_key(key)[0]).open
        if key not in open_keys.now:
            open_keys.put(key, None)

    def ending(self, scope: ScopeKey) -> Ending | None:
        """Return how a scope comes to its end, once it does."""
        taken = self._scopes.get(scope)
        return self._was.scopes[scope].ending if taken is None else taken.ending

    def ending_of(self, key: StepKey, step: OpenStep) -> Ending | None:
        """Return how that comes to its end in which a step lies: its scope, or the block of a pass."""
        scope = split_key(key)[0]
        return self.block(opener_of(scope)[0]).ending if step.is_pass else self.ending(scope)

    def leaf(self, scope: ScopeKey, key: StepKey) -> None:
        """Note a leaf whose output belongs to the scope's output."""
        taken = self._scope(scope)
        taken.leaves = (*taken.leaves, key)

    def enter(self, key: StepKey) -> ScopeKey:
        """Turn a pass that was to begin into an open scope, and return that."""
        scope = split_key(key)[0]
        self.close(key)
        self._scopes[scope] = LentScope(ScopeState())
        return scope

    def leave_scope(self, scope: ScopeKey) -> None:
        """Forget a scope in which nothing is open any more."""
        for node_id in list(self._scope(scope).pending.now):
            self._wait_no_more(scope, node_id)
        self._scopes.pop(scope)
        self._gone.add(scope)

    def block(self, key: StepKey) -> Block:
        """Return a container whose passes are under way."""
        return self._blocks.now[key]

    def put_block(self, key: StepKey, block: Block) -> None:
        """Replace a block; one that is over is to be closed."""
        old = self._blocks.now.get(key)
        if old is not None and old.deadline_at is not None:
            self._uncall(old.deadline_at, key)
        self._blocks.put(key, block)
        self._is_open(key)
        if block.is_over:
            self._over.put(key, None)
        elif block.ending is None and block.deadline_at is not None:
            self._call_at(block.deadline_at, key)

    def close_block(self, key: StepKey) -> None:
        """Let a block settle: it is open no more."""
        self._blocks.drop(key)
        self._over.drop(key)
        self._scope(split_key(key)[0]).open.drop(key)
        self.seq += 1

    def upcoming(self) -> tuple[StepKey, ...]:
        """Return the passes that are to begin, if whoever decides could find nothing else to be done; else none."""
        is_busy = self._drops.now or self._aborts.now or self._over.now or self._timers
        if is_busy or self.is_paused or self._skips or self._was.skips or self._emptied():
            return ()
        ready = tuple(self._ready.now)
        return ready if all(self._steps.now[key].is_pass for key in ready) else ()

    def closed_pass(self, key: StepKey) -> None:
        """Forget that a pass is to be closed."""
        self._over.drop(key)
        self.seq += 1

    # --- ways --------------------------------------------------------------------------------------

    def leave(self, graph: Graph, scope: ScopeKey, node_id: NodeId, port: str | None) -> None:
        """Settle the edges that leave a node: those of `port` are taken, the others dead."""
        self._follow(graph, scope, graph.exits[node_id], port)

    def go_in(self, graph: Graph, scope: ScopeKey, container: NodeId, handle: str) -> None:
        """Take the edges that lead into the region of a handle."""
        self._follow(graph, scope, graph.entries[container, handle], handle)

    def _follow(
        self, graph: Graph, scope: ScopeKey, edges: Iterable[Edge], port: str | None
    ) -> None:
        """Settle edges. Nodes that become complete by this are opened or skipped, and a skipped one is left in turn."""
        here = self._scope(scope)
        todo = deque([(edges, port)])
        while todo:
            some, taken_port = todo.popleft()
            for edge in some:
                target = edge.target
                if here.decided and not here.decided.isdisjoint(graph.contests.get(target, ())):
                    continue
                was = here.pending.now.get(target, NOTHING_ARRIVED)
                arrivals = was.plus(edge.index, is_taken=edge.port == taken_port)
                node, incoming = graph.nodes[target], len(graph.incoming[target])
                if arrivals.count < incoming and not arrivals.is_enough(node.wants, incoming):
                    self._wait_for_others(scope, node, arrivals)
                    continue
                self._wait_no_more(scope, target)
                passed = self._reach(graph, scope, target, arrivals)
                if passed is not None:
                    todo.append((graph.exits[target], passed[1]))

    def _wait_for_others(self, scope: ScopeKey, node: Node, arrivals: Arrivals) -> None:
        if node.wait_s is not None and arrivals.taken and arrivals.wake_at is None:
            wake_at = self._now + timedelta(seconds=node.wait_s)
            arrivals = replace(arrivals, wake_at=wake_at)
            self._call_at(wake_at, step_key(scope, node.id))
        self._scope(scope).pending.put(node.id, arrivals)

    def _wait_no_more(self, scope: ScopeKey, node_id: NodeId) -> None:
        pending = self._scope(scope).pending
        arrivals = pending.now.get(node_id)
        if arrivals is not None and arrivals.wake_at is not None:
            self._uncall(arrivals.wake_at, step_key(scope, node_id))
        pending.drop(node_id)

    def waits(self, scope: ScopeKey, node_id: NodeId) -> bool:
        """Say whether a node still waits for other edges."""
        return node_id in self._scope(scope).pending.now

    def time_out(self, graph: Graph, key: StepKey) -> None:
        """Let a node run that waits for other edges no longer.

        Raises:
            TransitionError: it does not wait.
        """
        scope, node_id = split_key(key)
        arrivals = self._scope(scope).pending.now.get(node_id)
        if arrivals is None:
            raise TransitionError(f"{key} does not wait for anything")
        self._wait_no_more(scope, node_id)
        passed = self._reach(graph, scope, node_id, arrivals, woken=Reason.DEADLINE)
        if passed is not None:
            self._follow(graph, scope, graph.exits[node_id], passed[1])

    def _reach(
        self,
        graph: Graph,
        scope: ScopeKey,
        node_id: NodeId,
        arrivals: Arrivals,
        *,
        woken: Reason | None = None,
    ) -> tuple[NodeId, str | None] | None:
        """Open or skip a complete node; a skipped one is returned with the port by which it is left."""
        node = graph.nodes[node_id]
        key = step_key(scope, node_id)
        self.step_count += 1
        if not arrivals.taken:
            self.skip(key)
            return node_id, None
        if node.wants is not None or woken is not None:
            self._decide(graph, scope, node_id)
        if node.is_disabled:
            self.skip(key)
            return node_id, node.default_port
        self.put(key, OpenStep(taken=tuple(sorted(arrivals.taken)), woken=woken))
        return None

    def _decide(self, graph: Graph, scope: ScopeKey, join: NodeId) -> None:
        """Close a join to whatever comes later, and let go of all that is under way to it."""
        here = self._scope(scope)
        here.decided |= {join}
        losers = graph.losers[join]
        for node_id in losers:
            self._wait_no_more(scope, node_id)
        for key in [key for key in here.open.now if split_key(key)[1] in losers]:
            if key in self._blocks.now:
                self.end_block(key, NEEDLESS)
            else:
                self.put(key, replace(self.step(key), is_unwanted=True))

    # --- endings -----------------------------------------------------------------------------------

    def end(self, scope: ScopeKey, ending: Ending) -> None:
        """Begin the end of a scope: nothing starts in it any more. The first ending stands; a later one may still abort."""
        here = self._scope(scope)
        merged = ending if here.ending is None else here.ending.merged(ending)
        if merged is here.ending:
            return
        here.ending = merged
        for node_id in list(here.pending.now):
            self._wait_no_more(scope, node_id)
        if not scope:
            self._timers = ()
            self._ready.clear()
        for key in list(here.open.now):
            if key in self._blocks.now:
                self.end_block(key, merged.within())
            else:
                self._stop(key, merged)

    def end_block(self, key: StepKey, ending: Ending) -> None:
        """Begin the end of a block: no pass begins any more, and those under way come to their end."""
        block = self.block(key)
        merged = ending if block.ending is None else block.ending.merged(ending)
        if merged is not block.ending:
            self.put_block(key, replace(block, ending=merged))
            self.stop_passes(key, merged.within())

    def stop_passes(self, key: StepKey, ending: Ending) -> None:
        """Let every pass of a block that is under way come to its end."""
        for index in self.block(key).open:
            inner = pass_key(key, index)
            if inner in self._steps.now:
                self._stop(inner, ending)
            else:
                self.end(pass_scope(key, index), ending)

    def _stop(self, key: StepKey, ending: Ending) -> None:
        step = self._steps.now[key]
        self._ready.drop(key)
        if step.wake_at is not None:
            self._uncall(step.wake_at, key)
        self._wind_up(key, step, ending)

    def _wind_up(self, key: StepKey, step: OpenStep, ending: Ending) -> None:
        if step.status is not StepStatus.RUNNING:
            self._drops.put(key, None)
            return
        self._drops.drop(key)
        if ending.is_aborting:
            self._aborts.put(key, None)

    def _forget(self, key: StepKey) -> None:
        if (step := self._steps.now.get(key)) is None:
            return
        self._long_waits -= step.is_long_wait
        self._ready.drop(key)
        self._drops.drop(key)
        self._aborts.drop(key)
        if step.wake_at is not None:
            self._uncall(step.wake_at, key)

    def _call_at(self, moment: datetime, key: StepKey) -> None:
        self._timers = with_call(self._timers, (moment, key))

    def _uncall(self, moment: datetime, key: StepKey) -> None:
        self._timers = without_call(self._timers, (moment, key))

    # --- the end of the transition -----------------------------------------------------------------

    def done(self) -> Frontier:
        """Return the new frontier. The clock of the timeout runs only while something is active, and not in a pause."""
        used_s, active_since = self._was.used_s, self._was.active_since
        is_active = len(self._steps.now) > self._long_waits and not self.is_paused
        if is_active and active_since is None:
            active_since = self._now
        elif not is_active and active_since is not None:
            used_s += max(0.0, (self._now - active_since).total_seconds())
            active_since = None
        return Frontier(
            steps=self._steps.now,
            blocks=self._blocks.now,
            scopes=self._put_down(),  # before `over`, which it may add to
            ready=self._ready.now,
            skips=self._was.skips if self._skips is None else tuple(self._skips),
            drops=self._drops.now,
            aborts=self._aborts.now,
            over=self._over.now,
            timers=self._timers,
            long_waits=self._long_waits,
            seq=self.seq,
            step_count=self.step_count,
            had_errors=self.had_errors,
            responded=self.responded,
            used_s=used_s,
            active_since=active_since,
            is_paused=self.is_paused,
        )

    def _put_down(self) -> dict[ScopeKey, ScopeState]:
        """Return all scopes; a pass in which nothing is open any more is to be closed."""
        if not self._scopes and not self._gone:
            return self._was.scopes
        scopes = dict(self._was.scopes)
        for scope in self._gone:
            del scopes[scope]
        for scope, taken in self._scopes.items():
            scopes[scope] = taken.done()
        for scope in self._emptied():
            self._over.put(pass_key(*opener_of(scope)), None)
        return scopes

    def _emptied(self) -> list[ScopeKey]:
        return [scope for scope, taken in self._scopes.items() if scope and not taken.open.now]
