"""Wishing something for all executions that fit a filter. What is wished is done by workers, in batches (docs/adr/0053)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import request_context, tenancy
from apps.core.ids import uuid7
from apps.core.principals import Principal
from apps.dispatch import facade as dispatch
from apps.engine.value import Json, compact
from apps.executions.errors import (
    StartKeyReusedError,
    WishesFullError,
    WishNotFoundError,
    WishOverError,
)
from apps.executions.models import Wish
from apps.executions.queries import fitting
from apps.executions.queries.fitting import Narrowing

KIND = "wish"
MOST_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Wished:
    """What is wished for which executions; `options` says where a retry begins, and in which version."""

    action: str
    narrowing: Narrowing
    options: Mapping[str, Json] | None = None
    key: str | None = None

    def body_hash(self) -> bytes:
        """Return what must be equal when a key comes again."""
        options = None if self.options is None else {**self.options}
        said = compact([self.action, self.narrowing.facts(), options])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def wish(by: Principal, wished: Wished) -> tuple[Wish, bool]:
    """Write down what is wished, and say whether its key was known; executions that begin from now on are not meant.

    Raises:
        InvalidError, ErrorSearchError: the filter fits nothing that this could be done with, or cannot be looked for.
        StartKeyReusedError: the key was used for something else.
        WishesFullError: five are under way.
    """
    known = _known(by, wished)
    if known is not None:
        return known, True
    if Wish.objects.filter(status=Wish.Status.RUNNING).count() >= MOST_AT_ONCE:
        raise WishesFullError(
            f"{MOST_AT_ONCE} such wishes are under way. Wait for one of them, or stop it."
        )
    counted = fitting.counted(by, wished.narrowing, wished.action)
    wish_id = uuid7()
    row = Wish(
        id=wish_id,
        action=wished.action,
        narrowing=wished.narrowing.facts(),
        options=None if wished.options is None else {**wished.options},
        user_id=by.user_id,
        asked_by=_asker(by),
        key=wished.key or "",
        body_hash=wished.body_hash(),
        below=wish_id,
        expected=counted.count,
        has_more=counted.has_more,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record("wished", row, after={"expected": row.expected, **_said(row)})
            dispatch.set_alarm(tenancy.current_schema(), wish_id, None, kind=KIND)
    except IntegrityError:
        # The same key in the same moment.
        known = _known(by, wished)
        if known is None:
            raise
        return known, True
    row.refresh_from_db()
    return row, False


def stop(by: Principal, wish_id: UUID) -> Wish:
    """Let a wish come to its end where it is; what it has done stays done.

    Raises:
        WishNotFoundError: there is none, or it is somebody else's, and whoever asks is no manager.
        WishOverError: it has come to its end.
    """
    with transaction.atomic():
        row = Wish.objects.select_for_update().filter(pk=wish_id).first()
        if row is None or not (by.is_manager or row.user_id == by.user_id):
            raise WishNotFoundError("There is no such wish of yours.")
        if row.status != Wish.Status.RUNNING:
            raise WishOverError("This wish has come to its end already.")
        end(row, Wish.Status.STOPPED)
        dispatch.clear_alarms(tenancy.current_schema(), [wish_id])
    return row


def end(row: Wish, status: Wish.Status, reason: str = "") -> None:
    """End a wish in the open transaction, and tell the trail what it came to; the caller looks after its alarm."""
    row.status, row.reason, row.ended_at = status, reason, Now()
    row.save()
    row.refresh_from_db()
    refused: dict[str, Json] = {code: count for code, (count, _) in row.refused.items()}
    facts: dict[str, Json] = {"status": str(status), "reason": reason, "done": row.done}
    record("wish_ended", row, after={**facts, "refused": refused, **_said(row)})


def mine(by: Principal) -> QuerySet[Wish]:
    """Return what somebody has wished; the caller pages it by id."""
    return Wish.objects.filter(user_id=by.user_id)


def get(by: Principal, wish_id: UUID) -> Wish:
    """Return a wish.

    Raises:
        WishNotFoundError: there is none, or it is somebody else's, and whoever asks is no manager.
    """
    row = (Wish.objects.all() if by.is_manager else mine(by)).filter(pk=wish_id).first()
    if row is None:
        raise WishNotFoundError("There is no such wish of yours.")
    return row


def record(action: str, row: Wish, *, after: Mapping[str, Json]) -> None:
    """Tell the trail of a wish: it is one act, however many executions it is about."""
    target = audit.Target("wish", row.pk, row.action)
    audit.record(f"execution.{action}", target=target, after=after)


def _said(row: Wish) -> dict[str, Json]:
    return {"action": row.action, "filter": row.narrowing, "options": row.options}


def _known(by: Principal, wished: Wished) -> Wish | None:
    if wished.key is None:
        return None
    row = mine(by).filter(key=wished.key).first()
    if row is not None and bytes(row.body_hash) != wished.body_hash():
        raise StartKeyReusedError("This Idempotency-Key was used for something else.")
    return row


def _asker(by: Principal) -> dict[str, Json]:
    key_id = None if by.api_key_id is None else str(by.api_key_id)
    return {
        "kind": by.kind,
        "email": request_context.asker().email,
        "api_key_id": key_id,
        "permissions": [*sorted(by.permissions)],
    }
