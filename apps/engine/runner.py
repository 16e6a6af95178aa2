"""Whole executions in memory: for unit tests, for dry runs, and as the model that the durable worker obeys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias

from apps.engine import calling, dry, passes, plan
from apps.engine.advance import answered, chance_after, output_of_execution, output_of_leaves
from apps.engine.blocks import PassEnd
from apps.engine.container import Collected, Open, Pass, PassFacts, facts_of
from apps.engine.credential import UNUSABLE, secrets_of
from apps.engine.errors import EngineError
from apps.engine.failure import Failure, failure_of
from apps.engine.frontier import Frontier
from apps.engine.graph import OnError
from apps.engine.mask import Mask, mask_of
from apps.engine.node import Answer, Call, Heard, Respond, Result, output_of
from apps.engine.outcome import Outcome, StepRecord
from apps.engine.ports import Ports
from apps.engine.problem import Problem
from apps.engine.program import Program
from apps.engine.render import Facts, Known, Prepared, is_break, prepare
from apps.engine.sight import lasting_key
from apps.engine.state import CALLED, ExecutionStatus, StepStatus
from apps.engine.tripping import tell_circuit
from apps.engine.value import (
    DEFAULT_LIMITS,
    Json,
    Limits,
    NodeId,
    StepKey,
    opener_of,
    pass_key,
    split_key,
)
from apps.engine.waking import woken
from apps.engine.wrap import masked_failure, run_prepared

Order: TypeAlias = Callable[[Sequence[StepKey]], StepKey]
NOTHING_TO_DO = plan.Decision()
UNNAMED = Facts(execution_id="in-memory")
# The first moment of every execution in memory that is not told another.
DAWN = datetime(2026, 1, 1, tzinfo=UTC)


def first_come(keys: Sequence[StepKey]) -> StepKey:
    """Choose the step that started first."""
    return keys[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Under which conditions an execution is tried in memory.

    `mocks` are outputs by node id that stand for running the node; a node that waits for somebody leaves by the port
    that its mock names. `heard` are the calls, by node id, that come as soon as
    a step of that node waits for one; without it its time runs out. When `is_dry`, a node that is external or waits for
    somebody is reported if it has no mock, and never run: nothing follows it, and the execution counts as failed. `order`
    chooses which of the steps in flight settles next. `on_change` sees every frontier and may give back an
    equal one. `find` returns the workflow that a node calls, by its id and for an input, and raises if it cannot
    be called; without it a call waits until the time is up. `chain` are the workflows that led here.
    """

    facts: Facts = UNNAMED
    mocks: Mapping[NodeId, Json] = field(default_factory=dict)
    heard: Mapping[NodeId, Heard] = field(default_factory=dict)
    is_dry: bool = False
    starts_at: datetime = DAWN
    order: Order = first_come
    limits: Limits = DEFAULT_LIMITS
    on_change: Callable[[Frontier], Frontier] | None = None
    find: calling.Find | None = None
    chain: tuple[str, ...] = ()


PLAIN_TRIAL = Trial()


def run(
    program: Program, trigger: NodeId, payload: Json, ports: Ports, trial: Trial = PLAIN_TRIAL
) -> Outcome:
    """Run an execution to its end and return how it went. Waits take no time: the clock is put forward.

    Its status is `waiting` if it came to wait for somebody, because in memory nobody comes.

    Raises:
        TransitionError: the document has no such trigger.
    """
    facts = replace(trial.facts, trigger=payload, limits=trial.limits)
    return _Walk(program, facts, ports, trial, trial.starts_at).from_trigger(trigger)


@dataclass(slots=True)
class _Walk:
    """One execution under way."""

    program: Program
    facts: Facts
    ports: Ports
    trial: Trial
    now: datetime
    frontier: Frontier = field(default_factory=Frontier)
    flight: list[StepKey] = field(default_factory=list)
    path: dict[NodeId, None] = field(default_factory=dict)
    steps: dict[StepKey, StepRecord] = field(default_factory=dict)
    outputs: dict[StepKey, Json] = field(default_factory=dict)
    passes: dict[StepKey, PassFacts] = field(default_factory=dict)
    opened: dict[StepKey, Open] = field(default_factory=dict)
    first_starts: dict[StepKey, datetime] = field(default_factory=dict)
    room: dry.Room = field(default_factory=dry.Room)
    response: Mapping[str, Json] | None = None
    problems: list[Problem] = field(default_factory=list)

    def from_trigger(self, trigger: NodeId) -> Outcome:
        graph = self.program.graph
        self._goto(plan.begin(graph, trigger, self.now))
        self.path[trigger] = None
        payload = self.facts.trigger
        self.steps[StepKey(trigger)] = StepRecord(
            StepStatus.COMPLETED, output=payload, has_output=True
        )
        self.outputs[StepKey(trigger)] = payload
        self.room.hold(payload)
        while True:
            decision = plan.decide(graph, self.frontier, self.now, self.trial.limits)
            if decision.finish is not None:
                self._skip(decision.skip)
                return self._outcome(decision.finish)
            if decision == NOTHING_TO_DO and not self.flight:
                # Somebody would have to come back to a waiting step, and in memory nobody does.
                return self._outcome(plan.Finish(ExecutionStatus.WAITING))
            self._carry_out(decision)

    def _goto(self, frontier: Frontier) -> None:
        self.frontier = frontier if self.trial.on_change is None else self.trial.on_change(frontier)

    def _carry_out(self, decision: plan.Decision) -> None:
        if decision.ending is not None:
            self._goto(plan.ended(self.frontier, decision.ending, self.now))
        self._skip(decision.skip)
        if self._has_settled(decision):
            return
        if decision.enter:
            self._enter(decision.enter)
        if decision.start:
            self._start(decision.start)
        if self.flight:
            key = self.trial.order(self.flight)
            self.flight.remove(key)
            self._step(key)
        elif decision.wake_at is not None and not decision.enter:
            self.now = decision.wake_at

    def _has_settled(self, decision: plan.Decision) -> bool:
        """Settle what needs nobody's work; whether anything did, so that what was to start is to be decided anew."""
        if decision.cancel:
            for key in decision.cancel:
                self._record(key, StepStatus.CANCELLED)
            self._goto(plan.dropped(self.frontier, decision.cancel, self.now))
        for key in decision.abort:
            self._abort(key)
        if decision.expire:
            self._goto(passes.expired(self.program.graph, self.frontier, decision.expire, self.now))
        for key in decision.close:
            self._close(key)
        return bool(decision.cancel or decision.abort or decision.expire or decision.close)

    def _skip(self, keys: Sequence[StepKey]) -> None:
        if keys:
            for key in keys:
                self._record(key, StepStatus.SKIPPED)
            self._goto(plan.skips_recorded(self.frontier, keys, self.now))

    def _abort(self, key: StepKey) -> None:
        self.flight.remove(key)
        self._record(key, StepStatus.CANCELLED)
        self._goto(plan.settled(self.program.graph, self.frontier, key, plan.Aborted(), self.now))

    def _enter(self, keys: Sequence[StepKey]) -> None:
        graph = self.program.graph
        for key in keys:
            opener, index = opener_of(split_key(key)[0])
            block = self.frontier.blocks[opener]
            node = graph.nodes[split_key(opener)[1]]
            facts = facts_of(node, block, index, self.opened.get(opener))
            self.passes[key] = facts
            self._record(key, StepStatus.RUNNING).facts = facts
        self._goto(passes.entered(graph, self.frontier, keys, self.now))

    def _close(self, key: StepKey) -> None:
        graph = self.program.graph
        stood = passes.standing(self.frontier, key)
        record = self._record(key, stood.status)
        record.error = stood.error
        end = passes.UNDISTURBED
        if key in self.frontier.blocks:
            self._collect(key, record)
            tell_circuit(self.ports.circuits, self.program, self.facts, key, record.status)
        elif stood.status is StepStatus.COMPLETED:
            record.output = output_of_leaves(stood.leaves, self.outputs.__getitem__)
            if self.frontier.blocks[opener_of(split_key(key)[0])[0]].has_break:
                end = self._judged(key, record)
        self.passes.pop(key, None)
        chance = chance_after(graph, key, self.facts.execution_id)
        self._goto(passes.closed(graph, self.frontier, key, self.now, end=end, chance=chance))

    def _judged(self, key: StepKey, record: StepRecord) -> PassEnd:
        known = Known(self.outputs, self.passes)
        try:
            return PassEnd(is_break=is_break(self.program, self.facts, key, known, self.now))
        except EngineError as error:
            record.status = StepStatus.FAILED
            record.error = failure_of(error).facts(split_key(key)[1])
            return PassEnd(record.error)

    def _collect(self, key: StepKey, record: StepRecord) -> None:
        """Make the output of a container whose passes are all closed."""
        block, node = self.frontier.blocks[key], self.program.graph.nodes[split_key(key)[1]]
        if record.status is StepStatus.COMPLETED:
            records = (
                (index, self.steps.get(pass_key(key, index))) for index in range(block.count)
            )
            ended = (
                Pass(index, found.facts or {}, found.status, found.output, found.error)
                for index, found in records
                if found is not None and found.status is not StepStatus.CANCELLED
            )
            record.output = self.program.containers[node.id].collect(Collected(node, block, ended))
        elif record.status is StepStatus.FAILED and node.on_error is not OnError.STOP:
            record.output = {"error": dict(record.error or {})}
        else:
            return
        self.outputs[key] = record.output
        record.has_output = True

    def _start(self, keys: Sequence[StepKey]) -> None:
        # In a later try of a retry block a step renders the same bytes as in the first one.
        lasting = {key: lasting_key(self.program.graph, key) for key in keys}
        before = {
            key: self.first_starts.setdefault(name, self.now)
            for key, name in lasting.items()
            if name != key
        }
        self._goto(plan.started(self.frontier, keys, self.now, first_starts=before))
        self.flight.extend(keys)

    def _record(self, key: StepKey, status: StepStatus) -> StepRecord:
        record = self.steps.setdefault(key, StepRecord(status))
        record.status = status
        return record

    def _step(self, key: StepKey) -> None:
        node_id = split_key(key)[1]
        if self._is_missing_mock(node_id):
            self._refuse(key, node_id)
            return
        record = self._record(key, StepStatus.RUNNING)
        record.attempts = self.frontier.steps[key].attempt
        self.path[node_id] = None
        answer = self._answer(key, node_id, record)
        if self.trial.is_dry:
            answer = self.room.kept(answer)
        self._goto(
            answered(
                self.program.graph,
                self.frontier,
                key,
                answer,
                self.now,
                execution_id=self.facts.execution_id,
            )
        )
        self._keep(key, node_id, answer, record)

    def _is_missing_mock(self, node_id: NodeId) -> bool:
        is_mocked = not self.trial.is_dry or node_id in self.trial.mocks
        return not is_mocked and dry.needs_mock(self.program, node_id)

    def _refuse(self, key: StepKey, node_id: NodeId) -> None:
        problem = dry.mock_missing(self.program.graph.nodes[node_id])
        self.problems.append(problem)
        record = self._record(key, StepStatus.SKIPPED)
        record.error = Failure(problem.code, problem.message).facts(node_id)
        self._goto(plan.settled(self.program.graph, self.frontier, key, plan.Aborted(), self.now))

    def _answer(self, key: StepKey, node_id: NodeId, record: StepRecord) -> Answer | Failure:
        is_mocked = node_id in self.trial.mocks
        try:
            prepared = self._prepare(key)
            record.input = prepared.masked
        except EngineError as error:
            failure = failure_of(error)
            # Of a mock nothing is sent anywhere, so it needs no credential that works; its input cannot be shown then.
            if not is_mocked or failure.code not in UNUSABLE:
                return masked_failure(failure, self._mask())
        if is_mocked:
            hears, mock = self.program.types[node_id].hears, self.trial.mocks[node_id]
            return Result(mock, port=None if hears is None else hears.port_of(mock))
        answer = run_prepared(self.program, prepared, self.trial.limits)
        return self._called(key, answer) if isinstance(answer, Call) else answer

    def _called(self, key: StepKey, call: Call) -> Answer | Failure:
        """Run the workflows that a node calls, each to its end; without any to be found the call waits."""
        find, chain = self.trial.find, (*self.trial.chain, self.facts.workflow_id)
        if find is None:
            return call

        def begin(callee: calling.Callee, given: Json, index: int) -> Outcome:
            execution_id = f"{self.facts.execution_id}:{key}[{index}]"
            facts = replace(
                self.facts,
                execution_id=execution_id,
                workflow_id=call.workflow_id,
                credentials=callee.credentials,
            )
            trial = replace(self.trial, facts=facts, mocks={}, chain=chain)
            return run(callee.program, callee.trigger, given, self.ports, trial)

        answer, problem = calling.in_memory(call, chain, find, begin)
        if problem is not None:
            node_id = split_key(key)[1]
            self.problems.append(replace(problem, node_id=node_id))
        return answer

    def _mask(self) -> Mask:
        vault = self.facts.credentials
        return mask_of(secrets_of(vault, vault))

    def _prepare(self, key: StepKey) -> Prepared:
        step = self.frontier.steps[key]
        told = self.trial.heard.get(split_key(key)[1]) if step.woken in CALLED else None
        known = Known(self.outputs, self.passes, {} if told is None else {key: told})
        return prepare(self.program, self.facts, key, step, known, self.ports)

    def _keep(
        self, key: StepKey, node_id: NodeId, answer: Answer | Failure, record: StepRecord
    ) -> None:
        if isinstance(answer, Open):
            self.opened[key] = answer
            return
        if key in self.frontier.steps:
            record.status = StepStatus.WAITING
            if self.frontier.steps[key].reason in CALLED and node_id in self.trial.heard:
                self._goto(woken(self.frontier, key, self.now))
            return
        if isinstance(answer, Failure):
            record.status = StepStatus.FAILED
            record.error = answer.facts(node_id)
            if self.program.graph.nodes[node_id].on_error is OnError.STOP:
                return
            record.output = answer.output(node_id)
        else:
            record.status = StepStatus.COMPLETED
            record.output = output_of(answer)
        record.has_output = True
        self.outputs[key] = record.output
        if isinstance(answer, Respond) and self.frontier.responded == key:
            self.response = answer.response

    def _outcome(self, finish: plan.Finish) -> Outcome:
        status, error = finish.status, finish.error
        if status is ExecutionStatus.COMPLETED and self.problems:
            problem = self.problems[0]
            status = ExecutionStatus.FAILED
            error = {
                "code": problem.code,
                "message": problem.message,
                "node": problem.node_id,
            }
        output = None
        if status is ExecutionStatus.COMPLETED:
            output = output_of_execution(finish, lambda key: self.steps[key].output, self.response)
        return Outcome(
            status=status,
            path=tuple(self.path),
            steps=self.steps,
            output=output,
            response=self.response,
            error=error,
            problems=tuple(self.problems),
            had_errors=finish.had_errors,
            ended_at=self.now,
        )
