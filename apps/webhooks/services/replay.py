"""An event once more: a new execution of what is live today, over the data that arrived then."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apps.audit import facade as audit
from apps.core import db, tenancy
from apps.engine.value import Json
from apps.executions import facade as executions
from apps.webhooks.errors import WebhookInactiveError
from apps.webhooks.models import WebhookEvent
from apps.webhooks.queries import history
from apps.webhooks.rules import doors
from apps.webhooks.services import judging
from apps.workflows import facade as workflows


@dataclass(frozen=True, slots=True)
class Replay:
    """What to do again. With `is_filtering` today's filters and condition decide; without, nothing does.

    `changes` are parts of the trigger's data that shall be others than those that arrived.
    """

    event_id: UUID
    is_filtering: bool = False
    changes: Mapping[str, Json] = field(default_factory=dict)
    key: str | None = None
    actor_id: UUID | None = None

    def body_hash(self) -> bytes:
        """Return what must be equal when a key comes again."""
        said = f"replay {self.event_id} {self.is_filtering}"
        if self.changes:
            said += f" {json.dumps(dict(self.changes), sort_keys=True)}"
        return hashlib.sha256(said.encode()).digest()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it. Without an execution it was filtered."""

    execution_id: UUID | None
    is_duplicate: bool = False


def replay(what: Replay) -> Replayed:
    """Start a new execution with the event's data, or with what shall be different of it; the event, its first execution and its signature stay as they are.

    Raises:
        EventNotFoundError: this tenant has no such event.
        WebhookInactiveError: its webhook is not active.
        StartKeyReusedError: the key was used for something else.
    """
    replayed = db.in_transaction(lambda: _replay(what))
    if replayed.execution_id is not None and not replayed.is_duplicate:
        executions.ring()
    return replayed


def _replay(what: Replay) -> Replayed:
    if what.key is not None:
        # Before anything is judged: whoever asks again gets the first answer, whatever has changed since.
        known_id = executions.known_by_key(what.key, body_hash=what.body_hash())
        if known_id is not None:
            return Replayed(known_id, is_duplicate=True)
    event = history.event(what.event_id)
    trigger = workflows.trigger_by_id(event.webhook_id)
    if trigger is None or not trigger.is_active:
        raise WebhookInactiveError
    version = workflows.version(trigger.version_id)
    data = {**event.trigger, **what.changes}
    if what.is_filtering:
        rules, _ = doors.read(trigger.config)
        verdict = judging.judge(rules.filters, trigger.condition, data, zone=version.zone)
        if verdict.status != "accepted":
            return Replayed(None)
    start = executions.Start(
        workflow_id=trigger.workflow_id,
        version_id=trigger.version_id,
        trigger_node=trigger.node_id,
        trigger_kind=trigger.kind,
        trigger=data,
        next_kind=version.next_kind(trigger.node_id),
        started_by=what.actor_id,
        replay_of=event.pk,
    )
    if what.key is None:
        execution_id, is_known = executions.start(start), False
    else:
        execution_id, is_known = executions.start_by_key(
            start, key=what.key, body_hash=what.body_hash()
        )
    if not is_known:
        _settle(what, execution_id, event, data)
    return Replayed(execution_id, is_duplicate=is_known)


def _settle(what: Replay, execution_id: UUID, event: WebhookEvent, data: Json) -> None:
    """Hand the first execution's files on to the new one, and write down who asked for it."""
    if event.execution_id is not None:
        schema = tenancy.current_schema()
        executions.hand_blobs_on(schema, event.execution_id, execution_id, data)
    facts = {
        "execution_id": execution_id,
        "is_filtering": what.is_filtering,
        "changed": sorted(what.changes),
    }
    target = audit.Target("webhook_event", what.event_id)
    audit.record("webhook_event.replayed", target=target, after=facts)
