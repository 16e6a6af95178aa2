"""Reading the trail of the schema of now: bounded, and newest first."""

from uuid import UUID

from apps.audit.errors import EntryNotFoundError
from apps.audit.models import Entry


def entry(entry_id: UUID) -> Entry:
    """Return one entry.

    Raises:
        EntryNotFoundError: this trail has none.
    """
    found = Entry.objects.here().filter(pk=entry_id).first()
    if found is None:
        raise EntryNotFoundError
    return found
