"""The one seam for time in Django code; leases and timers ask the database instead."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present instant, UTC, by this process's clock."""
    return timezone.now()
