"""Letters of the platform itself: a row in the transaction of its cause, sent after its commit, tried until it is taken.

A letter that is sent in the moment in which its process dies goes out twice, under one Message-ID. None is lost, and none
goes out for what was rolled back.
"""

import logging
import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string

from apps.accounts.events import LetterWritten
from apps.accounts.models import Letter
from apps.accounts.rules import Wording
from apps.adapters.errors import HttpError
from apps.adapters.letters import KeptPost, Post, SmtpPost
from apps.core import events, tenancy

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
# Whoever sends has this long; then another may.
CLAIM = timedelta(minutes=5)
LONGEST_PAUSE_S = 3 * 3600
KEPT_FOR = timedelta(days=30)

Compose = Callable[[Letter], Wording | None]
_composers: dict[str, Compose] = {}


def composes(kind: str, compose: Compose) -> None:
    """Say who words letters of this kind, when they are sent: None says that it is no longer wanted."""
    _composers[kind] = compose


def write(
    kind: str, to: str, *, about: UUID | None = None, facts: Mapping[str, Any] | None = None
) -> None:
    """Put a letter into the box; it is sent after the commit, and never if there is none."""
    with tenancy.entered(tenancy.PUBLIC):
        Letter.objects.create(kind=kind, to=to, subject_id=about, facts=dict(facts or {}))
    events.publish(LetterWritten(kind))


def deliver(post: Post | None = None) -> int:
    """Send every letter that is due, one after another, and return how many were taken."""
    post = post or post_of_settings()
    if post is None:
        return 0
    sent = 0
    with tenancy.entered(tenancy.PUBLIC):
        while (letter := _claim()) is not None:
            sent += _deliver_one(letter, post)
    return sent


def post_of_settings() -> Post | None:
    """Return the mail server that the settings name, or the folder where development keeps its mail; None: neither."""
    if settings.GORAX_MAIL_HOST:
        return SmtpPost(
            host=settings.GORAX_MAIL_HOST,
            port=settings.GORAX_MAIL_PORT,
            security=settings.GORAX_MAIL_SECURITY,
            username=settings.GORAX_MAIL_USERNAME,
            password=settings.GORAX_MAIL_PASSWORD,
        )
    return KeptPost(settings.GORAX_MAIL_FOLDER) if settings.GORAX_MAIL_FOLDER else None


def forget_old() -> int:
    """Delete letters that ended more than a month ago; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        gone, _ = Letter.objects.filter(ended_at__lt=Now() - KEPT_FOR).delete()
    return gone


def front_door(path: str) -> str:
    """Return the address of a page where people sign in."""
    host = settings.GORAX_SINGLE_HOST or settings.GORAX_PUBLIC_HOST
    return f"{settings.GORAX_TENANT_ORIGIN.format(host=host)}{path}"


def _claim() -> Letter | None:
    """Take one letter that is due, for as long as sending may take; two processes never hold one."""
    with transaction.atomic():
        letter = (
            Letter.objects.select_for_update(skip_locked=True)
            .filter(ended_at=None, due_at__lte=Now())
            .order_by("due_at", "id")
            .first()
        )
        if letter is None:
            return None
        Letter.objects.filter(pk=letter.pk).update(due_at=Now() + CLAIM, attempts=F("attempts") + 1)
        letter.attempts += 1
    return letter


def _deliver_one(letter: Letter, post: Post) -> bool:
    compose = _composers.get(letter.kind)
    if compose is None:
        _try_later(letter, "no_composer")  # a newer release wrote it; that one will send it
        return False
    try:
        wording = compose(letter)
    except Exception:  # one letter that cannot be worded keeps no other back
        log.exception("letter.not_worded", extra={"letter_id": str(letter.pk)})
        _try_later(letter, "not_worded")
        return False
    if wording is None:
        _end(letter, "unwanted")
        return False
    try:
        post.send(message_of(letter, wording))
    except (HttpError, OSError) as refusal:
        _try_later(letter, type(refusal).__name__)
        return False
    _end(letter, "sent")
    return True


def message_of(letter: Letter, wording: Wording) -> EmailMessage:
    """Return a letter as it is sent: plain text, and the same as HTML."""
    message = EmailMessage()
    message["Subject"] = " ".join(wording.subject.split())
    message["From"] = settings.GORAX_MAIL_FROM
    message["To"] = letter.to
    message["Date"] = letter.created_at
    message["Message-ID"] = f"<{letter.pk}@{settings.GORAX_PUBLIC_HOST}>"
    message["Auto-Submitted"] = "auto-generated"
    facts = {"wording": wording, "home": front_door("/")}
    message.set_content(render_to_string("letters/letter.txt", facts))
    message.add_alternative(render_to_string("letters/letter.html", facts), subtype="html")
    return message


def _end(letter: Letter, outcome: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(ended_at=Now(), outcome=outcome)


def _try_later(letter: Letter, reason: str) -> None:
    log.warning(
        "letter.not_taken",
        extra={"letter_id": str(letter.pk), "kind": letter.kind, "reason": reason},
    )
    if letter.attempts >= MOST_ATTEMPTS:
        _end(letter, "given_up")
        return
    pause_s = min(LONGEST_PAUSE_S, 10 * math.pow(3, letter.attempts - 1))
    Letter.objects.filter(pk=letter.pk).update(due_at=Now() + timedelta(seconds=pause_s))
