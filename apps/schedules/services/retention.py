"""What is kept for a while only: the times of a schedule that came, 35 days."""

from datetime import timedelta

from django.db.models.functions import Now

from apps.engine.value import DEFAULT_LIMITS
from apps.schedules.models import Firing

KEPT = timedelta(days=DEFAULT_LIMITS.deduplication_days)
BATCH = 5_000


def forget_old() -> int:
    """Delete what this tenant keeps no longer, in batches that hold no lock for long; return how many rows went."""
    gone = 0
    while True:
        old = Firing.objects.filter(created_at__lt=Now() - KEPT)
        batch = list(old.order_by("created_at").values_list("pk", flat=True)[:BATCH])
        if not batch:
            return gone
        deleted, _ = Firing.objects.filter(pk__in=batch).delete()
        gone += deleted
