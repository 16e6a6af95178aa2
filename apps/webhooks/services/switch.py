"""Pausing a webhook without touching its workflow."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.webhooks.errors import WebhookNotFoundError
from apps.webhooks.models import Webhook
from apps.workflows import facade as workflows


@transaction.atomic
def pause(webhook_id: UUID, *, is_paused: bool) -> None:
    """Let a webhook answer 404 (`is_paused`), or listen again; at once, in every process.

    Raises:
        WebhookNotFoundError: no live version has it.
    """
    rows = Webhook.objects.offered().filter(pk=webhook_id)
    if rows.update(is_paused=is_paused, updated_at=Now()) == 0:
        raise WebhookNotFoundError
    workflows.touch(webhook_id)
    action = "webhook.paused" if is_paused else "webhook.unpaused"
    audit.record(action, target=audit.Target("webhook", webhook_id))
