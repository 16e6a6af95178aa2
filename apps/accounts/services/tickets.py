"""The state between two steps of signing in: short, used once, bounded in tries, and no session of any kind."""

import secrets
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from apps.accounts.errors import TicketOverError
from apps.accounts.models import Ticket
from apps.core import tokens

MOST_ATTEMPTS = 5
CHALLENGE_BYTES = 32


def issue(purpose: Ticket.For, user_id: UUID | None) -> tuple[str, bytes]:
    """Return a new ticket, good for 5 minutes, and the challenge that a passkey would have to sign."""
    token, challenge = tokens.new_secret(), secrets.token_bytes(CHALLENGE_BYTES)
    Ticket.objects.create(
        purpose=purpose,
        user_id=user_id,
        token_hash=tokens.hash_of(token),
        challenge=challenge,
        expires_at=Now() + Ticket.LIFE,
    )
    return token, challenge


def try_once(token: str, purpose: Ticket.For, user_id: UUID | None = None) -> Ticket:
    """Return a living ticket, one try the poorer; with `user_id`, only that person's.

    Raises:
        TicketOverError: unknown, used, too old, out of tries, or somebody else's.
    """
    mine = Ticket.objects.alive().filter(
        token_hash=tokens.hash_of(token), purpose=purpose, attempts__lt=MOST_ATTEMPTS
    )
    if user_id is not None:
        mine = mine.filter(user_id=user_id)
    if not mine.update(attempts=F("attempts") + 1):
        raise TicketOverError
    ticket: Ticket = Ticket.objects.select_related("user").get(token_hash=tokens.hash_of(token))
    return ticket


def use_up(ticket: Ticket) -> None:
    """End a ticket that was answered; of two answers at once one comes through.

    Raises:
        TicketOverError: the other one was faster.
    """
    if not Ticket.objects.filter(pk=ticket.pk, used_at=None).update(used_at=Now()):
        raise TicketOverError
