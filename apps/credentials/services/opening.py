"""Credentials as a running step gets them: opened in memory, for as long as the step is at work and no longer."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from apps.credentials import queries
from apps.credentials.queries import Row
from apps.credentials.rules import using
from apps.credentials.rules import values as rules
from apps.credentials.rules.kinds import KINDS
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.services import accesses, connections, envelope, lookups
from apps.credentials.services.accesses import Read, Reader
from apps.credentials.services.connections import Account
from apps.credentials.services.envelope import Place
from apps.engine.credential import FORBIDDEN, Credential, Unusable
from apps.keys.errors import KeyAwayError, SealError
from apps.tenants import facade as tenants

NO_LOOKUPS: Mapping[str, Iterable[str]] = {}


def opened(
    schema: str,
    names: Collection[str],
    reader: Reader | None = None,
    wanted: Mapping[str, Iterable[str]] = NO_LOOKUPS,
    *,
    acts_as: UUID | None = None,
) -> dict[str, Credential | Unusable]:
    """Return the credentials of a tenant that have these names, by one query; a name that nobody has is left out.

    A restricted one opens for a member to whom it is granted now; with `acts_as` None for nobody. Without a name nothing
    is asked. What is disabled, has expired or does not open is told with what to do about it.
    `reader` is written down with what was read, a moment later; None: nobody keeps what was opened, so no provider is
    asked for a token or a secret either. Else the token of a connected account is renewed first if it is about to end, and
    `wanted` is looked up: what is asked of stores, by their names.

    Raises:
        KeyAwayError: the service that holds the installation's key does not answer: time will heal it.
    """
    rows = queries.rows_named(schema, names) if names else []
    may_call = reader is not None
    vault = {
        row.name: _kept_from(schema, row, acts_as) or _opened(schema, row, may_call=may_call)
        for row in rows
    }
    for name, asked in wanted.items():
        store = vault.get(name)
        if isinstance(store, Credential) and asked:
            vault[name] = (
                lookups.with_stand_ins(store, asked)
                if reader is None
                else lookups.with_found(schema, store, asked, reader.execution_id)
            )
    if reader is not None:
        _note(reader, schema, rows, vault)
    return vault


def _note(
    reader: Reader, schema: str, rows: list[Row], vault: Mapping[str, Credential | Unusable]
) -> None:
    for row in rows:
        found = vault[row.name]
        error = found.message if isinstance(found, Unusable) else ""
        accesses.note(reader, Read(schema, row.id, row.name, row.version), error=error)


def _kept_from(schema: str, row: Row, acts_as: UUID | None) -> Unusable | None:
    """Return why a credential is not for whoever is acted as, None if it is."""
    if row.granted is None:
        return None
    member = None if acts_as is None else tenants.acting(schema, acts_as)
    if member is not None and using.may_use(member, row.granted):
        return None
    who = "nobody who belongs to this tenant" if member is None else "somebody who may not use it"
    return Unusable(
        f"It is restricted, and this execution acts as {who}. Let them use it, or let somebody publish who may.",
        FORBIDDEN,
    )


def _opened(schema: str, row: Row, *, may_call: bool) -> Credential | Unusable:
    if row.is_disabled:
        return Unusable("It is disabled: enable it, or choose another one.")
    if row.is_expired and row.expires_at is not None:
        day = f"{row.expires_at:%Y-%m-%d %H:%M} UTC"
        return Unusable(f"It expired on {day}: rotate it, or give it a later expiry.")
    kind = KINDS.get(row.type)
    if kind is None:
        return Unusable(
            f"Its type {row.type} is not known to this version: upgrade, or replace it."
        )
    hosts = rules.hosts_of(kind, row.values, row.allowed_hosts)
    try:
        if row.type == ACCOUNT:
            return connections.given(Account(schema, row, hosts), may_call=may_call)
        place = Place(schema, row.id, row.version)
        secrets = envelope.opened(place, row.dek, row.sealed)
    except KeyAwayError:
        raise
    except SealError as refusal:
        return Unusable(
            f"It cannot be opened ({refusal.code}): enter its values again, or ask your operator."
        )
    mark = f"{schema}|{row.id}|{row.version}"
    return Credential(row.name, row.type, {**row.values, **secrets}, hosts, mark, kind.main)
