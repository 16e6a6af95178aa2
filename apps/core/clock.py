"""The one seam for time in Django code; leases and timers ask the database instead."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the present instant, UTC, by this process's clock."""
    return timezone.now()


def database_now() -> datetime:
    """Return the present instant by the database's clock, the only one that decides leases and timers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    instant: datetime = row[0]
    return instant


def drift_s() -> float:
    """Return how many seconds this process's clock is ahead of the database's (negative: behind)."""
    before = now()
    theirs = database_now()
    after = now()
    return (before + (after - before) / 2 - theirs).total_seconds()
