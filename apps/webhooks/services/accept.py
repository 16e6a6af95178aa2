"""The door for deliveries: rate, verification, then one transaction, then the answer.

Nothing is stored of what fails before the transaction; everything that passes is stored whole or not at all.
"""

import time

from prometheus_client import Counter

from apps.core import strict_json
from apps.core.errors import FieldProblem, UnavailableError, UnreadableError
from apps.core.ids import uuid7
from apps.executions import facade as executions
from apps.executions.facade import Answer
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
from apps.webhooks.services import judging, large, rate, refusals, storing, waiting
from apps.webhooks.services.large import LargeFile
from apps.webhooks.services.storing import Accepted, Arrival
from apps.workflows import facade as workflows

LONGEST_KEY = 255
# A door that changes under us three times in a row is being rebuilt; the sender comes back.
MOST_LOOKS = 3

OUTCOMES = Counter("gorax_webhook_deliveries", "Deliveries by what became of them", ["outcome"])


def accept(delivery: Delivery, door: Door) -> tuple[Accepted, Answer | None]:
    """Take a delivery at a door: verified, stored and started in one transaction, known again by its key.

    With it comes the workflow's answer if the webhook waits for one and it came in time.

    Raises:
        WebhookNotFoundError: the webhook is not active any more.
        RateLimitedError: it gets more than it may.
        AddressRefusedError, UnverifiedError: the sender is not who may send; leaves a counter and no row.
        SecretUnreadableError: the key that sealed its secret is away.
        UnreadableError: the body is not what it says it is.
        DeliveryReusedError: a known delivery id came with another body.
        ExecutionQuotaError: the tenant has begun as many executions today as its plan allows.
        UnavailableError: whether it was stored is not known; sent again, it is stored once.
    """
    rate.take(door.trigger.id, door.rules.rate_per_s)
    file: LargeFile | None = None
    for _ in range(MOST_LOOKS):
        door = _verified(delivery, door)
        executions.refuse_beyond_quota()
        file = file or large.kept(delivery)
        arrival = _arrival(delivery, door, file)
        try:
            accepted, answer = _stored(arrival)
        except StaleDoorError:
            door = find(delivery.path, at_least=time.monotonic())
            continue
        except DeliveryReusedError:
            large.forget_unless_of(None, file)
            raise
        large.forget_unless_of(accepted.execution_id, file)
        OUTCOMES.labels("duplicate" if accepted.is_duplicate else arrival.verdict.status).inc()
        return accepted, answer
    raise UnavailableError("The webhook is being changed. Send again.", retry_after_s=1)


def find(path: str, *, at_least: float = 0.0) -> Door:
    """Return the active webhook that listens at `path`; `at_least`: as it is at this moment or later.

    Raises:
        WebhookNotFoundError: there is none.
    """
    door = doors.find(path, at_least=at_least)
    if door is None:
        OUTCOMES.labels("unknown").inc()
        raise WebhookNotFoundError
    return door


def _stored(arrival: Arrival) -> tuple[Accepted, Answer | None]:
    if arrival.door.rules.is_waiting and arrival.execution_id is not None:
        return waiting.store(arrival)
    return storing.store(arrival), None


def _verified(delivery: Delivery, door: Door) -> Door:
    """Return the door by which the delivery is genuine: the given one, or what is stored now."""
    reason = _refusal(delivery, door)
    if reason is not None and not workflows.is_current(door.trigger.id, door.trigger.revision):
        # It may be the secret of this very second.
        door = find(delivery.path, at_least=time.monotonic())
        reason = _refusal(delivery, door)
    if reason is None:
        return door
    OUTCOMES.labels(reason).inc()
    refusals.note(door.trigger.id, reason)
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


def _arrival(delivery: Delivery, door: Door, file: LargeFile | None) -> Arrival:
    try:
        trigger = payload.trigger_of(
            delivery,
            key_header=door.rules.key_header,
            read_json=strict_json.loads,
            file=None if file is None else file.reference,
        )
    except PayloadError as reason:
        places = [FieldProblem(reason.path, reason.code, reason.message)] if reason.path else []
        raise UnreadableError(reason.message, code=reason.code, errors=places) from reason
    key = delivery_key(door.rules, delivery.headers, trigger)
    if len(key) > LONGEST_KEY or "\x00" in key:
        message = f"A delivery id has at most {LONGEST_KEY} characters."
        raise UnreadableError(
            message, errors=[FieldProblem("/delivery_id", "delivery_id_invalid", message)]
        )
    verdict = judging.judge(door.rules.filters, door.trigger.condition, trigger, zone=door.zone)
    wanted_id = uuid7() if file is None else file.execution_id
    execution_id = wanted_id if verdict.status == "accepted" else None
    return Arrival(door, delivery, trigger, key, verdict, uuid7(), execution_id)
