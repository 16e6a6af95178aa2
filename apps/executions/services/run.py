"""One execution in its owner's hands: the frontier, the outputs already seen, and what is to be recorded next."""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import db
from apps.engine import advance, bounds, frontier, plan
from apps.engine.failure import Failure, failure_of
from apps.engine.frontier import Ending, Frontier, OpenStep
from apps.engine.graph import Node
from apps.engine.node import Answer, Respond
from apps.engine.ports import Ports
from apps.engine.program import Program
from apps.engine.render import Facts, Prepared, prepare
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import DEFAULT_LIMITS, Json, NodeId, StepKey, split_key
from apps.engine.wrap import masked_failure, output_of, wrapped
from apps.executions import queries
from apps.executions.services.record import Change, StepRecord, output_text

logger = logging.getLogger(__name__)

# The same for every tenant, until plans lower or raise them.
LIMITS = DEFAULT_LIMITS
LOST_FOR_GOOD = Failure(
    "worker_lost", "Its worker vanished, and a person said that it failed.", is_final=True
)

RESPONSE = "SELECT response FROM {s}.executions_execution WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class Said:
    """What an attempt left to be stored, free of secrets."""

    input: Json = None
    output: Json = None
    port: str = ""
    error: Mapping[str, Json] | None = None


NOTHING_SAID = Said()


class Outputs(Mapping[NodeId, Json]):
    """The outputs of settled steps, read from the database when a path first asks for one."""

    def __init__(self, schema: str, execution_id: UUID) -> None:
        self._schema = schema
        self._id = execution_id
        self._known: dict[NodeId, Json] = {}
        self._absent: set[NodeId] = set()

    def put(self, node_id: NodeId, output: Json) -> None:
        """Remember an output that is being recorded."""
        self._known[node_id] = output

    def fetch(self, node_ids: Iterable[NodeId]) -> None:
        """Read several at once, before somebody asks for them one by one."""
        missing = [
            each for each in node_ids if each not in self._known and each not in self._absent
        ]
        if not missing:
            return
        found = queries.outputs(self._schema, self._id, missing)
        self._known.update({NodeId(node_id): output for node_id, output in found.items()})
        self._absent.update(each for each in missing if each not in found)

    def __getitem__(self, node_id: NodeId) -> Json:
        if node_id not in self._known:
            self.fetch([node_id])
        return self._known[node_id]

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Run:
    """What the owner of a ticket works on. Nothing here is committed; `change()` says what is to be."""

    def __init__(
        self, schema: str, loaded: queries.Loaded, program: Program, *, tenant_id: str, token: UUID
    ) -> None:
        self.schema = schema
        self.id = loaded.id
        self.workflow_id = loaded.workflow_id
        self.program = program
        self.token = token
        self.seq = loaded.seq
        self.outputs = Outputs(schema, loaded.id)
        self.records: dict[StepKey, StepRecord] = {}
        self.unwritten_bytes = 0
        self.finish: plan.Finish | None = None
        self.wake_at: datetime | None = None
        self.has_progressed = False
        self._now = loaded.now
        self._since = time.monotonic()
        self._response: Json = None
        self._has_response = loaded.has_response
        self._output: Json = None
        self._facts = Facts(
            execution_id=str(loaded.id),
            tenant_id=tenant_id,
            workflow_id=str(loaded.workflow_id),
            trigger=loaded.trigger,
        )
        self.frontier = self._opened(loaded)

    def _opened(self, loaded: queries.Loaded) -> Frontier:
        trigger = NodeId(loaded.trigger_node)
        self.outputs.put(trigger, loaded.trigger)
        if loaded.frontier is not None:
            return frontier.load(loaded.frontier)
        # Its output is the execution's own trigger, which may be large, and is not stored twice.
        key = StepKey(trigger)
        self._note(key, StepStatus.COMPLETED, at=loaded.created_at)
        # It took no time: what passed until this turn was the queue's.
        self.records[key] = replace(self.records[key], ended_at=loaded.created_at)
        self.has_progressed = True
        return plan.begin(self.program.graph, trigger, self.now())

    def now(self) -> datetime:
        """Return the database's clock: as it was at the load, plus what this process's steady clock has counted."""
        return self._now + timedelta(seconds=time.monotonic() - self._since)

    def node(self, key: StepKey) -> Node:
        """Return the node of a step."""
        return self.program.graph.nodes[split_key(key)[1]]

    def decide(self) -> plan.Decision:
        """Return what may happen now, with everything carried out that needs nobody: skips, drops, the limits."""
        while True:
            decision = plan.decide(self.program.graph, self.frontier, self.now(), LIMITS)
            if decision.ending is not None:
                self.frontier = plan.ended(self.frontier, decision.ending, self.now())
                continue
            if decision.skip:
                for key in decision.skip:
                    self._note(key, StepStatus.SKIPPED)
                self.frontier = plan.skips_recorded(self.frontier, decision.skip, self.now())
                continue
            self.wake_at = decision.wake_at
            if decision.finish is not None:
                self._end(decision.finish)
            return decision

    def later(self, seconds: float) -> datetime:
        """Return the database's clock `seconds` from now."""
        return self.now() + timedelta(seconds=seconds)

    def left_s(self) -> float | None:
        """Return the seconds until the execution's time is up; None: it has all the time it wants."""
        over_at = bounds.deadline_at(self.program.graph, self.frontier)
        return None if over_at is None else max(0.0, (over_at - self.now()).total_seconds())

    def hand(self, key: StepKey) -> None:
        """Give an external step to whoever claims its ticket, and note it as queued."""
        self.frontier = plan.handed(self.frontier, [key], self.now())
        self._note(key, StepStatus.QUEUED, step=self.frontier.steps[key])

    def cancel(self) -> None:
        """Begin to cancel."""
        self.frontier = plan.cancel(self.frontier, self.now())

    def expire(self) -> None:
        """Begin to end because the execution's time is up."""
        self.frontier = plan.ended(self.frontier, bounds.OVERDUE, self.now())

    def give_up(self, message: str) -> None:
        """Begin to fail because workers die of it."""
        error: dict[str, Json] = {"code": str(Reason.WORKER_LOST), "message": message}
        ending = Ending(ExecutionStatus.FAILED, Reason.WORKER_LOST, error, is_aborting=True)
        self.frontier = plan.ended(self.frontier, ending, self.now())

    def begin(self, key: StepKey) -> OpenStep:
        """Start an attempt of a step and note it as running."""
        self.frontier = plan.started(self.frontier, [key], self.now())
        step = self.frontier.steps[key]
        self._note(key, StepStatus.RUNNING, step=step, at=self.now())
        return step

    def start_as_recorded(self, key: StepKey, first_started_at: datetime | None) -> None:
        """Start an attempt that somebody else has made; a later one renders the same bytes as its first."""
        step = self.frontier.steps[key]
        if step.first_start is None:
            steps = {**self.frontier.steps, key: replace(step, first_start=first_started_at)}
            self.frontier = replace(self.frontier, steps=steps)
        self.frontier = plan.started(self.frontier, [key], self.now())

    def prepared(self, key: StepKey, ports: Ports) -> Prepared | Failure:
        """Return the step ready to run, with what it reads at hand; or why it cannot even be rendered."""
        node_id = split_key(key)[1]
        step = self.frontier.steps[key]
        needs = self.program.needs(node_id)
        # All at once and now: a node that runs holds no connection.
        wanted = set(self.program.graph.nodes if needs.steps is None else needs.steps)
        if needs.has_input:
            wanted |= {self.program.graph.edges[index].source for index in step.taken}
        self.outputs.fetch(wanted)
        try:
            return prepare(self.program, self._facts, key, step, self.outputs, ports)
        except Exception as error:  # noqa: BLE001 - a step that cannot be rendered fails; its worker does not
            return failure_of(error)

    def perform(self, key: StepKey, ports: Ports) -> None:
        """Run one started step to its answer and record it, here and now."""
        prepared = self.prepared(key, ports)
        if isinstance(prepared, Failure):
            self.answered(key, prepared)
            return
        ran = run_prepared(self.program, prepared)
        self.answered(key, ran, masked=prepared.masked)

    def answered(
        self, key: StepKey, answer: Answer | Failure, *, masked: Mapping[str, Json] | None = None
    ) -> None:
        """Take the answer of a running step into the frontier and note what its row shall say."""
        before = self.frontier.steps[key]
        node_id = split_key(key)[1]
        self.has_progressed = True
        self.frontier = advance.answered(
            self.program.graph, self.frontier, key, answer, self.now(), execution_id=str(self.id)
        )
        after = self.frontier.steps.get(key)
        shown = dict(masked) if masked else None
        if isinstance(answer, Failure):
            self._failed(key, before, after, answer, shown)
        elif after is not None:
            self._note(key, StepStatus.WAITING, step=after, said=Said(shown))
        else:
            output = output_of(answer)
            port = getattr(answer, "port", None) or self.node(key).default_port
            self.outputs.put(node_id, output)
            self._note(key, StepStatus.COMPLETED, step=before, said=Said(shown, output, port))
            if isinstance(answer, Respond) and self.frontier.responded == key:
                self._response = answer.response

    def _failed(
        self,
        key: StepKey,
        before: OpenStep,
        after: OpenStep | None,
        failure: Failure,
        shown: dict[str, Json] | None,
    ) -> None:
        node_id = split_key(key)[1]
        error = failure.facts(node_id)
        if after is not None:
            self._note(key, StepStatus.WAITING, step=after, said=Said(shown, error=error))
            return
        output = None if self._ends_by(key) else failure.output(node_id)
        if output is not None:
            self.outputs.put(node_id, output)
        self._note(key, StepStatus.FAILED, step=before, said=Said(shown, output, error=error))

    def _ends_by(self, key: StepKey) -> bool:
        return self.node(key).on_error == "stop"

    def settle_cancelled(self, key: StepKey) -> None:
        """Record a step that nobody works on, or that obeyed, as cancelled."""
        step = self.frontier.steps[key]
        if step.status is StepStatus.RUNNING:
            self.frontier = plan.settled(
                self.program.graph, self.frontier, key, plan.Aborted(), self.now()
            )
        else:
            self.frontier = plan.dropped(self.frontier, [key], self.now())
        self._note(key, StepStatus.CANCELLED, step=step)
        self.has_progressed = True

    def lost(self, key: StepKey) -> None:
        """Take a step back that was in the hands of a worker that is gone."""
        self.frontier = plan.lost(self.program.graph, self.frontier, key, self.now())
        after = self.frontier.steps.get(key)
        if after is not None and after.status is StepStatus.UNKNOWN:
            self._note(key, StepStatus.UNKNOWN, step=after)

    def decided(self, key: StepKey, decision: str) -> None:
        """Carry out what a person said of an unknown step: it runs again, or it has failed."""
        if decision == "rerun":
            self.frontier = plan.again(self.frontier, key, self.now())
            self._note(key, StepStatus.QUEUED, step=self.frontier.steps[key])
        else:
            self.answered(key, LOST_FOR_GOOD)

    def _end(self, finish: plan.Finish) -> None:
        if self.finish is not None:
            return
        self.finish = finish
        response = self._response
        if response is None and self._has_response:
            response = db.fetch(db.in_schema(RESPONSE, self.schema), {"id": self.id})[0][0]
        if finish.status is ExecutionStatus.COMPLETED:
            self.outputs.fetch(split_key(key)[1] for key in finish.leaves)
            answer = response if isinstance(response, dict) else None
            self._output = advance.output_of_execution(finish, self._leaf, answer)

    def _leaf(self, key: StepKey) -> Json:
        return self.outputs.get(split_key(key)[1])

    def change(self) -> Change:
        """Return what is to be committed now; the records noted so far are handed over with it."""
        steps = list(self.records.values())
        self.records, self.unwritten_bytes = {}, 0
        if self.finish is not None:
            return Change(
                execution_id=self.id,
                token=self.token,
                status=str(self.finish.status),
                began_at=self._now,
                after=self.seq,
                reason=str(self.finish.reason or ""),
                output=self._output,
                response=self._response,
                error=self.finish.error,
                had_errors=self.finish.had_errors,
                is_final=True,
                is_forgotten=self._is_forgotten(self.finish),
                steps=steps,
            )
        status, reason = plan.standing(self.frontier)
        return Change(
            execution_id=self.id,
            token=self.token,
            status=str(status),
            began_at=self._now,
            after=self.seq,
            reason=str(reason or ""),
            frontier=frontier.dump(self.frontier),
            response=self._response,
            had_errors=self.frontier.had_errors,
            steps=steps,
        )

    def _is_forgotten(self, finish: plan.Finish) -> bool:
        """Whether what the steps saw is not kept, because all went well and the author said so."""
        went_well = finish.status is ExecutionStatus.COMPLETED and not finish.had_errors
        return went_well and not self.program.settings.save_successful_data

    def _note(
        self,
        key: StepKey,
        status: StepStatus,
        *,
        step: OpenStep | None = None,
        at: datetime | None = None,
        said: Said = NOTHING_SAID,
    ) -> None:
        """Note what a step's row shall say; of several notes before one commit the last stands, in its place."""
        scope, node_id = split_key(key)
        old = self.records.pop(key, None)
        now = self.now()
        node_type = self.node(key).type
        shown = db.json_text(said.input) or (old.input if old else None)
        output = output_text(node_type, str(status), said.output)
        self.unwritten_bytes += len(shown or "") + len(output or "")
        self.records[key] = StepRecord(
            node_id=node_id,
            scope=scope,
            node_type=node_type,
            status=str(status),
            attempt=step.attempt if step else 1,
            attempts=attempts(old, step, said.error, now),
            input=shown,
            output=output,
            port=said.port,
            error=said.error,
            wake_at=step.wake_at if step and status is StepStatus.WAITING else None,
            first_started_at=step.first_start if step else at,
            started_at=at or (old.started_at if old else None),
            ended_at=now if status.is_settled else None,
        )


def attempts(
    old: StepRecord | None, step: OpenStep | None, error: Mapping[str, Json] | None, now: datetime
) -> list[Json]:
    """Return the failed attempts since the last commit, this one added; the row keeps the last 20 of all."""
    before = list(old.attempts) if old else []
    if error is None or step is None:
        return before
    failed: Json = {"attempt": step.attempt, "ended_at": now.isoformat(), "error": dict(error)}
    return [*before, failed][-LIMITS.attempts_kept :]


def run_prepared(program: Program, prepared: Prepared) -> Answer | Failure:
    """Run a prepared step, wrapped; whatever it does wrong comes back as a failure."""
    node_id = prepared.context.node_id
    node = program.graph.nodes[node_id]
    run = wrapped(program.types[node_id], node.ports, prepared.mask)
    answer = run(prepared.context).answer
    return masked_failure(answer, prepared.mask) if isinstance(answer, Failure) else answer
