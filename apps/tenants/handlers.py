"""What tenants do when others tell news."""

from apps.accounts.events import AccountClosing
from apps.core.events import subscribe
from apps.tenants.services import standing


def speak_up(event: AccountClosing) -> None:
    """Keep the account of a tenant's last owner open."""
    standing.refuse_orphans(event.user_id)


subscribe(AccountClosing, speak_up)
