"""The names of time zones that exist here."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones: `UTC`, `Europe/Berlin`."""
    return frozenset(available_timezones())
