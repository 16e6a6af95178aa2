"""An execution that waits for a call, and what it was told."""

from uuid import UUID

from apps.core import db
from apps.engine.value import StepKey
from tests.executions.crew import hasten
from tests.executions.makers import SCHEMA, edges, nodes

CALL = {"method": "POST", "headers": {}, "query": {}, "body": {"ok": True}}
WAIT = StepKey("wait")


def waiting_for_a_call(**config) -> dict:
    """
    start ──► wait ──main──► came
                └──timeout──► late
    """
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("wait", "control:wait_for_webhook", {"config": config}),
            ("came", "action:formula", {"config": {"expression": "steps.wait.body"}}),
            ("late", "action:formula", {"config": {"expression": "'late'"}}),
        ),
        "edges": edges("start>wait", "wait:main>came", "wait:timeout>late"),
    }


def run_out_of_time(execution_id: UUID, node_id: str) -> None:
    """Let the wait of a step be over now."""
    db.execute(
        f"""
        UPDATE {SCHEMA}.executions_execution
        SET frontier = jsonb_set(frontier::jsonb, %(place)s, to_jsonb(clock_timestamp()))::json
        WHERE id = %(id)s
        """,  # noqa: S608 - a constant
        {"id": execution_id, "place": ["steps", node_id, "wake_at"]},
    )
    hasten(execution_id)


def heard(execution_id: UUID) -> list[tuple[str, object]]:
    rows = db.fetch(
        f"SELECT kind, said FROM {SCHEMA}.executions_heard WHERE execution_id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )
    return [tuple(row) for row in rows]
