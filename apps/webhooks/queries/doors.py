"""Doors: everything a process must know to take a delivery, read once and remembered for a moment.

A remembered door is never trusted to be current: the transaction that accepts checks its revision, and a delivery
that fails verification is judged again by what is stored now.
"""

import logging
import re
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from apps.core import tenancy
from apps.credentials import facade as credentials
from apps.credentials.errors import SealError
from apps.engine.secret import Secret
from apps.webhooks.models import Webhook, WebhookSecret
from apps.webhooks.rules import doors
from apps.webhooks.rules.doors import Rules
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo

REMEMBERED_S = 1.0
MOST_REMEMBERED = 10_000
LIVE_SECRETS = 2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """An active webhook. `secrets` None: there are some, but the key that sealed them is lost or another one."""

    trigger: TriggerInfo
    rules: Rules
    secrets: tuple[Secret, ...] | None = field(repr=False)
    next_kind: str
    zone: str
    loaded_at: float


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
    door = _load(path) if PATH.fullmatch(path) else None
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


def secret_aad(webhook_id: UUID, secret_id: UUID) -> str:
    """Return what a sealed secret is bound to: moved to another tenant, webhook or row it does not open."""
    return f"{tenancy.current_schema()}|webhook|{webhook_id}|{secret_id}"


def live_secrets(webhook_id: UUID) -> tuple[Secret, ...] | None:
    """Return the secrets by which senders may prove themselves now, newest first; None: there are, but none opens."""
    rows = WebhookSecret.objects.filter(webhook_id=webhook_id).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    )
    sealed = list(rows.order_by("-pk").values_list("pk", "sealed")[:LIVE_SECRETS])
    opened = tuple(
        secret for row_id, value in sealed if (secret := _opened(webhook_id, row_id, value))
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
    secrets = live_secrets(trigger.id) if rules.has_secret else ()
    version = workflows.version(trigger.version_id)
    next_kind = version.next_kind(trigger.node_id)
    return Door(trigger, rules, secrets, next_kind, version.zone, loaded_at)


def _trigger(path: str) -> TriggerInfo | None:
    found = workflows.trigger_by_path(path)
    if found is not None or path.count("/") != 1:
        return found
    workflow, webhook = path.split("/")
    try:
        return workflows.trigger_by_id(UUID(webhook), UUID(workflow))
    except ValueError:
        return None
