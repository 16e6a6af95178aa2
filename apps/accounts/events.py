from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountClosing:
    """An account is about to be closed, in this transaction: whoever cannot do without it raises."""

    user_id: UUID
