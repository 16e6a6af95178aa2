"""One execution in its owner's hands: the frontier, the outputs already seen, and what is to be recorded next."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from apps.adapters.blobs.store import BlobGoneError
from apps.core import db
from apps.engine import advance, bounds, loss, plan, stored
from apps.engine.container import Open
from apps.engine.credential import secrets_of
from apps.engine.ending import Ending
from apps.engine.failure import Failure, failure_of
from apps.engine.frontier import Frontier, OpenStep
from apps.engine.graph import Node
from apps.engine.mask import mask_of
from apps.engine.node import Answer, Call, Heard, Respond, Result, Stop
from apps.engine.ports import Ports
from apps.engine.program import Program
from apps.engine.render import Facts, Known, Prepared, prepare
from apps.engine.rewind import cut
from apps.engine.sight import earlier_tries
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.trace import Traced
from apps.engine.value import DEFAULT_LIMITS, Json, NodeId, StepKey, split_key
from apps.engine.wrap import masked_failure, output_of, run_prepared
from apps.executions.queries import owning
from apps.executions.services import known, large, links
from apps.executions.services.beginning import pins_of
from apps.executions.services.calls import Calls
from apps.executions.services.lines import StepLines
from apps.executions.services.record import (
    NOTHING_NOTED,
    NOTHING_SAID,
    Change,
    Said,
    StepRecord,
    attempts,
    output_text,
)
from apps.keys.errors import KeyAwayError

logger = logging.getLogger(__name__)

# The same for every tenant, until plans lower or raise them.
LIMITS = DEFAULT_LIMITS
LOST_FOR_GOOD = Failure(
    "worker_lost", "Its worker vanished, and a person said that it failed.", is_final=True
)

RESPONSE = "SELECT response FROM {s}.executions_execution WHERE id = %(id)s"


class Run:
    """What the owner of a ticket works on. Nothing here is committed; `change()` says what is to be."""

    def __init__(
        self, schema: str, loaded: owning.Loaded, program: Program, *, tenant_id: str, token: UUID
    ) -> None:
        self.schema = schema
        self.id = loaded.id
        self.workflow_id = loaded.workflow_id
        self.program = program if loaded.stop_at is None else cut(program, loaded.stop_at)
        self.token = token
        self.calls = Calls(schema, loaded)
        self.seq = loaded.seq
        self.outputs = known.outputs(schema, loaded.id)
        self.given = known.given(schema, loaded.id)
        self.heard: dict[StepKey, Heard] = {}
        self.opened: dict[StepKey, Open] = {}
        self.pins = pins_of(loaded.pins)
        self.asked: set[tuple[StepKey, bool]] = set()
        self.records: dict[StepKey, StepRecord] = {}
        self._begun: dict[StepKey, datetime] = {}
        self._under_way: dict[StepKey, OpenStep] = {}
        self.lines: dict[StepKey, StepLines] = {}
        self.unwritten_bytes = 0
        self.finish: plan.Finish | None = None
        self.wake_at: datetime | None = None
        self.has_progressed = False
        self._now = loaded.now
        self._since = time.monotonic()
        self._response: Json = None
        self._has_response = loaded.has_response
        self._output: Json = None
        self.facts = Facts(
            execution_id=str(loaded.id),
            tenant_id=tenant_id,
            workflow_id=str(loaded.workflow_id),
            trigger=loaded.trigger,
        )
        if program.hears:
            address = links.address_of(UUID(tenant_id), schema, loaded.id)
            self.facts = replace(self.facts, address=address)
        self.frontier = self._opened(loaded)

    def _opened(self, loaded: owning.Loaded) -> Frontier:
        trigger = NodeId(loaded.trigger_node)
        self.outputs.put(StepKey(trigger), loaded.trigger)
        if loaded.frontier is not None:
            return stored.load(loaded.frontier)
        # Its output is the execution's own trigger, which may be large, and is not stored twice.
        key = StepKey(trigger)
        self.note(key, StepStatus.COMPLETED, at=loaded.created_at)
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

    def step(self, key: StepKey) -> OpenStep:
        """Return an open step as it stands, also between the beginning of a pure one and its answer."""
        return self._under_way.get(key) or self.frontier.steps[key]

    def acts(self, key: StepKey) -> bool:
        """Say whether running a step touches the world; a pinned one does not run."""
        node = self.node(key)
        return node.effect != "pure" and node.id not in self.pins

    def later(self, seconds: float) -> datetime:
        """Return the database's clock `seconds` from now."""
        return self.now() + timedelta(seconds=seconds)

    def left_s(self) -> float | None:
        """Return the seconds until the execution's time is up; None: it has all the time it wants."""
        over_at = bounds.deadline_at(self.program.graph, self.frontier)
        return None if over_at is None else max(0.0, (over_at - self.now()).total_seconds())

    def hand(self, key: StepKey) -> None:
        """Give an external step to whoever claims its ticket, and note it as queued."""
        self._keep_first_start(key)
        self.frontier = plan.handed(self.frontier, [key], self.now())
        self.note(key, StepStatus.QUEUED, step=self.frontier.steps[key])

    def give_up(self, message: str) -> None:
        """Begin to fail because workers die of it."""
        error: dict[str, Json] = {"code": str(Reason.WORKER_LOST), "message": message}
        ending = Ending(ExecutionStatus.FAILED, Reason.WORKER_LOST, error, is_aborting=True)
        self.frontier = plan.ended(self.frontier, ending, self.now())

    def begin(self, key: StepKey) -> None:
        """Start an attempt of a step and note it as running."""
        now = self._begun[key] = self.now()
        self._keep_first_start(key)
        self.frontier = plan.started(self.frontier, [key], now)
        self.note(key, StepStatus.RUNNING, step=self.frontier.steps[key])

    def begin_pure(self, key: StepKey) -> None:
        """Start an attempt of a step that nothing can come between: it is noted, and enters the frontier, with its answer."""
        now = self._begun[key] = self.now()
        self._keep_first_start(key)
        self._under_way[key] = plan.taken_up(self.frontier.steps[key], key, now)

    def start_as_recorded(self, key: StepKey, first_started_at: datetime | None) -> None:
        """Start an attempt that somebody else has made; a later one renders the same bytes as its first."""
        known_start = {} if first_started_at is None else {key: first_started_at}
        self.frontier = plan.started(self.frontier, [key], self.now(), first_starts=known_start)

    def bring(self, key: StepKey) -> None:
        """Have at hand what a step reads, as `known.bring`; in time, that is before it is recorded as running."""
        known.bring(self.program, key, self.step(key).taken, self.outputs, self.given)
        known.reach(self.schema, self.program, key, self.calls.acts_as)

    def prepared(self, key: StepKey, ports: Ports) -> Prepared | Failure:
        """Return the step ready to run, with what it reads at hand; or why it cannot even be rendered."""
        try:
            self.bring(key)
            # For this one rendering: nothing of a credential is kept beside the step that sends it.
            vault = known.vault(self.schema, self.program, key, self.id, self.calls.acts_as)
        except BlobGoneError as gone:
            return failure_of(gone)
        except KeyAwayError as away:
            return known.failed_for(away, acts=self.acts(key))
        try:
            seen = Known(self.outputs, self.given, self.heard)
            facts = replace(self.facts, credentials=vault) if vault else self.facts
            step, trace_id = self.step(key), self.calls.trace_id.hex
            lines = self.lines[key] = StepLines(str(self.id), trace_id)
            http = Traced(ports.http, trace_id, f"{self.id}/{key}", step.attempt)
            return prepare(self.program, facts, key, step, seen, ports.of_step(lines, http))
        except Exception as error:  # noqa: BLE001 - a step that cannot be rendered fails; its worker does not
            return masked_failure(failure_of(error), mask_of(secrets_of(vault, vault)))

    def perform(self, key: StepKey, ports: Ports) -> None:
        """Run one started step to its answer and record it, here and now; a pinned one has its answer already."""
        pin = self.pins.get(split_key(key)[1])
        if pin is not None:
            port = pin.port if pin.port in self.node(key).ports else None
            self.answered(key, Result(pin.output, port))
            return
        prepared = self.prepared(key, ports)
        if isinstance(prepared, Failure):
            self.answered(key, prepared)
            return
        self.answered(key, run_prepared(self.program, prepared), masked=prepared.masked)

    def answered(
        self, key: StepKey, answer: Answer | Failure, *, masked: Mapping[str, Json] | None = None
    ) -> None:
        """Take the answer of a running step into the frontier and note what its row shall say."""
        before, under_way = self.step(key), self._under_way.pop(key, None)
        self.has_progressed = True
        if isinstance(answer, Call):
            answer = self.calls.called(key, before, answer)
        elif before.woken is Reason.SUB_WORKFLOW:
            self.calls.leave(before)
        now = self.now()
        self.frontier = advance.answered(
            self.program.graph,
            self.frontier,
            key,
            answer,
            now,
            execution_id=self.facts.execution_id,
            under_way=under_way,
        )
        after = self.frontier.steps.get(key)
        shown = dict(masked) if masked else None
        if isinstance(answer, Open):
            self.opened[key] = answer
            said = Said(shown, item=known.list_of(answer))
            self.note(key, StepStatus.RUNNING, step=before, now=now, said=said)
        elif isinstance(answer, Failure):
            self._failed(key, before, after, answer, shown)
        elif after is not None:
            self.note(key, StepStatus.WAITING, step=after, said=Said(shown))
        else:
            output = output_of(answer)
            port = getattr(answer, "port", None) or self.node(key).default_port
            if isinstance(answer, Stop):
                port = ""  # nothing follows: whoever begins again in the middle reads that here
            self.outputs.put(key, output)
            said = Said(shown, output, port)
            self.note(key, StepStatus.COMPLETED, step=before, now=now, said=said)
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
            self.note(key, StepStatus.WAITING, step=after, said=Said(shown, error=error))
            return
        output = None if self.node(key).on_error == "stop" else failure.output(node_id)
        if output is not None:
            self.outputs.put(key, output)
        self.note(key, StepStatus.FAILED, step=before, said=Said(shown, output, error=error))

    def settle_cancelled(self, key: StepKey) -> None:
        """Record a step that nobody works on, or that obeyed, as cancelled."""
        step = self.frontier.steps[key]
        self.calls.leave(step)
        if step.status is StepStatus.RUNNING:
            self.frontier = plan.settled(
                self.program.graph, self.frontier, key, plan.Aborted(), self.now()
            )
        else:
            self.frontier = plan.dropped(self.frontier, [key], self.now())
        self.note(key, StepStatus.CANCELLED, step=step)
        self.has_progressed = True

    def lost(self, key: StepKey) -> None:
        """Take a step back that was in the hands of a worker that is gone."""
        self.frontier = loss.lost(self.program.graph, self.frontier, key, self.now())
        after = self.frontier.steps.get(key)
        if after is not None and after.status is StepStatus.UNKNOWN:
            self.note(key, StepStatus.UNKNOWN, step=after)

    def decided(self, key: StepKey, decision: str) -> None:
        """Carry out what a person said of an unknown step: it runs again, or it has failed."""
        if decision == "rerun":
            self.frontier = loss.again(self.frontier, key, self.now())
            self.note(key, StepStatus.QUEUED, step=self.frontier.steps[key])
        else:
            self.answered(key, LOST_FOR_GOOD)

    def end(self, finish: plan.Finish) -> None:
        if self.finish is not None:
            return
        self.finish = finish
        response = self._response
        if response is None and self._has_response:
            response = db.fetch(db.in_schema(RESPONSE, self.schema), {"id": self.id})[0][0]
        if finish.status is ExecutionStatus.COMPLETED:
            self.outputs.fetch(finish.leaves)
            answer = response if isinstance(response, dict) else None
            self._output = advance.output_of_execution(finish, self.outputs.get, answer)

    def change(self) -> Change:
        """Return what is to be committed now; the records noted so far are handed over with it."""
        steps = list(self.records.values())
        is_forgotten = self.finish is not None and self._is_forgotten(self.finish)
        if self.unwritten_bytes >= large.FEWEST_CHARACTERS and not is_forgotten:
            steps = large.relieved(self.schema, self.id, steps, self.outputs.heavy)
        self.outputs.lighten()
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
                is_forgotten=is_forgotten,
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
            frontier=stored.dump(self.frontier),
            response=self._response,
            had_errors=self.frontier.had_errors,
            steps=steps,
        )

    def _is_forgotten(self, finish: plan.Finish) -> bool:
        """Whether what the steps saw is not kept, because all went well and the author said so."""
        went_well = finish.status is ExecutionStatus.COMPLETED and not finish.had_errors
        return went_well and not self.program.settings.save_successful_data

    def _keep_first_start(self, key: StepKey) -> None:
        """Let a step of a later try of a retry block render the same bytes as in the first try that came to it."""
        step = self.frontier.steps[key]
        tries = [] if step.first_start is not None else earlier_tries(self.program.graph, key)
        if not tries:
            return
        moments = [owning.first_start(self.schema, self.id, tries)]
        moments += [self.records[each].first_started_at for each in tries if each in self.records]
        known_moments = [moment for moment in moments if moment is not None]
        if known_moments:
            steps = {**self.frontier.steps, key: replace(step, first_start=min(known_moments))}
            self.frontier = replace(self.frontier, steps=steps)

    def note(
        self,
        key: StepKey,
        status: StepStatus,
        *,
        step: OpenStep | None = None,
        at: datetime | None = None,
        now: datetime | None = None,
        said: Said = NOTHING_SAID,
    ) -> None:
        """Note what a step's row shall say; of several notes before one commit the last stands, in its place.

        `at` is when it started, `now` the database's clock, if the caller has just looked.
        """
        scope, node_id = split_key(key)
        old = self.records.pop(key, NOTHING_NOTED)
        now = now or self.now()
        node_type = self.program.graph.nodes[node_id].type
        lines = self.lines.pop(key, None) if self.lines else None
        at = at or self._begun.pop(key, None)
        noted = self.records[key] = StepRecord(
            node_id=node_id,
            scope=scope,
            node_type=node_type,
            status=status,
            attempt=step.attempt if step else 1,
            attempts=old.attempts if said.error is None else attempts(old, step, said.error, now),
            input=old.input if said.input is None else db.json_text(said.input),
            output=output_text(node_type, status, said.output),
            item=old.item if said.item is None else db.json_text(said.item),
            log=(db.json_text(lines.kept()) if lines else None) or old.log,
            port=said.port,
            error=said.error,
            wake_at=step.wake_at if step and status is StepStatus.WAITING else None,
            first_started_at=step.first_start if step else at or old.first_started_at,
            started_at=at or old.started_at,
            ended_at=now if status.is_settled else None,
        )
        self.unwritten_bytes += noted.length
