"""Doors: everything a process must know to take a delivery, read once, remembered, and asked about each second.

A remembered door is never trusted to be current: the transaction that accepts checks its revision, and a delivery
that fails verification is judged again by what is stored now.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from apps.core import db, tenancy
from apps.credentials import facade as credentials
from apps.engine.secret import Secret
from apps.keys.errors import SealError
from apps.webhooks.models import Webhook, WebhookSecret
from apps.webhooks.rules import doors
from apps.webhooks.rules.doors import Rules
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo

REMEMBERED_S = 1.0
# Then it is read anew whatever is said about it, so that a key that was taken away closes it.
UNREAD_S = 60.0
MOST_REMEMBERED = 10_000
LIVE_SECRETS = 2
# What a sealed secret is bound to, by the columns of its row.
PLACE = "{schema}|webhook|{webhook_id}|{id}"

# All that may have changed of a remembered door, by one statement: to read it anew takes two or three and the ORM, which
# with a thousand tenants in turn is most of an accept (measured).
IS_STILL = f"""
SELECT EXISTS ({workflows.CURRENT})
   AND NOT EXISTS (SELECT FROM {{s}}.webhooks_webhook WHERE id = %(trigger_id)s AND is_paused)
   AND (NOT %(has_secret)s OR %(secret_ids)s::uuid[] = ARRAY(
       SELECT id FROM {{s}}.webhooks_secret
       WHERE webhook_id = %(trigger_id)s AND (expires_at IS NULL OR expires_at > statement_timestamp())
       ORDER BY id DESC LIMIT {LIVE_SECRETS}
   ))
"""  # noqa: S608 - parts of our own, no values

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """An active webhook, read at `read_at` and known to be as it was then at `loaded_at`.

    `secrets` None: there are some, but the key that sealed them is lost or another one.
    """

    trigger: TriggerInfo
    rules: Rules
    secrets: tuple[Secret, ...] | None = field(repr=False)
    secret_ids: tuple[UUID, ...]
    next_kind: str
    zone: str
    loaded_at: float
    read_at: float


_doors: dict[tuple[str, str], Door] = {}
_lock = threading.Lock()


# A chosen or generated path, or the alias of two ids. Nothing else is worth a question to the database.
PATH = re.compile(r"[A-Za-z0-9_-]{1,255}(?:/[A-Za-z0-9_-]{1,64})?")


def find(path: str, *, at_least: float = 0.0) -> Door | None:
    """Return the door at `path`: a generated or chosen one, or `<workflow id>/<webhook id>`.

    None if nobody listens there: unknown, inactive or paused. `at_least` is the earliest moment (monotonic) at which
    the answer must have been read. What is not there is never remembered, so a new webhook answers at once.
    """
    key = (tenancy.current_schema(), path)
    known = _doors.get(key)
    if known is not None and known.loaded_at >= max(at_least, time.monotonic() - REMEMBERED_S):
        return known
    door = _renewed(known) if known is not None else None
    if door is None and PATH.fullmatch(path):
        door = _load(path)
    with _lock:
        if door is None:
            _doors.pop(key, None)
        else:
            if len(_doors) >= MOST_REMEMBERED:
                _doors.clear()
            _doors[key] = door
    return door


def forget() -> None:
    """Forget every door of this process."""
    with _lock:
        _doors.clear()


def _renewed(door: Door) -> Door | None:
    """Return the door as of now if nothing of it has changed; None: it must be read anew."""
    now = time.monotonic()
    if door.secrets is None or now - door.read_at > UNREAD_S:
        return None
    params = {
        "trigger_id": door.trigger.id,
        "revision": door.trigger.revision,
        "has_secret": door.rules.has_secret,
        "secret_ids": list(door.secret_ids),
    }
    is_still = db.fetch(db.in_schema(IS_STILL, tenancy.current_schema()), params)[0][0]
    return replace(door, loaded_at=now) if is_still else None


def secret_aad(webhook_id: UUID, secret_id: UUID) -> str:
    """Return what a sealed secret is bound to: moved to another tenant, webhook or row it does not open."""
    return PLACE.format(schema=tenancy.current_schema(), webhook_id=webhook_id, id=secret_id)


def live_secrets(webhook_id: UUID) -> tuple[Secret, ...] | None:
    """Return the secrets by which senders may prove themselves now, newest first; None: there are, but none opens."""
    return _opened_of(webhook_id, _sealed(webhook_id))


def _sealed(webhook_id: UUID) -> dict[UUID, object]:
    rows = WebhookSecret.objects.filter(webhook_id=webhook_id).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    )
    return dict(rows.order_by("-pk").values_list("pk", "sealed")[:LIVE_SECRETS])


def _opened_of(webhook_id: UUID, sealed: dict[UUID, object]) -> tuple[Secret, ...] | None:
    opened = tuple(
        secret for row_id, value in sealed.items() if (secret := _opened(webhook_id, row_id, value))
    )
    return None if sealed and not opened else opened


def _opened(webhook_id: UUID, row_id: UUID, value: object) -> Secret | None:
    try:
        sealed = credentials.Sealed.from_json(value)
        return credentials.open_sealed(sealed, aad=secret_aad(webhook_id, row_id))
    except SealError as reason:
        logger.error(  # noqa: TRY400 - the message says what to restore; a traceback would add nothing
            "webhook.secret_unreadable",
            extra={"webhook_id": str(webhook_id), "reason": reason.code, "detail": reason.message},
        )
        return None


def _load(path: str) -> Door | None:
    loaded_at = time.monotonic()
    trigger = _trigger(path)
    if trigger is None or not trigger.is_active or trigger.kind != "webhook":
        return None
    if Webhook.objects.filter(pk=trigger.id, is_paused=True).exists():
        return None
    rules, _ = doors.read(trigger.config)
    sealed = _sealed(trigger.id) if rules.has_secret else {}
    version = workflows.version(trigger.version_id)
    return Door(
        trigger=trigger,
        rules=rules,
        secrets=_opened_of(trigger.id, sealed),
        secret_ids=tuple(sealed),
        next_kind=version.next_kind(trigger.node_id),
        zone=version.zone,
        loaded_at=loaded_at,
        read_at=loaded_at,
    )


def _trigger(path: str) -> TriggerInfo | None:
    found = workflows.trigger_by_path(path)
    if found is not None or path.count("/") != 1:
        return found
    workflow, webhook = path.split("/")
    try:
        return workflows.trigger_by_id(UUID(webhook), UUID(workflow))
    except ValueError:
        return None
