"""The door for deliveries: size and method, rate, verification, then one transaction, then the answer.

Nothing is stored of what fails before the transaction; everything that passes is stored whole or not at all.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection
from prometheus_client import Counter
from psycopg.types.json import Json as AsJson

from apps.core import db, strict_json, tenancy
from apps.core.errors import FieldProblem, UnavailableError, UnreadableError
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7
from apps.engine.value import Json
from apps.executions import facade as executions
from apps.webhooks.errors import (
    AddressRefusedError,
    DeliveryReusedError,
    SecretUnreadableError,
    StaleDoorError,
    UnverifiedError,
    WebhookNotFoundError,
)
from apps.webhooks.queries import doors
from apps.webhooks.queries.doors import Door
from apps.webhooks.rules import addresses, payload, verification
from apps.webhooks.rules.doors import delivery_key
from apps.webhooks.rules.payload import Delivery, PayloadError
from apps.webhooks.services import judging, rate
from apps.webhooks.services.judging import Verdict
from apps.workflows import facade as workflows

logger = logging.getLogger(__name__)

MAX_BYTES = strict_json.MAX_BYTES
LONGEST_KEY = 255
# A door that changes under us three times in a row is being rebuilt; the sender comes back.
MOST_LOOKS = 3
LOG_EVERY_S = 10.0

OUTCOMES = Counter("gorax_webhook_deliveries", "Deliveries by what became of them", ["outcome"])

KEEP_KEY = """
INSERT INTO {s}.webhooks_delivery (webhook_id, key, event_id, execution_id, body_hash)
VALUES (%(webhook_id)s, %(key)s, %(event_id)s, %(execution_id)s, %(body_hash)s)
ON CONFLICT (webhook_id, key) DO NOTHING
"""

READ_KEY = """
SELECT event_id, execution_id, body_hash FROM {s}.webhooks_delivery
WHERE webhook_id = %(webhook_id)s AND key = %(key)s
"""

INSERT = """
INSERT INTO {s}.webhooks_event
    (id, webhook_id, workflow_id, execution_id, status, reason, delivery_key, caller, size_bytes, trigger)
VALUES (%(event_id)s, %(webhook_id)s, %(workflow_id)s, %(execution_id)s, %(status)s, %(reason)s, %(key)s,
        %(caller)s, %(size_bytes)s, %(trigger)s)
"""

READ = "SELECT execution_id FROM {s}.webhooks_event WHERE id = %(event_id)s"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is stored of a delivery. Without an execution it was filtered."""

    event_id: UUID
    execution_id: UUID | None
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A verified delivery, read and judged: all that its transaction writes."""

    door: Door
    delivery: Delivery
    trigger: dict[str, Json]
    key: str
    verdict: Verdict
    event_id: UUID
    execution_id: UUID | None

    def params(self) -> dict[str, object]:
        return {
            "event_id": self.event_id,
            "webhook_id": self.door.trigger.id,
            "workflow_id": self.door.trigger.workflow_id,
            "execution_id": self.execution_id,
            "status": self.verdict.status,
            "reason": self.verdict.reason,
            "key": self.key,
            "caller": self.delivery.caller[:45],
            "size_bytes": len(self.delivery.body),
            "trigger": AsJson(self.trigger),
        }


def accept(delivery: Delivery, door: Door) -> Accepted:
    """Take a delivery at a door: verified, stored and started in one transaction, known again by its key.

    Raises:
        WebhookNotFoundError: the webhook is not active any more.
        RateLimitedError: it gets more than it may.
        AddressRefusedError, UnverifiedError: the sender is not who may send; leaves a counter and no row.
        SecretUnreadableError: the key that sealed its secret is away.
        UnreadableError: the body is not what it says it is.
        DeliveryReusedError: a known delivery id came with another body.
        UnavailableError: whether it was stored is not known; sent again, it is stored once.
    """
    rate.take(door.trigger.id, door.rules.rate_per_s)
    for _ in range(MOST_LOOKS):
        door = _verified(delivery, door)
        arrival = _arrival(delivery, door)
        try:
            accepted = _stored(arrival)
        except StaleDoorError:
            door = find(delivery.path, at_least=time.monotonic())
            continue
        OUTCOMES.labels("duplicate" if accepted.is_duplicate else arrival.verdict.status).inc()
        return accepted
    raise UnavailableError("The webhook is being changed. Send again.", retry_after_s=1)


def find(path: str, *, at_least: float = 0.0) -> Door:
    """Return the active webhook that listens at `path`.

    Raises:
        WebhookNotFoundError: there is none.
    """
    door = doors.find(path, at_least=at_least)
    if door is None:
        OUTCOMES.labels("unknown").inc()
        raise WebhookNotFoundError
    return door


def _verified(delivery: Delivery, door: Door) -> Door:
    """Return the door by which the delivery is genuine: the given one, or what is stored now."""
    reason = _refusal(delivery, door)
    if reason is not None and time.monotonic() - door.loaded_at > doors.RELOOK_S:
        # It may be the secret of this very second.
        door = find(delivery.path, at_least=time.monotonic())
        reason = _refusal(delivery, door)
    if reason is None:
        return door
    OUTCOMES.labels(reason).inc()
    _log_refusal(door, reason)
    if reason == "address_refused":
        raise AddressRefusedError
    if reason == "secret_unreadable":
        raise SecretUnreadableError
    raise UnverifiedError(reason)


def _refusal(delivery: Delivery, door: Door) -> str | None:
    rules = door.rules
    if not addresses.is_allowed(delivery.caller, rules.networks):
        return "address_refused"
    if door.secrets is None:
        return "secret_unreadable"
    signed = verification.Signed(
        headers=delivery.headers,
        body=delivery.body,
        secrets=door.secrets,
        now_s=time.time(),
        username=rules.username,
        key_header=rules.key_header,
    )
    return verification.refusal(rules.scheme, signed)


def _arrival(delivery: Delivery, door: Door) -> _Arrival:
    try:
        trigger = payload.trigger_of(
            delivery, key_header=door.rules.key_header, read_json=strict_json.loads
        )
    except PayloadError as reason:
        raise UnreadableError(reason.message, code=reason.code) from reason
    key = delivery_key(door.rules, delivery.headers, trigger)
    if len(key) > LONGEST_KEY or "\x00" in key:
        message = f"A delivery id has at most {LONGEST_KEY} characters."
        raise UnreadableError(
            message, errors=[FieldProblem("/delivery_id", "delivery_id_invalid", message)]
        )
    verdict = judging.judge(door.rules.filters, door.trigger.condition, trigger)
    execution_id = uuid7() if verdict.status == "accepted" else None
    return _Arrival(door, delivery, trigger, key, verdict, uuid7(), execution_id)


def _stored(arrival: _Arrival) -> Accepted:
    try:
        known = db.in_transaction(lambda: _store(arrival))
    except (OperationalError, InterfaceError, psycopg.OperationalError) as lost:
        _refuse_unless_stored(arrival, lost)
        known = None
    if known is not None:
        return known
    failpoint("accept.after_commit")
    if arrival.execution_id is not None:
        executions.ring()
    return Accepted(arrival.event_id, arrival.execution_id)


def _store(arrival: _Arrival) -> Accepted | None:
    """Write event, execution and ticket in the open transaction; a known delivery is returned instead.

    The key goes first: of two equal deliveries the second waits here for the first one's commit.
    """
    failpoint("accept.before_insert")
    schema = tenancy.current_schema()
    trigger = arrival.door.trigger
    if not workflows.is_current(trigger.id, trigger.revision):
        raise StaleDoorError("the webhook has changed")
    params = arrival.params()
    if arrival.key:
        body_hash = hashlib.sha256(arrival.delivery.body).digest()
        params["body_hash"] = body_hash
        if db.execute(db.in_schema(KEEP_KEY, schema), params) == 0:
            return _known(db.fetch(db.in_schema(READ_KEY, schema), params)[0], body_hash)
    db.execute(db.in_schema(INSERT, schema), params)
    if arrival.execution_id is not None:
        executions.start(_start(arrival))
    else:
        workflows.count_filtered(trigger.id)
    failpoint("accept.before_commit")
    return None


def _known(row: tuple[UUID, UUID | None, bytes], body_hash: bytes) -> Accepted:
    event_id, execution_id, first_hash = row
    if bytes(first_hash) != body_hash:
        OUTCOMES.labels("delivery_id_reused").inc()
        raise DeliveryReusedError
    return Accepted(event_id, execution_id, is_duplicate=True)


def _start(arrival: _Arrival) -> executions.Start:
    trigger = arrival.door.trigger
    return executions.Start(
        workflow_id=trigger.workflow_id,
        version_id=trigger.version_id,
        trigger_node=trigger.node_id,
        trigger_kind=trigger.kind,
        trigger=arrival.trigger,
        next_kind=arrival.door.next_kind,
        execution_id=arrival.execution_id,
    )


def _refuse_unless_stored(arrival: _Arrival, lost: Exception) -> None:
    """Return normally if the event is there although its commit was not confirmed.

    Raises:
        UnavailableError: it is not there, or nobody can say.
    """
    try:
        connection.close()
        statement = db.in_schema(READ, tenancy.current_schema())
        if db.fetch(statement, {"event_id": arrival.event_id}):
            return
    except (OperationalError, InterfaceError, psycopg.OperationalError):
        logger.warning("webhook.commit_unknown", extra={"event_id": str(arrival.event_id)})
    raise UnavailableError("The delivery could not be stored. Send it again.") from lost


_logged: dict[UUID, tuple[float, int]] = {}


def _log_refusal(door: Door, reason: str) -> None:
    """Write one line per webhook in ten seconds; the counter knows the rest."""
    webhook_id = door.trigger.id
    logged_at, unlogged = _logged.get(webhook_id, (0.0, 0))
    now = time.monotonic()
    if logged_at and now - logged_at < LOG_EVERY_S:
        _logged[webhook_id] = (logged_at, unlogged + 1)
        return
    if len(_logged) > doors.MOST_REMEMBERED:
        _logged.clear()
    _logged[webhook_id] = (now, 0)
    logger.warning(
        "webhook.refused",
        extra={"webhook_id": str(webhook_id), "reason": reason, "unlogged": unlogged},
    )
