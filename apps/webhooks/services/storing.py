"""One transaction: delivery key, event, execution, ticket; or nothing of them."""

import logging
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import orjson
from django.db import connection

from apps.core import db, strict_json, tenancy
from apps.core.errors import UnavailableError
from apps.core.failpoints import failpoint
from apps.engine.value import Json
from apps.executions import facade as executions
from apps.webhooks.errors import DeliveryReusedError, StaleDoorError
from apps.webhooks.queries.doors import Door
from apps.webhooks.rules.bodies import sha256_of, size_of
from apps.webhooks.rules.payload import Delivery
from apps.webhooks.services.judging import Verdict
from apps.workflows import facade as workflows

logger = logging.getLogger(__name__)

# `live`: the door is still what we remember. `fresh`: its delivery is new; of two equal ones the second waits here for
# the first one's commit. `passed`: go on. One statement is one round trip and one commit.
ACCEPT = f"""
WITH live AS ({workflows.CURRENT}), fresh AS (
    INSERT INTO {{s}}.webhooks_delivery (webhook_id, key, event_id, execution_id, body_hash)
    SELECT id, %(key)s::text, %(event_id)s::uuid, %(execution_id)s::uuid, %(body_hash)s::bytea
    FROM live WHERE %(key)s::text <> ''
    ON CONFLICT (webhook_id, key) DO NOTHING
    RETURNING event_id
), passed AS (
    SELECT id FROM live WHERE %(key)s::text = '' OR EXISTS (SELECT FROM fresh)
), event AS (
    INSERT INTO {{s}}.webhooks_event
        (id, webhook_id, workflow_id, execution_id, status, reason, delivery_key, caller, size_bytes, trigger)
    SELECT %(event_id)s::uuid, id, %(workflow_id)s::uuid, %(execution_id)s::uuid, %(status)s, %(reason)s, %(key)s::text,
           %(caller)s, %(size_bytes)s::integer, %(trigger)s::json
    FROM passed
)"""  # noqa: S608 - parts of our own, no values
FINDINGS = " SELECT EXISTS (SELECT FROM live), EXISTS (SELECT FROM passed)"
ACCEPT_ALONE = ACCEPT + FINDINGS
ACCEPT_AND_START = f"{ACCEPT}, {executions.starting('passed')}{FINDINGS}"
ACCEPT_WHAT_RAN = f"{ACCEPT}, {executions.storing('passed')}{FINDINGS}"

READ_KEY = """
SELECT event_id, execution_id, body_hash FROM {s}.webhooks_delivery
WHERE webhook_id = %(trigger_id)s AND key = %(key)s
"""

READ = "SELECT 1 FROM {s}.webhooks_event WHERE id = %(event_id)s"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is stored of a delivery. Without an execution it was filtered."""

    event_id: UUID
    execution_id: UUID | None
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified delivery, read and judged: all that its transaction writes. `key` may be empty."""

    door: Door
    delivery: Delivery
    trigger: dict[str, Json]
    key: str
    verdict: Verdict
    event_id: UUID
    execution_id: UUID | None

    def start(self) -> executions.Start:
        """Return the execution that it asks for."""
        trigger = self.door.trigger
        return executions.Start(
            workflow_id=trigger.workflow_id,
            version_id=trigger.version_id,
            trigger_node=trigger.node_id,
            trigger_kind=trigger.kind,
            trigger=self.trigger,
            next_kind=self.door.next_kind,
            execution_id=self.execution_id,
        )

    def params(self) -> dict[str, object]:
        """Return what the statements need."""
        trigger = self.door.trigger
        return {
            **executions.starting_params(self.start()),
            "execution_id": self.execution_id,
            "event_id": self.event_id,
            "trigger_id": trigger.id,
            "revision": trigger.revision,
            "key": self.key,
            "body_hash": sha256_of(self.delivery.body) if self.key else b"",
            "status": self.verdict.status,
            "reason": self.verdict.reason,
            "caller": self.delivery.caller[:45],
            "size_bytes": size_of(self.delivery.body),
            "trigger": _text(self.trigger),
        }


def store(arrival: Arrival, ran: executions.Ran | None = None) -> Accepted:
    """Store an arrival and start its execution, or return what is known of its delivery key.

    `ran`: its execution as it has run already; it is stored as it is, and nothing is started.

    Raises:
        StaleDoorError: the webhook is not any more what this process remembers; nothing is stored.
        DeliveryReusedError: the key is known with another body.
        UnavailableError: it is not stored, or nobody can say.
    """
    failpoint("accept.before_insert")
    params = arrival.params()
    try:
        known = _store(arrival, ran, params)
    except db.DATABASE_ERRORS as lost:
        refuse_unless_stored(arrival, lost)
        known = None
    if known is not None:
        return known
    failpoint("accept.after_commit")
    if ran is not None:
        ran.published()
    elif arrival.execution_id is not None:
        gate_key = cast("str | None", params["gate_key"])
        executions.begun(arrival.door.trigger.workflow_id, gate_key=gate_key)
    return Accepted(arrival.event_id, arrival.execution_id)


def _store(
    arrival: Arrival, ran: executions.Ran | None, params: dict[str, object]
) -> Accepted | None:
    if ran is not None:
        return _findings(ACCEPT_WHAT_RAN, arrival, {**params, **ran.params()})
    if arrival.execution_id is not None:
        return _findings(ACCEPT_AND_START, arrival, params)
    return db.in_transaction(lambda: _store_idle(arrival, params))


def _store_idle(arrival: Arrival, params: dict[str, object]) -> Accepted | None:
    known = _findings(ACCEPT_ALONE, arrival, params)
    # What cannot be judged is kept for a replay, and nobody said that it is unwanted.
    if known is None and arrival.verdict.status == "filtered":
        workflows.count_filtered(arrival.door.trigger.id)
    return known


def _findings(statement: str, arrival: Arrival, params: dict[str, object]) -> Accepted | None:
    """Run the statement; return what is known of the delivery, None if it was stored just now."""
    schema = tenancy.current_schema()
    is_live, has_passed = db.fetch(db.in_schema(statement, schema), params)[0]
    if not is_live:
        raise StaleDoorError("the webhook has changed")
    if has_passed:
        return None
    row = db.fetch(db.in_schema(READ_KEY, schema), params)[0]
    event_id, execution_id, body_hash = row
    if bytes(body_hash) != params["body_hash"]:
        raise DeliveryReusedError
    return Accepted(event_id, execution_id, is_duplicate=True)


def refuse_unless_stored(arrival: Arrival, lost: Exception) -> None:
    """Return normally if the event is there although its commit was not confirmed.

    Raises:
        UnavailableError: it is not there, or nobody can say.
    """
    try:
        connection.close()
        statement = db.in_schema(READ, tenancy.current_schema())
        if db.fetch(statement, {"event_id": arrival.event_id}):
            return
    except db.DATABASE_ERRORS:
        logger.warning("webhook.commit_unknown", extra={"event_id": str(arrival.event_id)})
    raise UnavailableError("The delivery could not be stored. Send it again.") from lost


def _text(trigger: dict[str, Json]) -> str:
    try:
        return orjson.dumps(trigger).decode()
    except TypeError:  # an integer beyond 64 bits
        return strict_json.dumps(trigger)
