"""What holds of connected accounts beside what holds of every credential: asked where one is made or changed."""

from collections.abc import Iterable, Iterator, Mapping

from apps.core import tenancy
from apps.core.errors import FieldProblem
from apps.credentials.models import Connection, Credential
from apps.credentials.rules import accounts
from apps.credentials.rules.kinds import KINDS, Kind
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.services.token_calls import private_of


def is_account(kind: Kind | None) -> bool:
    """Say whether credentials of this type are connected by a person."""
    return kind is not None and kind.name == ACCOUNT


def first_hosts(kind: Kind, values: Mapping[str, str]) -> list[str]:
    """Return where a new credential may be sent if nobody says so."""
    return accounts.hosts_of(values) if is_account(kind) else []


def problems(kind: Kind, values: Mapping[str, str]) -> Iterator[FieldProblem]:
    """Yield what is wrong with the values of a type as a whole."""
    if is_account(kind):
        yield from accounts.problems_of(values, private_of(tenancy.current_schema()))


def change_problems(
    credential: Credential, after: Mapping[str, str], kept: Iterable[str], *, is_spread: bool
) -> Iterator[FieldProblem]:
    """Yield what keeps an account from being changed; `kept` are secrets that are not given anew."""
    yield from problems(KINDS[credential.type], after)
    held = Connection.objects.filter(credential=credential, dek__isnull=False)
    is_connected = held.exists()
    yield from accounts.change_problems(
        credential.values,
        after,
        is_connected=is_connected,
        has_old_secret="client_secret" in kept,
    )
    if is_connected and is_spread:
        message = "Disconnect it first: its token could now go where it could not go before."
        yield FieldProblem("/allowed_hosts", "connected", message)
