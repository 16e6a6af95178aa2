"""The workflow that another one names for its failures: started by the very commit that ends the failed execution."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.core import db, tenancy
from apps.core.errors import GoraxError
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7
from apps.engine.errors import EngineError
from apps.engine.state import ExecutionStatus, StepStatus
from apps.engine.value import Json, split_key
from apps.executions.queries import owning
from apps.executions.services.acting import member_of
from apps.executions.services.calls import ERROR_KIND, is_about_errors, refuse_unwanted
from apps.executions.services.run import Run
from apps.executions.services.start import Start, start
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows

logger = logging.getLogger(__name__)

LAST_STEP = """
SELECT node_id FROM {s}.executions_step WHERE execution_id = %(id)s AND status <> 'skipped' ORDER BY seq DESC LIMIT 1
"""
OF_TROUBLE = frozenset({ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT})


@dataclass(frozen=True, slots=True)
class Failed:
    """An execution that has failed. `mode` is how it was started."""

    id: UUID
    workflow_id: UUID
    mode: str
    error: Mapping[str, Json]
    last_node_id: str | None
    acts_as: Mapping[str, Json] | None
    trace_id: UUID


def start_of(run: Run) -> Start | None:
    """Return what is to be started because a run ends badly, None if nothing is.

    A run that is itself about an error starts nothing, so that no failure goes round in circles.
    """
    finish = run.finish
    named = run.program.settings.error_workflow_id
    if finish is None or finish.status not in OF_TROUBLE or named is None:
        return None
    if run.calls.is_about_errors:
        return None
    error = dict(finish.error or {})
    last = _last_node(run, error)
    calls = run.calls
    failed = Failed(run.id, run.workflow_id, calls.mode, error, last, calls.acts_as, calls.trace_id)
    return _start(run.schema, named, failed)


def start_of_unwritable(schema: str, execution_id: UUID, error: Mapping[str, Json]) -> Start | None:
    """Return what is to be started because an execution was ended without its run; None also if nobody can read it."""
    loaded = owning.load(schema, [execution_id])
    if not loaded or is_about_errors(loaded[0]):
        return None
    try:
        with tenancy.entered(schema):
            named = workflows.version(loaded[0].version_id).program.settings.error_workflow_id
    except (EngineError, GoraxError):
        return None
    if named is None:
        return None
    last = _last_step(schema, execution_id)
    one = loaded[0]
    trace_id = one.trace_id or one.id
    failed = Failed(
        execution_id, one.workflow_id, one.trigger_kind, error, last, one.acts_as, trace_id
    )
    return _start(schema, named, failed)


def write(schema: str, follow: Start | None) -> None:
    """Store what is to be started, in the transaction that ends the failed execution."""
    if follow is None:
        return
    with tenancy.entered(schema):
        failpoint("error.before_start")
        start(follow)
        failpoint("error.after_start")


def _start(schema: str, named: str, failed: Failed) -> Start | None:
    with tenancy.entered(schema):
        data = _data(failed)
        try:
            acts_as = member_of(failed.acts_as)
            trigger = workflows.trigger_to_call(UUID(named), (ERROR_KIND,), acts_as=acts_as)
            version = workflows.version(trigger.version_id)
            refuse_unwanted(trigger.condition, [data], zone=version.zone)
        except (EngineError, GoraxError, ValueError) as reason:
            # The failure itself stands where it happened; this is only about telling it.
            where = {"execution_id": str(failed.id), "error_workflow_id": named}
            logger.warning("error_workflow.not_started", extra=where | {"reason": str(reason)})
            return None
    return Start(
        workflow_id=trigger.workflow_id,
        version_id=trigger.version_id,
        trigger_node=trigger.node_id,
        trigger_kind=ERROR_KIND,
        trigger=data,
        next_kind=version.next_kind(trigger.node_id),
        execution_id=uuid7(),
        acts_as=failed.acts_as,
        trace_id=failed.trace_id,
    )


def _data(failed: Failed) -> Json:
    return {
        "execution": {
            "id": str(failed.id),
            "url": _url(failed.id),
            "error": dict(failed.error),
            "last_node_id": failed.last_node_id,
            "mode": failed.mode,
        },
        "workflow": {
            "id": str(failed.workflow_id),
            "name": workflows.name_of(failed.workflow_id),
        },
    }


def _url(execution_id: UUID) -> str:
    """Return the page of an execution, as people reach it: by TLS where everything else is sent there."""
    host = tenants.host_of(tenants.current().id) or ""
    origin = f"https://{host}"
    if not settings.SECURE_SSL_REDIRECT:
        origin = f"http://{host}:{settings.GORAX_PORT}"
    return f"{origin}/executions/{execution_id}"


def _last_node(run: Run, error: Mapping[str, Any]) -> str | None:
    """Return the node that failed; of an execution that ended for another reason, the one that was last at work."""
    if isinstance(error.get("node"), str):
        return str(error["node"])
    for key in reversed(run.records):
        if run.records[key].status != StepStatus.SKIPPED:
            return split_key(key)[1]
    return _last_step(run.schema, run.id)


def _last_step(schema: str, execution_id: UUID) -> str | None:
    rows = db.fetch(db.in_schema(LAST_STEP, schema), {"id": execution_id})
    return rows[0][0] if rows else None
