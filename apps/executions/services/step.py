"""The worker of one step ticket: records the step as running, acts, records what came of it, and pokes the run."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from psycopg.types.json import Json as AsJson

from apps.adapters.blobs.store import BlobGoneError
from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.engine.advance import chance_of
from apps.engine.failure import Failure
from apps.engine.node import Answer
from apps.engine.state import StepStatus
from apps.engine.value import Json, StepKey, split_key
from apps.engine.wrap import output_of
from apps.executions.services import fanout, large, metrics, news, turn
from apps.executions.services.run import Run
from apps.executions.services.worker import RESULT_PATIENCE_S, Holding, Worker

logger = logging.getLogger(__name__)

READ = """
SELECT status, attempt, first_started_at FROM {s}.executions_step
WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s
"""

# A settled step never changes; the seq is the execution's next. Each reads from the one before it, so that locks are
# taken in the order that everybody keeps, and nothing is written without the ticket.
WRITE = """
execution AS (
    UPDATE {{s}}.executions_execution e SET seq = e.seq + 1 FROM {source}
    WHERE e.id = %(id)s::uuid AND e.ended_at IS NULL
    RETURNING e.seq
), step AS (
    UPDATE {{s}}.executions_step s
    SET status = %(status)s::text, seq = execution.seq, token = %(token)s::uuid, attempt = %(attempt)s::int,
        input = coalesce(%(input)s::json, s.input), output = %(output)s::json, output_blob = %(output_blob)s::text, port = %(port)s::text,
        error = %(error)s::json, log = coalesce(%(log)s::json, s.log),
        attempts = coalesce((s.attempts::jsonb || %(attempts)s::jsonb)::json, %(attempts)s::json, s.attempts),
        wake_at = %(wake_at)s::timestamptz,
        first_started_at = coalesce(s.first_started_at, clock_timestamp()),
        started_at = CASE WHEN %(status)s::text = 'running' THEN clock_timestamp() ELSE s.started_at END,
        ended_at = CASE WHEN %(status)s::text IN ('completed', 'failed', 'cancelled') THEN clock_timestamp() END
    FROM execution
    WHERE s.execution_id = %(id)s::uuid AND s.node_id = %(node)s::text AND s.scope = %(scope)s::text
      AND s.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
    RETURNING s.seq, s.first_started_at
)
"""

# Both are their own transactions. A start that is sent twice says the same twice; an end takes its ticket away, so the
# second finds none, and looks whether what stands there is its own.
START = f"""
WITH {dispatch.keeping()}, {WRITE.format(source="kept")}
SELECT kept.request, step.seq, step.first_started_at FROM kept LEFT JOIN step ON true
"""  # noqa: S608 - parts of our own, no values
FINISH = f"""
WITH {dispatch.handing_over()}, {WRITE.format(source="poked")}
SELECT step.seq, step.first_started_at FROM gone LEFT JOIN step ON true
"""  # noqa: S608 - parts of our own, no values
LEAVE = f"WITH {dispatch.handing_over()} SELECT 0, NULL FROM gone"  # noqa: S608 - parts of our own, no values
FINISHED = """
SELECT seq, first_started_at FROM {s}.executions_step
WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s AND token = %(token)s AND status <> 'running'
"""


def own(worker: Worker, holding: Holding) -> None:
    """Thread body of a waiting slot that holds a step ticket."""
    try:
        advance_step(worker, holding)
    except Exception as failure:
        logger.exception("step.failed", extra={"execution_id": str(holding.claimed.execution_id)})
        worker.stumble([holding], failure)
    finally:
        worker.drop(holding)
        db.give_back()


def advance_step(worker: Worker, holding: Holding) -> None:
    """Run one handed step to its result, unless it was settled, recalled or has killed too many workers."""
    claimed = holding.claimed
    opened = turn.open_runs(worker, claimed.schema, [holding])
    if not opened:
        return
    run, key = opened[0][1], StepKey(claimed.step_key)
    step = run.frontier.steps.get(key)
    row = _row(run, key)
    if step is None or not step.is_handed or row is None or StepStatus(row[0]).is_settled:
        _finish(run, holding, key, None)
        return
    verdict = _verdict(run, holding, key, row[0])
    if verdict is not None:
        _finish(run, holding, key, verdict)
        return
    # Its run may go on already, and not have heard of it.
    may_rest = run.frontier.is_paused or holding.request == "pause"
    if may_rest and dispatch.rest(claimed.id, claimed.token, seconds=turn.LOOK_AGAIN_S):
        return
    attempt = step.attempt + 1
    with suppress(BlobGoneError):  # the step itself says it
        run.bring(key)
    failpoint("step.before_running")
    started = _record(run, holding, key, {"status": "running", "attempt": attempt})
    if started is None:
        return
    failpoint("step.after_running")
    running = replace(step, status=StepStatus.RUNNING, attempt=attempt, first_start=started)
    run.frontier = replace(run.frontier, steps={**run.frontier.steps, key: running})
    answer, masked = fanout.call(worker, holding, run, key)
    if holding.is_lost:
        return
    _finish(run, holding, key, _said(run, key, attempt, answer), masked=masked)


def _row(run: Run, key: StepKey) -> tuple[Any, ...] | None:
    scope, node_id = split_key(key)
    rows = db.fetch(db.in_schema(READ, run.schema), {"id": run.id, "node": node_id, "scope": scope})
    return rows[0] if rows else None


def _verdict(run: Run, holding: Holding, key: StepKey, status: str) -> dict[str, Any] | None:
    """Return what is to be recorded without running the step, if that is known already."""
    if holding.request == "cancel":
        return {"status": "cancelled"}
    if status == "running" and holding.claimed.has_overrun:
        return _said(run, key, run.frontier.steps[key].attempt + 1, fanout.OVERRUN)
    crashes = holding.claimed.crash_count
    if crashes >= settings.GORAX_POISON_CRASHES:
        failure = Failure("worker_lost", f"{crashes} workers died while they ran this node.")
        return _failed(run, key, failure)
    if status == "running" and run.node(key).on_unknown == "stop":
        return {"status": "unknown"}
    return None


def _said(run: Run, key: StepKey, attempt: int, answer: Answer | Failure) -> dict[str, Any]:
    if not isinstance(answer, Failure):
        port = getattr(answer, "port", None) or run.node(key).default_port
        return {
            "status": "completed",
            "attempt": attempt,
            "output": db.json_text(output_of(answer)) or "null",
            "port": port,
        }
    if answer.code == fanout.ABORTED:
        return {"status": "cancelled", "attempt": attempt}
    chance = chance_of(str(run.id), key, attempt)
    wait_s = run.node(key).retry.wait_s(attempt, answer, chance=chance)
    said = _failed(run, key, answer) | {"attempt": attempt}
    error = {"attempt": attempt, "ended_at": run.now().isoformat(), "error": said["error"].obj}
    said["attempts"] = AsJson([error])
    if wait_s is not None:
        said |= {"status": "waiting", "wake_in_s": wait_s, "output": None}
    return said


def _failed(run: Run, key: StepKey, failure: Failure) -> dict[str, Any]:
    node_id = split_key(key)[1]
    output = None if run.node(key).on_error == "stop" else db.json_text(failure.output(node_id))
    return {"status": "failed", "error": AsJson(failure.facts(node_id)), "output": output}


def _record(run: Run, holding: Holding, key: StepKey, said: Mapping[str, Any]) -> Any:
    """Write a step's row while the ticket is kept; return when it first started, None if the ticket is lost."""
    timeout_s = run.program.types[run.node(key).id].timeout_of(run.node(key).config)
    params = _params(run, holding, key, said) | dispatch.keeping_params(
        holding.claimed.id,
        holding.claimed.token,
        has_progressed=False,
        deadline_s=timeout_s + fanout.GRACE_S,
    )

    def work() -> list[tuple[Any, ...]]:
        failpoint("record.before_commit")
        return db.fetch(db.in_schema(START, run.schema), params)

    committed = db.until_answered(work, patience_s=RESULT_PATIENCE_S)
    failpoint("record.after_commit")
    if not committed:
        metrics.PARKED.inc()
        return None
    ((request, seq, first_started_at),) = committed
    if seq is None:
        return None
    holding.note(dispatch.Asked(request))
    _tell(run, key, seq, str(said["status"]))
    return first_started_at


def _finish(
    run: Run,
    holding: Holding,
    key: StepKey,
    said: Mapping[str, Any] | None,
    *,
    masked: Mapping[str, Json] | None = None,
) -> None:
    """Record the end of an attempt, delete its ticket and poke the run, all by one statement; then ring."""
    facts = (
        {**said, "input": AsJson(dict(masked)) if masked else None} if said is not None else None
    )
    if facts is not None:
        output_blob = large.set_apart(run.schema, run.id, facts.get("output") or "")
        facts |= {"output_blob": output_blob} | ({"output": None} if output_blob else {})

    params = {} if facts is None else _params(run, holding, key, facts)
    params |= {"ticket_id": holding.claimed.id, "token": holding.claimed.token, "run_id": run.id}

    def work() -> int | None:
        failpoint("step_ticket.before_poke")
        failpoint("record.before_commit")
        rows = db.fetch(db.in_schema(LEAVE if facts is None else FINISH, run.schema), params)
        if not rows and facts is not None:
            rows = db.fetch(db.in_schema(FINISHED, run.schema), params)
        return rows[0][0] if rows else None

    written = db.until_answered(work, patience_s=RESULT_PATIENCE_S)
    failpoint("step_ticket.after_poke")
    if written is None:
        metrics.PARKED.inc()
        logger.warning("step.parked", extra={"execution_id": str(run.id), "step_key": key})
        return
    if said is not None:
        _tell(run, key, written, str(said["status"]))
    dispatch.ring()


def _params(run: Run, holding: Holding, key: StepKey, said: Mapping[str, Any]) -> dict[str, Any]:
    scope, node_id = split_key(key)
    wake_in_s = said.get("wake_in_s")
    return {
        "id": run.id,
        "node": node_id,
        "scope": scope,
        "token": holding.claimed.token,
        "status": said["status"],
        "attempt": said.get("attempt", 1),
        "input": said.get("input"),
        "output": said.get("output"),
        "output_blob": said.get("output_blob", ""),
        "port": said.get("port", ""),
        "error": said.get("error"),
        "attempts": said.get("attempts"),
        "log": db.json_text(lines.kept()) if (lines := run.lines.pop(key, None)) else None,
        "wake_at": None if wake_in_s is None else run.later(wake_in_s),
    }


def _tell(run: Run, key: StepKey, seq: int, status: str) -> None:
    scope, node_id = split_key(key)
    news.tell(
        run.schema,
        news.News(
            execution=run.id,
            workflow=run.workflow_id,
            before=seq - 1,
            seq=seq,
            status="running",
            reason="",
            steps=(news.StepNews(node_id, scope, status, run.node(key).type),),
        ),
    )
