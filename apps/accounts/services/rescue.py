"""What an operator does for somebody who has lost their second factor, once it is known by other means who asks."""

from uuid import UUID

from django.contrib.sessions.models import Session as DeskSession
from django.db import transaction

from apps.accounts.errors import NoSecondFactorError
from apps.accounts.events import SecondFactorTaken
from apps.accounts.models import Letter, Passkey, RecoveryCode, Totp, User
from apps.accounts.rules import Wording
from apps.accounts.services import letters
from apps.audit import facade as audit
from apps.core import events, tenancy


def take_second_factor(user_id: UUID, *, reason: str) -> None:
    """Take a person's app, passkeys and recovery codes away; their sessions end, and a letter tells them.

    Their password stays, so whoever has only a lost phone signs in by it, and whoever has only the phone does not.

    Raises:
        NoSecondFactorError: there is none.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        apps, _ = Totp.objects.filter(user=user).exclude(confirmed_at=None).delete()
        passkeys, _ = Passkey.objects.filter(user=user).delete()
        if not apps and not passkeys:
            raise NoSecondFactorError
        RecoveryCode.objects.filter(user=user).delete()
        _leave_the_desk(user)
        events.announce(SecondFactorTaken(user_id))
        letters.write("second_factor_taken", user.email)
        audit.record(
            "mfa.taken_away",
            target=audit.Target("user", user.pk, user.email),
            before={"apps": apps, "passkeys": passkeys},
            after={"reason": reason},
            severity="warning",
            schema=tenancy.PUBLIC,
        )


def _leave_the_desk(user: User) -> None:
    """End an operator's sessions in the admin, which are Django's own and bound to nothing but the password."""
    if not user.is_operator:
        return
    for session in DeskSession.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def word_second_factor_taken(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Two-step sign-in was taken off your account",
        (
            "An operator of this installation has removed the app, the passkeys and the recovery codes of your account,"
            " because somebody asked for it in your name. You are signed out everywhere.",
            "Sign in with your password and set them up anew.",
        ),
        "Sign in",
        letters.front_door("/sign-in"),
        "If you did not ask for this, set a new password at once and write to whoever runs this installation.",
    )
