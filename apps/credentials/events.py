"""What this context tells the others."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who goes on calling a credential by its name: a published workflow; without an id one that is not told."""

    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class CredentialLeaving:
    """A credential is to be deleted. Announced before; whoever has users of it adds them to `users`."""

    name: str
    users: list[User] = field(default_factory=list)
