"""Webhooks and what arrived at them, for people to look at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from apps.core import db, tenancy
from apps.core.ids import floor
from apps.core.principals import Principal
from apps.webhooks.errors import EventNotFoundError, WebhookNotFoundError
from apps.webhooks.models import Webhook, WebhookEvent, WebhookSecret
from apps.webhooks.rules import doors
from apps.webhooks.rules.doors import Rules
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo

MOST_COUNTED = 1_000

# Both questions follow the index of a webhook's history and end early, however much has arrived.
TRAFFIC = """
SELECT wanted.id, day.counts, latest.id, latest.status, latest.execution_id, latest.created_at
FROM unnest(%(ids)s::uuid[]) AS wanted(id)
LEFT JOIN LATERAL (
    SELECT id, status, execution_id, created_at FROM {s}.webhooks_event
    WHERE webhook_id = wanted.id ORDER BY id DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT json_object_agg(status, many) AS counts FROM (
        SELECT status, count(*) AS many FROM (
            SELECT status FROM {s}.webhooks_event
            WHERE webhook_id = wanted.id AND id >= %(since)s ORDER BY id DESC LIMIT %(most)s
        ) AS counted GROUP BY status
    ) AS grouped
) AS day ON true
"""


@dataclass(frozen=True, slots=True)
class SecretInfo:
    """That there is a secret, and until when; never what it is. Without an end it is the current one."""

    id: UUID
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastEvent:
    """What arrived last."""

    id: UUID
    status: str
    execution_id: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """What arrived at a webhook lately: the last event, and the events of 24 hours by status, counted up to a thousand."""

    last: LastEvent | None
    day: dict[str, int]

    @property
    def is_capped(self) -> bool:
        """Whether there were more than were counted."""
        return sum(self.day.values()) >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """A webhook as people see it."""

    id: UUID
    is_paused: bool
    trigger: TriggerInfo
    workflow_name: str
    rules: Rules
    secrets: tuple[SecretInfo, ...]
    traffic: Traffic

    @property
    def warnings(self) -> list[str]:
        """Return the codes of what a person should know: `unverified`, `secret_missing`."""
        if not self.rules.has_secret:
            return ["unverified"]
        return [] if self.secrets else ["secret_missing"]


def listed(by: Principal, workflow_id: UUID | None = None) -> QuerySet[Webhook]:
    """Return the webhooks that live versions declare and that are there for who asks, for a list."""
    rows = Webhook.objects.offered()
    if not by.is_manager:
        hidden = RawSQL(workflows.HIDDEN, [by.names])  # noqa: S611 - a constant
        rows = rows.exclude(workflow_id__in=hidden)
    return rows if workflow_id is None else rows.filter(workflow_id=workflow_id)


def described(webhooks: Iterable[Webhook]) -> list[WebhookInfo]:
    """Return everything about some webhooks in their order, with four queries however many they are."""
    rows = list(webhooks)
    ids = [row.pk for row in rows]
    triggers = workflows.triggers_by_id(ids)
    names = workflows.names_of({row.workflow_id for row in rows})
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    secrets: defaultdict[UUID, list[SecretInfo]] = defaultdict(list)
    for secret in WebhookSecret.objects.filter(live, webhook_id__in=ids).order_by("-pk"):
        secrets[secret.webhook_id].append(
            SecretInfo(secret.pk, secret.created_at, secret.expires_at)
        )
    traffic = _traffic(ids)
    return [
        WebhookInfo(
            id=row.pk,
            is_paused=row.is_paused,
            trigger=triggers[row.pk],
            workflow_name=names.get(row.workflow_id, ""),
            rules=doors.read(triggers[row.pk].config)[0],
            secrets=tuple(secrets[row.pk]),
            traffic=traffic[row.pk],
        )
        for row in rows
        if row.pk in triggers
    ]


def _traffic(ids: list[UUID]) -> dict[UUID, Traffic]:
    since = floor(datetime.now(UTC) - timedelta(days=1))
    params = {"ids": ids, "since": since, "most": MOST_COUNTED}
    found = db.fetch(db.in_schema(TRAFFIC, tenancy.current_schema()), params) if ids else []
    return {
        webhook_id: Traffic(
            last=None if last_id is None else LastEvent(last_id, *last),
            day={status: (day or {}).get(status, 0) for status in WebhookEvent.Status.values},
        )
        for webhook_id, day, last_id, *last in found
    }


def webhook(webhook_id: UUID) -> WebhookInfo:
    """Return one webhook.

    Raises:
        WebhookNotFoundError: no live version has it.
    """
    for found in described(Webhook.objects.offered().filter(pk=webhook_id)):
        return found
    raise WebhookNotFoundError


def workflow_of(webhook_id: UUID) -> UUID:
    """Return the workflow whose trigger a webhook is, or was.

    Raises:
        WebhookNotFoundError: this tenant has no such webhook, not even a former one.
    """
    rows = Webhook.objects.filter(pk=webhook_id)
    found: UUID | None = rows.values_list("workflow_id", flat=True).first()
    if found is None:
        raise WebhookNotFoundError
    return found


def workflow_of_event(event_id: UUID) -> UUID:
    """Return the workflow at which an event arrived.

    Raises:
        EventNotFoundError: this tenant has no such event.
    """
    rows = WebhookEvent.objects.filter(pk=event_id)
    found: UUID | None = rows.values_list("workflow_id", flat=True).first()
    if found is None:
        raise EventNotFoundError
    return found


def events(webhook_id: UUID, status: str = "") -> QuerySet[WebhookEvent]:
    """Return what arrived at a webhook, without the data, for a list.

    Raises:
        WebhookNotFoundError: this tenant has no such webhook, not even a former one.
    """
    if not Webhook.objects.filter(pk=webhook_id).exists():
        raise WebhookNotFoundError
    rows = WebhookEvent.objects.filter(webhook_id=webhook_id).defer("trigger")
    return rows.filter(status=status) if status else rows


def event(event_id: UUID) -> WebhookEvent:
    """Return one event with its data.

    Raises:
        EventNotFoundError: this tenant has no such event.
    """
    found = WebhookEvent.objects.filter(pk=event_id).first()
    if found is None:
        raise EventNotFoundError
    return found
