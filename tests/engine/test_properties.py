"""Random graphs, random outcomes, random interleavings: what the decision promises whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import hold, loss, passes, plan
from apps.engine import stored as frontiers
from apps.engine.blocks import Opening, PassEnd
from apps.engine.bounds import OVERDUE
from apps.engine.failure import Failure
from apps.engine.frontier import Frontier
from apps.engine.graph import (
    ERROR_PORT,
    Container,
    Edge,
    Graph,
    Node,
    OnError,
    OnUnknown,
    make_graph,
)
from apps.engine.regions import Place
from apps.engine.retry import RetryPolicy
from apps.engine.runner import DAWN
from apps.engine.state import FINAL_STATUSES, ExecutionStatus, Reason, StepStatus
from apps.engine.value import (
    ROOT_SCOPE,
    NodeId,
    ScopeKey,
    StepKey,
    opener_of,
    pass_key,
    pass_scope,
    split_key,
    step_key,
)
from tests.engine.choosing import below, chosen, perhaps

Keys: TypeAlias = Sequence[StepKey]
Spot: TypeAlias = tuple[tuple[int, str], ...]
Move: TypeAlias = Callable[[Frontier, Keys], Frontier]
PORTS = ("main", "other")
EXITS = (*["main"] * 6, "other", ERROR_PORT)
# Every other node is a container.
KINDS: tuple[Container | None, ...] = (*[None] * len(Container), *Container)
# Large ones more often than small ones.
SIZES = st.integers(1, 10) | st.integers(5, 10)


@dataclass(frozen=True)
class Script:
    """What a node does when it runs: some failures, perhaps a wait, then success by a port or a last failure."""

    failures: int = 0
    port: str = "main"
    is_broken: bool = False
    wait_s: int | None = None
    is_stop: bool = False
    is_response: bool = False
    opening: Opening | None = None


HANDLES = {
    Container.CIRCUIT: ("body",),
    Container.LOOP: ("body",),
    Container.PARALLEL: ("one", "two", "three"),
    Container.RETRY: ("body",),
    Container.TRY: ("try", "catch", "finally"),
}


@dataclass(frozen=True)
class Case:
    graph: Graph
    scripts: Mapping[NodeId, Script]

    @property
    def is_racing(self) -> bool:
        """Whether the outcome may depend on the interleaving: something ends a scope early, or answers."""
        return any(node.wants or node.wait_s for node in self.graph.nodes.values()) or any(
            script.is_stop
            or script.is_response
            or (
                final_failure(self.graph.nodes[node_id], script)
                and self.graph.nodes[node_id].on_error is OnError.STOP
            )
            for node_id, script in self.scripts.items()
        )


def final_failure(node: Node, script: Script) -> bool:
    return script.is_broken or script.failures >= node.retry.attempts


def opening_of(draw: st.DrawFn, kind: Container, *, is_racing: bool) -> Opening:
    if kind is Container.TRY:
        return Opening(count=3)
    if kind is Container.RETRY:
        policy = RetryPolicy(
            attempts=3, first_wait_s=chosen(draw, (0, 1, 100)), longest_wait_s=1000
        )
        return Opening(count=3, retry=policy)
    if kind is Container.CIRCUIT:
        return Opening(count=1)
    count = 3 if kind is Container.PARALLEL else draw(below(5))
    if not is_racing:
        return Opening(count=count, concurrency=draw(below(4)))
    return Opening(
        count=count,
        need=draw(perhaps(0, count)),
        concurrency=draw(below(4)),
        is_patient=draw(st.booleans()),
        has_break=kind is Container.LOOP and draw(st.booleans()),
        timeout_s=draw(perhaps(1, 200)),
    )


def inner_spots(nodes: list[Node], spots: list[Spot]) -> list[Spot]:
    """Return the regions that the nodes but for the last open, most of them twice."""
    containers = [(number, node) for number, node in enumerate(nodes[:-1]) if node.handles]
    return [
        (*spots[number], (number, handle))
        for number, node in containers
        for handle in (*node.handles, node.handles[0])
    ]


def ways(draw: st.DrawFn, nodes: list[Node], spots: list[Spot]) -> list[tuple[int, str]]:
    """Ways into the last node from what stands where it stands, and now and then from anywhere."""
    spot, others = spots[-1], range(len(nodes) - 1)
    fitting = [(number, port) for number in others if spots[number] == spot for port in EXITS]
    entries = [spot[-1]] if spot else []
    choices = [*fitting, *entries * 3]
    found = [chosen(draw, choices) for _ in range(1 + draw(below(3)))]
    if draw(below(8)) == 0:
        stray = chosen(draw, others)
        found.append((stray, chosen(draw, nodes[stray].ports)))
    return found


@st.composite
def cases(draw: st.DrawFn, *, is_racing: bool = True) -> Case:
    count = draw(SIZES)
    ids = [NodeId(f"n{number}") for number in range(count)]
    nodes, scripts, edges, spots = [], {}, [], []
    for number, node_id in enumerate(ids):
        can_stop = [OnError.STOP] if is_racing else []
        kind = chosen(draw, KINDS) if number else None
        handles = HANDLES[kind] if kind else ()
        nodes.append(
            Node(
                id=node_id,
                type="test:any",
                ports=(*handles, *PORTS, ERROR_PORT),
                container=kind,
                handles=handles,
                wants=draw(perhaps(1, 2, share=2)) if is_racing else None,
                wait_s=draw(perhaps(1, 60, share=2)) if is_racing else None,
                on_error=chosen(draw, [OnError.CONTINUE, OnError.BRANCH, *can_stop]),
                on_unknown=chosen(draw, list(OnUnknown)),
                retry=RetryPolicy(
                    attempts=1 + draw(below(3)),
                    first_wait_s=chosen(draw, (0.5, 50, 500)),
                    longest_wait_s=1000,
                ),
                is_trigger=number == 0 or (kind is None and draw(below(15)) == 0),
                is_disabled=draw(below(12)) == 0,
            )
        )
        scripts[node_id] = Script(
            failures=chosen(draw, (0, 0, 1, 2, 3)),
            port=chosen(draw, (*["main"] * 5, "other")),
            is_broken=draw(below(7)) == 0,
            wait_s=draw(perhaps(0, 100, share=2)),
            is_stop=is_racing and draw(below(10)) == 0,
            is_response=is_racing and draw(below(10)) == 0,
            opening=opening_of(draw, kind, is_racing=is_racing) if kind else None,
        )
        if number and not nodes[-1].is_trigger:
            spots.append(chosen(draw, [*inner_spots(nodes, spots) * 2, ()]))
            for parent, port in ways(draw, nodes, spots):
                edges.append(Edge(len(edges), ids[parent], node_id, port))
        else:
            spots.append(())
    edges = fitting(nodes, edges)
    timeout_s = draw(perhaps(1, 2000)) if is_racing else None
    return Case(make_graph(nodes, edges, timeout_s=timeout_s), scripts)


def fitting(nodes: list[Node], edges: list[Edge]) -> list[Edge]:
    """Leave out edges until none crosses the border of a region."""
    while trespasses := make_graph(nodes, edges).regions.trespasses:
        index = trespasses[0].index
        kept = [edge for edge in edges if edge.index != index]
        edges = [replace(edge, index=number) for number, edge in enumerate(kept)]
    return edges


@dataclass
class World:
    """Carries decisions out in whatever order it is told, and remembers all that happened."""

    case: Case
    pick: st.DataObject
    has_faults: bool = False
    now: datetime = DAWN
    flight: list[StepKey] = field(default_factory=list)
    begun: list[tuple[StepKey, int]] = field(default_factory=list)
    statuses: dict[StepKey, StepStatus] = field(default_factory=dict)
    inputs: dict[StepKey, tuple[int, ...]] = field(default_factory=dict)
    entered: set[StepKey] = field(default_factory=set)
    pauses: int = 0

    def run(self) -> tuple[Frontier, plan.Finish]:
        self.statuses[StepKey("n0")] = StepStatus.COMPLETED
        return self.go_on(plan.begin(self.case.graph, NodeId("n0"), self.now))

    def go_on(self, frontier: Frontier) -> tuple[Frontier, plan.Finish]:
        graph = self.case.graph
        for _ in range(5000):
            frontier = reloaded(frontier)
            decision = plan.decide(graph, frontier, self.now)
            assert plan.decide(graph, frontier, self.now) == decision
            if decision.finish is not None:
                assert not self.flight
                return frontier, decision.finish
            frontier = self.act(frontier, decision)
        raise AssertionError("the execution never ends")

    def act(self, frontier: Frontier, decision: plan.Decision) -> Frontier:
        moves = [move for move in self.moves(frontier, decision) if move[1]]
        if not moves:
            assert decision.wake_at is not None, "nothing to do, nothing to wait for, and no end"
            assert decision.wake_at > self.now
            self.now = decision.wake_at
            return frontier
        move, keys = chosen(self.pick.draw, moves)
        return move(frontier, keys)

    def moves(self, frontier: Frontier, decision: plan.Decision) -> list[tuple[Move, Keys]]:
        steps = frontier.steps.items()
        unknown = [key for key, step in steps if step.status is StepStatus.UNKNOWN]
        handed = [key for key, step in steps if step.is_handed and key not in self.flight]
        nobody = (StepKey(""),)
        return [
            (self.run_late, nobody if decision.ending else ()),
            (self.skip, decision.skip),
            (self.enter, decision.enter),
            (self.close, decision.close),
            (self.expire, decision.expire),
            (self.cancel, decision.cancel),
            (self.abort, decision.abort),
            (self.start, decision.start),
            (self.hand, decision.start),
            (self.start, handed),
            (self.settle, self.flight),
            (self.decide_unknown, unknown),
            (self.lose, self.flight if self.has_faults else ()),
            (self.pause, nobody if self.may_pause(frontier) else ()),
            (self.resume, nobody if frontier.is_paused else ()),
            (self.request_cancel, nobody if self.has_faults and len(self.begun) > 4 else ()),
        ]

    def may_pause(self, frontier: Frontier) -> bool:
        return not frontier.is_paused and frontier.ending is None and self.pauses < 2

    def pause(self, frontier: Frontier, _: Keys) -> Frontier:
        self.pauses += 1
        return hold.paused(frontier, self.now)

    def resume(self, frontier: Frontier, _: Keys) -> Frontier:
        return hold.resumed(frontier, self.now)

    def enter(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        assert key not in self.entered, "a pass begins twice"
        self.entered.add(key)
        return passes.entered(self.case.graph, frontier, [key], self.now)

    def close(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        stood = passes.standing(frontier, key)
        end = passes.UNDISTURBED
        if key not in frontier.blocks:
            assert key in self.entered
            has_break = frontier.blocks[opener_of(split_key(key)[0])[0]].has_break
            end = PassEnd(is_break=has_break and self.pick.draw(st.booleans()))
        self.note([key], stood.status)
        after = passes.closed(self.case.graph, frontier, key, self.now, end=end)
        both, begun = passes.followed(self.case.graph, frontier, key, self.now, end=end)
        if not begun:
            assert both == after
            return after
        # What begins at once is what would be decided next, alone, and leads to the same.
        decision = plan.decide(self.case.graph, after, self.now)
        assert decision == plan.Decision(enter=begun, wake_at=decision.wake_at)
        assert both == passes.entered(self.case.graph, after, begun, self.now)
        return after

    def expire(self, frontier: Frontier, keys: Keys) -> Frontier:
        return passes.expired(self.case.graph, frontier, keys, self.now)

    def run_late(self, frontier: Frontier, _: Keys) -> Frontier:
        return plan.ended(frontier, OVERDUE, self.now)

    def skip(self, frontier: Frontier, keys: Keys) -> Frontier:
        self.note(keys, StepStatus.SKIPPED)
        return plan.skips_recorded(frontier, keys, self.now)

    def cancel(self, frontier: Frontier, keys: Keys) -> Frontier:
        self.note(keys, StepStatus.CANCELLED)
        return plan.dropped(frontier, keys, self.now)

    def abort(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        self.flight.remove(key)
        self.note([key], StepStatus.CANCELLED)
        return plan.settled(self.case.graph, frontier, key, plan.Aborted(), self.now)

    def hand(self, frontier: Frontier, keys: Keys) -> Frontier:
        return plan.handed(frontier, [chosen(self.pick.draw, keys)], self.now)

    def lose(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        self.flight.remove(key)
        return loss.lost(self.case.graph, frontier, key, self.now)

    def decide_unknown(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        if frontier.ending is None and self.pick.draw(st.booleans()):
            return loss.again(frontier, key, self.now)
        if not frontier.steps[key].is_unwanted and self.opens(key):
            # A person can only say that it failed: nobody else can open its passes.
            failure = Failure("gone", "it is lost")
            after = plan.settled(self.case.graph, frontier, key, failure, self.now)
            if key not in after.steps:
                self.note([key], StepStatus.FAILED)
            return after
        self.note([key], StepStatus.COMPLETED)
        return plan.settled(self.case.graph, frontier, key, plan.Completed(), self.now)

    def opens(self, key: StepKey) -> bool:
        return self.case.graph.nodes[split_key(key)[1]].container is not None

    def request_cancel(self, frontier: Frontier, _: Keys) -> Frontier:
        self.has_faults = False
        return plan.cancel(frontier, self.now)

    def start(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        assert key not in self.flight
        assert key not in self.statuses, "a settled step starts again"
        after = plan.started(frontier, [key], self.now)
        attempt = after.steps[key].attempt
        if after.steps[key].woken is None:
            assert (key, attempt) not in self.begun, "an attempt begins twice"
        self.begun.append((key, attempt))
        self.inputs[key] = after.steps[key].taken
        self.flight.append(key)
        return after

    def settle(self, frontier: Frontier, keys: Keys) -> Frontier:
        key = chosen(self.pick.draw, keys)
        node_id = split_key(key)[1]
        script, step = self.case.scripts[node_id], frontier.steps[key]
        self.flight.remove(key)
        self.now += timedelta(seconds=self.pick.draw(below(3)))
        if script.wait_s is not None and step.woken is None:
            wake_at = self.now + timedelta(seconds=script.wait_s)
            return plan.waiting(frontier, key, wake_at, Reason.DELAY, self.now)
        if script.is_broken or step.attempt <= script.failures:
            failure = Failure("broken", "it broke", is_retryable=not script.is_broken)
            after = plan.settled(self.case.graph, frontier, key, failure, self.now)
            if key not in after.steps:
                self.note([key], StepStatus.FAILED)
            return after
        if script.opening is not None:
            return passes.opened(self.case.graph, frontier, key, script.opening, self.now)
        self.note([key], StepStatus.COMPLETED)
        done = plan.Completed(script.port, script.is_response, script.is_stop)
        return plan.settled(self.case.graph, frontier, key, done, self.now)

    def note(self, keys: Keys, status: StepStatus) -> None:
        for key in keys:
            assert key not in self.statuses, f"{key} settles twice"
            self.statuses[key] = status


def reloaded(frontier: Frontier) -> Frontier:
    """Send a frontier through its stored form, which must lose nothing."""
    stored = json.loads(json.dumps(frontiers.dump(frontier)))
    again = frontiers.load(stored)
    assert again == frontier
    return again


def expected(case: Case) -> tuple[dict[StepKey, StepStatus], dict[StepKey, tuple[int, ...]]]:
    """Judge node by node, straight from the definition: the model against which the plan is held."""
    model = Model(case)
    model.judge(ROOT_SCOPE, (), set())
    return model.statuses, model.inputs


@dataclass
class Model:
    case: Case
    statuses: dict[StepKey, StepStatus] = field(default_factory=dict)
    inputs: dict[StepKey, tuple[int, ...]] = field(default_factory=dict)

    def judge(self, scope: ScopeKey, place: Place, taken: set[int]) -> None:
        """Judge one scope, of which the edges that lead into it are taken. Without a race no pass ever fails."""
        graph, statuses, inputs = self.case.graph, self.statuses, self.inputs
        for node_id in graph.order:
            if graph.place(node_id) != place:
                continue
            key, node = step_key(scope, node_id), graph.nodes[node_id]
            script = self.case.scripts[node_id]
            came = tuple(edge.index for edge in graph.incoming[node_id] if edge.index in taken)
            port: str | None
            if node_id == "n0":
                statuses[key], port = StepStatus.COMPLETED, node.default_port
            elif not came:
                statuses[key], port = StepStatus.SKIPPED, None
            elif node.is_disabled:
                statuses[key], port = StepStatus.SKIPPED, node.default_port
            elif final_failure(node, script):
                statuses[key], inputs[key] = StepStatus.FAILED, came
                port = ERROR_PORT if node.on_error is OnError.BRANCH else node.default_port
            elif script.opening is not None:
                self.passes(key, node, script.opening)
                statuses[key], inputs[key] = StepStatus.COMPLETED, came
                port = node.default_port
            else:
                statuses[key], inputs[key], port = StepStatus.COMPLETED, came, script.port
            taken |= {edge.index for edge in graph.outgoing[node_id] if edge.port == port}

    def passes(self, key: StepKey, node: Node, opening: Opening) -> None:
        graph = self.case.graph
        indexes = list(range(opening.count))
        if node.container is Container.RETRY:
            indexes = [0]
        elif node.container is Container.TRY:
            indexes = [0, 2] if graph.entries[node.id, "finally"] else [0]
        for index in indexes:
            handle = node.handle_of(index)
            taken = {edge.index for edge in graph.entries[node.id, handle]}
            place = (*graph.place(node.id), (node.id, handle))
            self.judge(pass_scope(key, index), place, taken)
            self.statuses[pass_key(key, index)] = StepStatus.COMPLETED


@settings(max_examples=300, deadline=None)
@given(case=cases(is_racing=False), pick=st.data())
def test_without_a_race_every_interleaving_ends_as_the_definition_says(
    case: Case, pick: st.DataObject
) -> None:
    world = World(case, pick)

    frontier, finish = world.run()

    statuses, inputs = expected(case)
    assert not case.is_racing
    assert world.statuses == statuses
    assert world.inputs == inputs
    assert finish.status is ExecutionStatus.COMPLETED
    assert finish.had_errors is (StepStatus.FAILED in statuses.values())
    assert (frontier.steps, frontier.blocks, frontier.over) == ({}, {}, {})
    assert list(frontier.scopes) == [ROOT_SCOPE]
    assert frontier.scopes[ROOT_SCOPE].pending == {}


@settings(max_examples=300, deadline=None)
@given(case=cases(), pick=st.data(), has_faults=st.booleans())
def test_every_execution_ends_and_no_step_starts_or_settles_twice(
    case: Case, pick: st.DataObject, has_faults: bool
) -> None:
    world = World(case, pick, has_faults)

    frontier, finish = world.run()

    assert finish.status in FINAL_STATUSES
    assert (frontier.steps, frontier.blocks, frontier.over) == ({}, {}, {})
    assert list(frontier.scopes) == [ROOT_SCOPE]
    assert {key for key in world.entered if key not in world.statuses} == set()
    assert (finish.error is None) is (
        finish.status in {ExecutionStatus.COMPLETED, ExecutionStatus.CANCELLED}
    )


@settings(max_examples=100, deadline=None)
@given(case=cases(is_racing=False), pick=st.data())
def test_the_leaves_do_not_depend_on_the_interleaving(case: Case, pick: st.DataObject) -> None:
    statuses, _ = expected(case)

    _, finish = World(case, pick).run()

    has_output = {
        key
        for key, status in statuses.items()
        if "[" not in key
        and (
            status is StepStatus.COMPLETED
            or (
                status is StepStatus.FAILED
                and case.graph.nodes[NodeId(key)].on_error is OnError.CONTINUE
            )
        )
    }
    assert set(finish.leaves) == {key for key in has_output if NodeId(key) in case.graph.leaves}


@settings(max_examples=100, deadline=None)
@given(case=cases(), pick=st.data())
def test_decisions_change_nothing(case: Case, pick: st.DataObject) -> None:
    frontier = plan.begin(case.graph, NodeId("n0"), DAWN)
    copy = replace(frontier)

    plan.decide(case.graph, frontier, DAWN)

    assert frontier == copy
