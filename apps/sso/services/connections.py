"""A tenant's connections to identity providers: made, changed, tried, deleted. The client's secret never comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core import rate_limit, tenancy
from apps.core.errors import FieldProblem
from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.core.rate_limit import Limit
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.keys.facade import Sealed
from apps.sso.errors import (
    ConnectionInvalidError,
    ConnectionNameTakenError,
    ProviderBrokenError,
    ProviderUnreachableError,
    TooManyLooksError,
)
from apps.sso.models import Connection, Identity, MailDomain, Vouching
from apps.sso.queries import connections as queries
from apps.sso.rules import places
from apps.sso.services import provider, signed, trail
from apps.sso.services.provider import Client
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo

EDITABLE = frozenset(
    {
        "name", "issuer", "client_id", "scopes", "email_claim", "name_claim", "role_rules", "default_role",
        "role_sync", "adds_members", "is_enforced", "is_enabled", "session_hours",
        "asks_second_factor",
    }
)  # fmt: skip
# What a client's secret is bound to.
PLACE = "{schema}|sso|{tenant_id}|{id}|client_secret"
TRIES = Limit(burst=10, per_s=0.2)


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at a provider brought. `problem` is empty if people can sign in there, as far as can be seen from here."""

    is_ok: bool
    problem: str = ""
    code: str = ""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    algorithms: tuple[str, ...] = ()
    keys: int = 0
    warnings: tuple[str, ...] = ()


def create(tenant: TenantInfo, facts: Mapping[str, Any], *, held: frozenset[str]) -> Connection:
    """Store a new connection; `held` is what its maker may, and no role that it gives may more.

    Raises:
        ConnectionInvalidError: names every place.
        ConnectionNameTakenError: the tenant has one of that name.
    """
    row = Connection(id=uuid7(), tenant_id=tenant.id)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        _write(row, tenant, facts, held)
        _save(row, is_new=True)
        trail.made(row, tenant.schema)
    return row


def update(
    tenant: TenantInfo, connection_id: UUID, facts: Mapping[str, Any], *, held: frozenset[str]
) -> Connection:
    """Change a connection; what is left out stays. Enforcing ends what passwords have opened, owners' sessions but not.

    Raises:
        ConnectionNotFoundError: this tenant has none of that id.
        ConnectionInvalidError, ConnectionNameTakenError: as `create`; nothing has changed.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = queries.locked(tenant.id, connection_id)
        was_enforced = row.is_enforced and row.is_enabled
        before = trail.facts(row)
        _write(row, tenant, facts, held)
        _save(row, is_new=False)
        if row.is_enforced and row.is_enabled and not was_enforced:
            for domain in _proven(row):
                tenants.end_password_sessions(tenant.id, domain)
        if not row.is_enabled:
            _end_all(row)
        has_new_secret = facts.get("client_secret") is not None
        trail.changed(row, before, tenant.schema, has_new_secret=has_new_secret)
    provider.forget()
    return row


def delete(tenant: TenantInfo, connection_id: UUID) -> None:
    """Delete a connection with its domains and identities; whom it let in is signed out.

    Raises:
        ConnectionNotFoundError: this tenant has none of that id.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = queries.locked(tenant.id, connection_id)
        _end_all(row)
        trail.deleted(row, tenant.schema)
        row.delete()


def forget_tenant(tenant_id: UUID) -> None:
    """Delete the connections of a tenant that is no more."""
    with tenancy.entered(tenancy.PUBLIC):
        Connection.objects.filter(tenant_id=tenant_id).delete()


def client_of(row: Connection, schema: str) -> Client:
    """Return what we are to the provider of a connection.

    Raises:
        SealError: its secret cannot be opened.
    """
    secret = None
    if row.has_secret:
        sealed = Sealed.from_json(row.sealed_secret)
        secret = keys.open_sealed(sealed, aad=_aad(row))
    private = provider.private_of(schema)
    return Client(schema, row.issuer, row.client_id, secret, private)


def try_out(tenant: TenantInfo, connection_id: UUID) -> Report:
    """Ask the provider what it is and for its keys, now; nothing is stored.

    Raises:
        ConnectionNotFoundError: this tenant has none of that id.
        TooManyLooksError: the tenant looks too often.
    """
    row = queries.connection(tenant.id, connection_id)
    take_try(tenant.id)
    client = client_of(row, tenant.schema)
    try:
        about = provider.metadata(client, is_fresh=True)
        shown = provider.keys(client, is_fresh=True)
    except (ProviderBrokenError, ProviderUnreachableError) as failure:
        return Report(is_ok=False, problem=failure.message, code=failure.code)
    usable = [key for key in shown if key.get("kty") in signed.KINDS.values()]
    endpoints = {
        "authorization": about.authorization_endpoint,
        "token": about.token_endpoint,
        "keys": about.jwks_uri,
        "userinfo": about.userinfo_endpoint,
        "end_session": about.end_session_endpoint,
    }
    return Report(
        is_ok=bool(usable),
        problem="" if usable else "It shows no key by which its tokens could be checked.",
        code="" if usable else "no_keys",
        endpoints=endpoints,
        algorithms=tuple(sorted({str(key["alg"]) for key in usable if "alg" in key})),
        keys=len(usable),
        warnings=() if about.end_session_endpoint else ("It offers no way to sign out there.",),
    )


def take_try(tenant_id: UUID) -> None:
    """Count a look at the world outside that a tenant asks for.

    Raises:
        TooManyLooksError: too many in a short time.
    """
    wait_s = rate_limit.take("sso-try", str(tenant_id), TRIES)
    if wait_s > 0:
        raise TooManyLooksError(wait_s)


def _write(
    row: Connection, tenant: TenantInfo, facts: Mapping[str, Any], held: frozenset[str]
) -> None:
    before = (row.issuer, row.client_id)
    for name, value in facts.items():
        if name in EDITABLE:
            setattr(row, name, value)
    row.scopes = list(dict.fromkeys(["openid", *(row.scopes or ["email", "profile"])]))
    problems = list(_problems(row, tenant, held))
    is_elsewhere = (row.issuer, row.client_id) != before
    given = facts.get("client_secret")
    if is_elsewhere and row.has_secret and given is None:
        # Else who may not see the secret could have it sent to a server of their own.
        message = "Give the client's secret again: the old one belongs to another provider."
        problems.append(FieldProblem("/client_secret", "secret_needed", message))
    if is_elsewhere:
        row.last_sign_in_at = None
    problems += _enforcing_problems(row)
    if problems:
        raise ConnectionInvalidError(problems)
    if given is not None or row.sealed_secret is None:
        row.has_secret = bool(given)
        row.sealed_secret = dict(keys.seal(Secret(given or ""), aad=_aad(row)).to_json())


def _problems(row: Connection, tenant: TenantInfo, held: frozenset[str]) -> list[FieldProblem]:
    problems = []
    fault = places.issuer_fault(row.issuer, provider.private_of(tenant.schema))
    if fault:
        problems.append(FieldProblem("/issuer", "issuer_refused", f"This is no issuer: {fault}."))
    wanted = {f"/role_rules/{at}/role": each["role"] for at, each in enumerate(row.role_rules)}
    for path, role in {"/default_role": row.default_role, **wanted}.items():
        fault = _role_fault(role, held)
        if fault:
            problems.append(FieldProblem(path, "role_refused", fault))
    return problems


def _role_fault(role: str, held: frozenset[str]) -> str:
    if role == "owner":
        return "A provider makes nobody an owner."
    may = PERMISSIONS_BY_ROLE.get(role)
    if may is None:
        return "There is no such role."
    return "" if may <= held else "This role may more than you."


def _enforcing_problems(row: Connection) -> list[FieldProblem]:
    if not row.is_enforced:
        return []
    if not row.is_enabled or row.last_sign_in_at is None:
        message = "Somebody must have signed in by this connection first, or nobody may come in."
    elif not _proven(row):
        message = "Prove a mail domain first: enforcing means its addresses."
    else:
        return []
    return [FieldProblem("/is_enforced", "not_yet", message)]


def _proven(row: Connection) -> list[str]:
    rows = MailDomain.objects.filter(connection=row, verified_at__isnull=False).order_by("domain")
    return list(rows.values_list("domain", flat=True))


def _end_all(row: Connection) -> None:
    roots = Vouching.objects.filter(identity__in=Identity.objects.filter(connection=row))
    tenants.end_sessions(list(roots.values_list("root", flat=True)), "sso_removed")


def _save(row: Connection, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=is_new)
    except IntegrityError as clash:
        raise ConnectionNameTakenError from clash


def _aad(row: Connection) -> str:
    return PLACE.format(schema=tenancy.PUBLIC, tenant_id=row.tenant_id, id=row.pk)
