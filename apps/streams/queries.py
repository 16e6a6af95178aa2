"""Reading the streams of the tenant whose schema was entered: at most ten, whom the caller orders."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.core import tenancy
from apps.streams.errors import StreamNotFoundError
from apps.streams.models import Stream


def streams() -> QuerySet[Stream]:
    """Return the streams of the trail of the schema of now."""
    return Stream.objects.filter(chain=tenancy.current_schema())


def stream(stream_id: UUID, *, is_locked: bool = False) -> Stream:
    """Return one stream.

    Raises:
        StreamNotFoundError: this tenant has none of that id.
    """
    rows = streams()
    found = (rows.select_for_update() if is_locked else rows).filter(pk=stream_id).first()
    if found is None:
        raise StreamNotFoundError
    return found


def sealed_secrets(row: Stream) -> tuple[Any, ...]:
    """Return the secrets by which a stream signs now, sealed: the one before only while its time is not over."""
    is_over = not Stream.objects.filter(pk=row.pk, before_until__gt=Now()).exists()
    return (row.sealed_secret,) if is_over else (row.sealed_secret, row.sealed_before)
