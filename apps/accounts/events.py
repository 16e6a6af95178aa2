"""What happens to people. All but the letter are announced inside the transaction, so a subscriber's refusal undoes it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """A person has a new password; `session_id` is where they changed it, None if by a letter."""

    user_id: UUID
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class SecondFactorShown:
    """A person has just shown a second factor in this session, so it counts as proven by two."""

    user_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class SecondFactorTaken:
    """An operator has taken a person's second factor away."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class AccountClosing:
    """A person is about to close their account."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """A letter lies in the box, committed; published, for whoever wakes the sender."""

    kind: str
