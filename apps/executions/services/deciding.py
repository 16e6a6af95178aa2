"""A person says what becomes of a step that was under way when its worker vanished: run it again, or it failed."""

from typing import Literal
from uuid import UUID

from django.db import transaction

from apps.core import db, tenancy
from apps.dispatch import facade as dispatch
from apps.executions.errors import StepNotUnknownError
from apps.executions.queries import finding
from apps.executions.services import trail

Decision = Literal["rerun", "fail"]

# Beside what nobody knows stands what a person knows; the execution's owner takes it from there. He may have it in hand
# already, so whoever decides first has decided.
DECIDE = """
UPDATE {s}.executions_step SET error = json_build_object('decision', %(decision)s::text)
WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s AND status = 'unknown'
  AND error ->> 'decision' IS NULL
"""


def decide(execution_id: UUID, node_id: str, decision: Decision, *, scope: str = "") -> None:
    """Let an unknown step run again, or fail; the execution goes on at once. Of several decisions the first counts.

    `scope` is that of the step, empty outside of every region.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        ExecutionFinishedError: it has already ended.
        StepNotUnknownError: nobody has to decide about this step, or somebody has.
    """
    schema = tenancy.current_schema()
    finding.require(execution_id)
    with transaction.atomic():
        # The ticket before the step, as everywhere.
        if not dispatch.poke(execution_id):
            raise finding.why_not_live(execution_id)
        params = {"id": execution_id, "node": node_id, "scope": scope, "decision": decision}
        if db.execute(db.in_schema(DECIDE, schema), params) == 0:
            raise StepNotUnknownError("Nobody has to decide about this step any more.")
        facts = {"node": node_id, "scope": scope, "decision": decision}
        trail.record("step_decided", execution_id, after=facts)
    dispatch.ring()
