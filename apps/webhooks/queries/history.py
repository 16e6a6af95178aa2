"""Webhooks and what arrived at them, for people to look at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from apps.core.principals import Principal
from apps.webhooks.errors import EventNotFoundError, WebhookNotFoundError
from apps.webhooks.models import Webhook, WebhookEvent, WebhookSecret
from apps.webhooks.rules import doors
from apps.webhooks.rules.doors import Rules
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo


@dataclass(frozen=True, slots=True)
class SecretInfo:
    """That there is a secret, and until when; never what it is. Without an end it is the current one."""

    id: UUID
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """A webhook as people see it."""

    id: UUID
    is_paused: bool
    trigger: TriggerInfo
    rules: Rules
    secrets: tuple[SecretInfo, ...]

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
    """Return everything about some webhooks in their order, with two queries however many they are."""
    rows = list(webhooks)
    ids = [row.pk for row in rows]
    triggers = workflows.triggers_by_id(ids)
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    secrets: defaultdict[UUID, list[SecretInfo]] = defaultdict(list)
    for secret in WebhookSecret.objects.filter(live, webhook_id__in=ids).order_by("-pk"):
        secrets[secret.webhook_id].append(
            SecretInfo(secret.pk, secret.created_at, secret.expires_at)
        )
    return [
        WebhookInfo(
            id=row.pk,
            is_paused=row.is_paused,
            trigger=triggers[row.pk],
            rules=doors.read(triggers[row.pk].config)[0],
            secrets=tuple(secrets[row.pk]),
        )
        for row in rows
        if row.pk in triggers
    ]


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
