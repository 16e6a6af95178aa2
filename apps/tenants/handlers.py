"""What happens to people changes what their sessions are worth."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.core.signals import request_finished

from apps.accounts import facade as accounts
from apps.accounts.events import (
    AccountClosing,
    PasswordChanged,
    SecondFactorShown,
    SecondFactorTaken,
)
from apps.core.events import subscribe
from apps.tenants.services import acting, calls, departure, invitations, own_sessions, standing


def end_sessions(event: PasswordChanged) -> None:
    own_sessions.after_new_password(event.user_id, event.session_id)


def note_second_factor(event: SecondFactorShown) -> None:
    own_sessions.note_confirmed(event.session_id, has_second_factor=True)


def end_all_sessions(event: SecondFactorTaken) -> None:
    own_sessions.after_lost_second_factor(event.user_id)


def let_go(event: AccountClosing) -> None:
    """Keep the account of a tenant's last owner open; who may go has no session from now on."""
    standing.refuse_orphans(event.user_id)
    own_sessions.before_closing(event.user_id)
    acting.end_of_operator(event.user_id)


def leave(sender: Any, user: Any, **_: Any) -> None:
    """Whoever leaves the admin acts as nobody any more."""
    if user is not None:
        acting.end_of_operator(user.pk)


subscribe(PasswordChanged, end_sessions)
subscribe(SecondFactorShown, note_second_factor)
subscribe(SecondFactorTaken, end_all_sessions)
subscribe(AccountClosing, let_go)
user_logged_out.connect(leave, dispatch_uid="tenants.leave")
request_finished.connect(calls.write_if_due, dispatch_uid="tenants.calls")
accounts.composes(
    departure.KIND, lambda letter: departure.word(letter.subject_id or letter.pk, letter.facts)
)
accounts.composes(invitations.KIND, lambda letter: invitations.word(letter.subject_id or letter.pk))
