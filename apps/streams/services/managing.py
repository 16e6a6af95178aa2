"""A tenant's streams: made, changed, tried, deleted. The secret comes out once, when it is made."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.adapters.errors import HttpError
from apps.audit import facade as audit
from apps.core import clock, rate_limit, tenancy
from apps.core.ids import uuid7
from apps.core.rate_limit import Limit
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.streams import queries
from apps.streams.errors import (
    NothingToSignError,
    StreamNameTakenError,
    StreamRefusedError,
    TooManyStreamsError,
    TooManyTestsError,
)
from apps.streams.models import Stream
from apps.streams.rules.places import Place, place_of
from apps.streams.rules.wording import SECRET_PREFIX
from apps.streams.services import delivering

MOST_STREAMS = 10
SECRET_BYTES = 32
TRIES = Limit(burst=10, per_s=0.2)
# Long enough to change a receiver within a working day.
USUAL_OVERLAP_S = 86_400


@dataclass(frozen=True, slots=True)
class Tried:
    """What a test of a stream brought; `problem` is empty if the other side took it."""

    is_ok: bool
    problem: str = ""
    code: str = ""


def create(name: str, url: str, *, is_from_start: bool) -> tuple[Stream, Secret | None]:
    """Begin to send the trail of the tenant of now to `url`, from its first entry or from now on; return the secret, too.

    Raises:
        StreamRefusedError, StreamNameTakenError, TooManyStreamsError: nothing has changed.
    """
    chain = tenancy.current_schema()
    place = _judged(url)
    row = Stream(id=uuid7(), chain=chain, name=name, url=url)
    made = None if place.is_syslog else _new_secret(row)
    with transaction.atomic():
        row.sent_seq = 0 if is_from_start else audit.last_seqs([chain]).get(chain, 0)
        if queries.streams().count() >= MOST_STREAMS:
            raise TooManyStreamsError(MOST_STREAMS)
        _save(row)
        after = _facts(row) | {"from_start": is_from_start}
        audit.record("stream.created", target=_target(row), after=after)
    return row, made


def update(stream_id: UUID, facts: Mapping[str, Any]) -> Stream:
    """Change a stream; what is left out stays. Going on, also after it was disabled, begins where it had come to.

    Raises:
        StreamNotFoundError: this tenant has none of that id.
        StreamRefusedError, StreamNameTakenError: nothing has changed.
    """
    with transaction.atomic():
        row = queries.stream(stream_id, is_locked=True)
        before = _facts(row)
        for field in ("name", "url", "is_paused"):
            setattr(row, field, facts.get(field, getattr(row, field)))
        if "url" in facts:
            is_syslog = _judged(row.url).is_syslog
            # A secret goes nowhere but where it was made for: of another kind it has no use.
            if is_syslog == (row.sealed_secret is not None):
                raise StreamRefusedError("A stream stays a webhook or syslog; make another one.")
        if facts.get("is_paused") is False:
            row.disabled_at, row.failing_since, row.failures, row.last_error = None, None, 0, ""
        row.due_at = Now()
        # Whoever sends at this moment goes on with nothing that was told before.
        row.lease, row.lease_until = None, None
        _save(row)
        old, new = audit.changed(before, _facts(row))
        if old != new:
            audit.record("stream.changed", target=_target(row), before=old, after=new)
    row.refresh_from_db()
    return row


def renew_secret(stream_id: UUID, *, overlap_s: int = USUAL_OVERLAP_S) -> tuple[Stream, Secret]:
    """Give a webhook a new secret, which signs from the next delivery on, and return it.

    The one before signs as well for `overlap_s` seconds more (0: not at all), one before that no more.

    Raises:
        StreamNotFoundError: this tenant has none of that id.
        NothingToSignError: it is one to syslog.
    """
    with transaction.atomic():
        row = queries.stream(stream_id, is_locked=True)
        if row.sealed_secret is None:
            raise NothingToSignError
        row.sealed_before = row.sealed_secret if overlap_s else None
        row.before_until = Now() + timedelta(seconds=overlap_s) if overlap_s else None
        made = _new_secret(row)
        row.lease, row.lease_until = None, None
        row.save()
        audit.record("stream.secret_renewed", target=_target(row), after={"overlap_s": overlap_s})
    row.refresh_from_db()
    return row, made


def delete(stream_id: UUID) -> None:
    """Send nothing more there.

    Raises:
        StreamNotFoundError: this tenant has none of that id.
    """
    with transaction.atomic():
        row = queries.stream(stream_id, is_locked=True)
        audit.record("stream.deleted", target=_target(row), before=_facts(row))
        row.delete()


def forget(schema: str) -> None:
    """Delete the streams of a tenant that is no more."""
    Stream.objects.filter(chain=schema).delete()


def try_out(stream_id: UUID) -> Tried:
    """Send something that is no entry, now; nothing is stored.

    Raises:
        StreamNotFoundError: this tenant has none of that id.
        TooManyTestsError: the tenant tries too often.
    """
    row = queries.stream(stream_id)
    wait_s = rate_limit.take("stream-test", row.chain, TRIES)
    if wait_s > 0:
        raise TooManyTestsError(wait_s)
    try:
        delivering.try_out(
            delivering.way_of(row.chain, row.pk, row.url, queries.sealed_secrets(row)), clock.now()
        )
    except (HttpError, delivering.NotTakenError) as failure:
        return Tried(is_ok=False, problem=failure.message, code=failure.code)
    return Tried(is_ok=True)


def _judged(url: str) -> Place:
    try:
        place = place_of(url)
        delivering.refuse_known(place, tenancy.current_schema())
    except HttpError as failure:
        raise StreamRefusedError(f"{failure.message[:1].upper()}{failure.message[1:]}.") from None
    except ValueError as failure:
        raise StreamRefusedError(str(failure)) from None
    return place


def _new_secret(row: Stream) -> Secret:
    drawn = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = Secret(f"{SECRET_PREFIX}{drawn}")
    aad = delivering.PLACE.format(chain=row.chain, id=row.pk)
    row.sealed_secret = dict(keys.seal(made, aad=aad).to_json())
    return made


def _save(row: Stream) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise StreamNameTakenError from None


def _facts(row: Stream) -> dict[str, Any]:
    # Never the whole address: some hold a token.
    return {"name": row.name, "to": place_of(row.url).url.shown, "is_paused": row.is_paused}


def _target(row: Stream) -> audit.Target:
    return audit.Target("stream", row.pk, row.name)
