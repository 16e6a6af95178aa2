"""What the trail hears of by itself: refusals of the API, and what operators do in the admin."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save

from apps.audit.services import desk, refusals
from apps.core.events import AccessRefused, subscribe
from apps.keys.events import RotationBegun, RotationEnded


def refuse(event: AccessRefused) -> None:
    """Write down that somebody asked for what they may not."""
    refusals.access_refused(event.operation, event.code)


def follow(sender: Any, instance: LogEntry, created: bool, **_: Any) -> None:  # noqa: FBT001 - Django's signature
    """Write down what an operator did in the admin."""
    if created:
        desk.acted(instance)


def enter(sender: Any, user: Any, **_: Any) -> None:
    """Write down that an operator has signed in."""
    desk.entered(user)


def leave(sender: Any, user: Any, **_: Any) -> None:
    """Write down that an operator has signed out."""
    desk.left(user)


def tell_of_new_keys(event: RotationBegun) -> None:
    """Write down that a change of keys has begun."""
    desk.rotation_begun(event.kind, event.to)


def tell_of_changed_keys(event: RotationEnded) -> None:
    """Write down that a change of keys is over."""
    desk.rotation_ended(event.kind, event.to, event.resealed)


subscribe(AccessRefused, refuse)
subscribe(RotationBegun, tell_of_new_keys)
subscribe(RotationEnded, tell_of_changed_keys)
post_save.connect(follow, sender=LogEntry, dispatch_uid="audit.follow")
user_logged_in.connect(enter, dispatch_uid="audit.enter")
user_logged_out.connect(leave, dispatch_uid="audit.leave")
