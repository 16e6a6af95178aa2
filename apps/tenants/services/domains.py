"""Hosts of a tenant: added, proven, made the first one, taken away. Only a proven one serves anything."""

import secrets
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.adapters import txt
from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import DomainRefusedError, NoTenantError
from apps.tenants.models import Domain, Tenant
from apps.tenants.queries import directory
from apps.tenants.rules import hosts
from apps.tenants.rules.hosts import HostProof

LookUp = Callable[[str], tuple[str, ...]]
TAKEN = "This host belongs to a tenant already."


def add(tenant_id: UUID, domain: str) -> Domain:
    """Say that a host is a tenant's; it serves nothing until that is proven.

    Raises:
        DomainRefusedError: it is no host, one of the installation itself, or somebody's already, proven or not.
        NoTenantError: there is no living tenant with this id.
    """
    host = hosts.host_of(domain)
    if fault := hosts.host_fault(host, public_host=settings.GORAX_PUBLIC_HOST):
        raise DomainRefusedError(fault)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.living().filter(pk=tenant_id).first()
        if tenant is None:
            raise NoTenantError
        row = Domain(tenant=tenant, domain=host, is_primary=False, token=secrets.token_hex(16))
        if Domain.objects.filter(domain=host).exists():
            raise DomainRefusedError(TAKEN)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as clash:
            raise DomainRefusedError(TAKEN) from clash
        _record("added", row)
    return row


def verify(domain_id: UUID, *, look_up: LookUp | None = None) -> None:
    """Look for the TXT record that proves a host; proven once, it stays so until it is taken away.

    Raises:
        DomainRefusedError: there is none; or the record is not there, or holds something else.
    """
    with tenancy.entered(tenancy.PUBLIC):
        row = _one(domain_id)
        # The name server is asked before anything is locked.
        found = (look_up or _look_up)(hosts.record_of(row.domain))
        if not row.token or hosts.proof_of(row.token) not in [text.strip() for text in found]:
            raise DomainRefusedError(hosts.unproven(row.domain))
    _prove(domain_id, HostProof.DNS)


def approve(domain_id: UUID) -> None:
    """Let a host serve without a record: an operator knows whose it is.

    Raises:
        DomainRefusedError: there is none.
    """
    _prove(domain_id, HostProof.OPERATOR)


def make_primary(domain_id: UUID) -> None:
    """Let a proven host be the one to which links and crossings lead.

    Raises:
        DomainRefusedError: there is none, or it is not proven.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _one(domain_id, is_locked=True)
        if row.verified_at is None:
            raise DomainRefusedError(hosts.unproven(row.domain))
        row.is_primary = True
        row.save()  # takes the word from the tenant's others
        _record("made_primary", row)
    directory.forget()


def remove(domain_id: UUID) -> None:
    """Take a host away: nobody is served there from now on.

    Raises:
        DomainRefusedError: there is none, or it is the tenant's first one.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _one(domain_id, is_locked=True)
        if row.is_primary:
            raise DomainRefusedError("Make another host the primary one first.")
        _record("removed", row)
        row.delete()
    directory.forget()


def _one(domain_id: UUID, *, is_locked: bool = False) -> Domain:
    rows = Domain.objects.select_related("tenant").filter(pk=domain_id)
    if is_locked:
        # The tenant's row: two who make different hosts its first one come one after the other.
        rows = rows.select_for_update(no_key=True)
    row = rows.first()
    if row is None:
        raise DomainRefusedError("There is no such host.")
    return row


def _prove(domain_id: UUID, proof: HostProof) -> None:
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _one(domain_id, is_locked=True)
        if row.verified_at is None:
            Domain.objects.filter(pk=domain_id).update(verified_at=Now(), proof=proof)
            row.proof = proof
            _record("verified", row)
    directory.forget()


def _record(done: str, row: Domain) -> None:
    for chain in (tenancy.PUBLIC, row.tenant.schema_name):
        audit.record(
            f"domain.{done}",
            target=audit.Target("domain", row.pk, row.domain),
            after={"tenant": row.tenant.slug, "proof": str(row.proof)},
            schema=chain,
        )


def _look_up(name: str) -> tuple[str, ...]:
    return txt.texts_of(name, server=settings.GORAX_DNS_SERVER)
