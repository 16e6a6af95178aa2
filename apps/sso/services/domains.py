"""Mail domains of a tenant: said, proven, taken away. Only a proven one leads anybody to the tenant's provider."""

import secrets
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.adapters import txt
from apps.core import tenancy
from apps.core.errors import FieldProblem
from apps.core.ids import uuid7
from apps.sso.errors import (
    ConnectionInvalidError,
    MailDomainNotFoundError,
    MailDomainTakenError,
    NotProvenError,
)
from apps.sso.models import MailDomain, Proof
from apps.sso.queries import connections as queries
from apps.sso.rules import places
from apps.sso.services import trail
from apps.sso.services.connections import take_try
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo

LookUp = Callable[[str], tuple[str, ...]]


def add(tenant: TenantInfo, connection_id: UUID, domain: str) -> MailDomain:
    """Say that a mail domain is the tenant's; it counts when that is proven.

    Raises:
        ConnectionNotFoundError: this tenant has no such connection.
        ConnectionInvalidError: it is none, or one where everybody may have an address.
        MailDomainTakenError: the tenant has it already.
    """
    domain = domain.strip().lower().removesuffix(".")
    fault = places.domain_fault(domain)
    if fault:
        raise ConnectionInvalidError([FieldProblem("/domain", "domain_refused", fault)])
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        connection = queries.locked(tenant.id, connection_id)
        row = MailDomain(
            id=uuid7(),
            tenant_id=tenant.id,
            connection=connection,
            domain=domain,
            token=secrets.token_hex(16),
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as clash:
            raise MailDomainTakenError from clash
        trail.domain("added", row, tenant.schema)
    return row


def verify(
    tenant: TenantInfo, connection_id: UUID, domain_id: UUID, *, look_up: LookUp | None = None
) -> MailDomain:
    """Look for the TXT record that proves a domain; proven once, it stays so until it is taken away.

    Raises:
        MailDomainNotFoundError: this connection has no such domain.
        TooManyLooksError: the tenant looks too often.
        NotProvenError: the record is not there, or holds something else.
    """
    row = _one(tenant, connection_id, domain_id)
    if row.verified_at is not None:
        return row
    take_try(tenant.id)
    name = places.record_of(row.domain)
    # The name server is asked before anything is locked.
    found = (look_up or _look_up)(name)
    if places.proof_of(row.token) not in [text.strip() for text in found]:
        raise NotProvenError(name)
    return _prove(row, Proof.DNS)


def approve(domain_id: UUID) -> None:
    """Let a domain count without a record: an operator knows whose it is.

    Raises:
        MailDomainNotFoundError: there is none.
    """
    with tenancy.entered(tenancy.PUBLIC):
        row = MailDomain.objects.filter(pk=domain_id).first()
    if row is None:
        raise MailDomainNotFoundError
    if row.verified_at is None:
        _prove(row, Proof.OPERATOR)


def remove(tenant: TenantInfo, connection_id: UUID, domain_id: UUID) -> None:
    """Take a domain away: its addresses are led nowhere any more, and may use their passwords.

    Raises:
        MailDomainNotFoundError: this connection has no such domain.
    """
    row = _one(tenant, connection_id, domain_id)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        trail.domain("removed", row, tenant.schema)
        row.delete()


def _one(tenant: TenantInfo, connection_id: UUID, domain_id: UUID) -> MailDomain:
    with tenancy.entered(tenancy.PUBLIC):
        row = MailDomain.objects.filter(
            pk=domain_id, connection_id=connection_id, tenant_id=tenant.id
        ).first()
    if row is None:
        raise MailDomainNotFoundError
    return row


def _prove(row: MailDomain, proof: Proof) -> MailDomain:
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        MailDomain.objects.filter(pk=row.pk, verified_at=None).update(
            verified_at=Now(), proof=proof, updated_at=Now()
        )
        row = MailDomain.objects.select_related("connection", "tenant").get(pk=row.pk)
        trail.domain("verified", row, row.tenant.schema_name)
        if row.connection.is_enforced and row.connection.is_enabled:
            tenants.end_password_sessions(row.tenant_id, row.domain)
    return row


def _look_up(name: str) -> tuple[str, ...]:
    return txt.texts_of(name, server=settings.GORAX_DNS_SERVER)
