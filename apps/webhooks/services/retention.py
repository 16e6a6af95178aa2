"""What is kept for a while only: delivery keys 35 days, secrets until their end."""

from datetime import timedelta

from django.db.models.functions import Now

from apps.engine.value import DEFAULT_LIMITS
from apps.webhooks.models import WebhookDelivery, WebhookSecret

KEYS_KEPT = timedelta(days=DEFAULT_LIMITS.deduplication_days)
BATCH = 5_000


def forget_old() -> int:
    """Delete what this tenant keeps no longer, in batches that hold no lock for long; return how many rows went."""
    secrets, _ = WebhookSecret.objects.filter(expires_at__lt=Now()).delete()
    return secrets + _forget_keys()


def _forget_keys() -> int:
    gone = 0
    while True:
        old = WebhookDelivery.objects.filter(created_at__lt=Now() - KEYS_KEPT)
        batch = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
        if not batch:
            return gone
        deleted, _ = WebhookDelivery.objects.filter(pk__in=batch).delete()
        gone += deleted
