"""A tenant leaves: it is marked and stands still, may be taken back for a while, and is then deleted with all that is its.

What is asked for is in the tenant's row, so whoever dies in the middle loses nothing: the next round goes on. What lies
outside the database is deleted after the commit, and once more an hour later: somebody may have been writing (ADR 0041).
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import db, events, tenancy
from apps.core.failpoints import failpoint
from apps.tenants.errors import NoTenantError, OwnersOnlyError, TrailHeldError
from apps.tenants.errors.leaving import OnlyTenantError, WrongSlugError
from apps.tenants.events import TenantDeleted, TenantGone, TenantResumed, TenantSuspended
from apps.tenants.models import (
    ApiKey,
    CrossingCode,
    CustomRole,
    Domain,
    EgressAllowance,
    Invitation,
    Membership,
    Role,
    Session,
    Tenant,
    TenantStatus,
)
from apps.tenants.queries import directory, leaving
from apps.tenants.services import acting

log = logging.getLogger(__name__)

KIND = "tenant_leaves"
# Until then somebody who had begun before may still put a file into a store.
QUIET = timedelta(hours=1)


def leave(tenant_id: UUID, *, slug: str, owner_id: UUID | None = None) -> datetime:
    """Mark a tenant: nothing of it begins any more, and from the time that is returned it may be deleted.

    With `owner_id` it is an owner's wish, else an operator's. Asking twice changes nothing. Every owner gets a letter.

    Raises:
        NoTenantError: there is no such living tenant, or it is none of the asker's.
        OwnersOnlyError: the asker is a member, but no owner.
        OnlyTenantError: the installation serves this tenant alone.
        WrongSlugError: `slug` is not the tenant's.
        TrailHeldError: its audit trail is held.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = _locked(tenant_id, owner_id)
        _refuse(tenant, slug)
        when = _mark(tenant) if tenant.gone_after is None else tenant.gone_after
    directory.forget()
    return when


def keep(tenant_id: UUID, *, owner_id: UUID | None = None) -> None:
    """Take a tenant back: it is what it was before, suspended or active. One that does not leave stays as it is.

    Raises:
        NoTenantError, OwnersOnlyError: as `leave`.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = _locked(tenant_id, owner_id)
        if tenant.status == TenantStatus.LEAVING:
            is_active = not tenant.was_suspended
            tenant.status = TenantStatus.ACTIVE if is_active else TenantStatus.SUSPENDED
            tenant.gone_after, tenant.was_suspended = None, False
            _save(tenant)
            if is_active:
                events.announce(TenantResumed(tenant.pk, tenant.schema_name))
            _record("tenant.kept", tenant)
    directory.forget()


def finish_due() -> int:
    """Delete the tenants whose time has come, and what deleted ones have left in the stores; return how many went.

    One whose trail is held stays until the hold is lifted; what one raises keeps no other back.
    """
    done = 0
    for tenant_id in leaving.due():
        try:
            delete(tenant_id, only_if_due=True)
            done += 1
        except NoTenantError:
            continue  # it was taken back, or another process was faster
        except TrailHeldError:
            log.warning("tenant.deletion_waits", extra={"tenant_id": str(tenant_id)})
        except Exception:
            log.exception("tenant.not_deleted", extra={"tenant_id": str(tenant_id)})
    for tenant_id, schema in leaving.unswept():
        try:
            _sweep(tenant_id, schema)
        except Exception:
            log.exception("tenant.not_swept", extra={"schema": schema})
    return done


def delete(tenant_id: UUID, *, only_if_due: bool = False) -> None:
    """Drop a tenant's schema and delete all that is its; the row stays, so that its slug is never given again.

    Raises:
        NoTenantError: there is no living tenant with this id, or its time has not come.
        TrailHeldError: its audit trail is held.
    """
    with tenancy.entered(tenancy.PUBLIC):
        # Whoever works for the tenant at this moment may be the other half of a deadlock.
        db.in_transaction(lambda: _delete(tenant_id, only_if_due=only_if_due))
    directory.forget()


def word(tenant_id: UUID, facts: dict[str, str]) -> accounts.Wording | None:
    """Return the letter to an owner; None: the tenant was taken back, or is gone."""
    tenant = directory.by_id(tenant_id)
    if tenant is None or tenant.gone_after is None:
        return None
    name = accounts.tame(tenant.name)
    return accounts.Wording(
        f"{name} will be deleted",
        (
            f"{facts['by']} wants the tenant “{name}” ({tenant.slug}) deleted. It stands still from now on, and is deleted"
            f" for good after {tenant.gone_after:%-d %B %Y, %H:%M} UTC, with its workflows, credentials, executions and files.",
            "Until then you may take it back: it goes on where it stopped.",
        ),
        "Take it back",
        accounts.front_door("/account"),
        "You get this letter because you own the tenant.",
    )


def _refuse(tenant: Tenant, slug: str) -> None:
    if settings.GORAX_SINGLE_HOST:
        raise OnlyTenantError
    if slug != tenant.slug:
        raise WrongSlugError
    if tenancy.run_in(tenant.schema_name, audit.held) is not None:
        raise TrailHeldError


def _mark(tenant: Tenant) -> datetime:
    when = leaving.time_in(timedelta(days=settings.GORAX_TENANT_KEEP_DAYS))
    tenant.was_suspended = tenant.status == TenantStatus.SUSPENDED
    tenant.status = TenantStatus.LEAVING
    tenant.gone_after = when
    _save(tenant)
    acting.end_in(tenant.pk, "tenant_leaves")
    if not tenant.was_suspended:
        events.announce(TenantSuspended(tenant.pk, tenant.schema_name))
    _record("tenant.deletion_asked", tenant, gone_after=when.isoformat())
    for email in leaving.owners(tenant.pk):
        accounts.write_letter(KIND, email, about=tenant.pk, facts={"by": leaving.asker()})
    return when


def _delete(tenant_id: UUID, *, only_if_due: bool) -> None:
    tenant = _locked(tenant_id, None)
    if only_if_due and not leaving.is_due(tenant.pk):
        raise NoTenantError
    schema = tenant.schema_name
    if tenancy.run_in(schema, audit.held) is not None:
        raise TrailHeldError
    tenant.status = TenantStatus.DELETED
    _save(tenant)
    transaction.on_commit(lambda: _sweep(tenant.pk, schema), robust=True)
    events.announce(TenantDeleted(tenant.pk, schema))
    _forget(tenant)
    target = audit.Target("tenant", tenant.pk, tenant.slug)
    audit.record("tenant.deleted", target=target, severity="critical")
    with connection.cursor() as cursor:
        # A table is not dropped while a trigger of this transaction waits to look at it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT public.tenants_drop_schema(%s)", [schema])
    failpoint("leave.before_commit")


def _forget(tenant: Tenant) -> None:
    """Delete what the shared tables hold of a tenant; the days of its usage stay, as they may be billed."""
    programs = Membership.objects.filter(tenant=tenant, user__is_service=True)
    accounts.forget_service_accounts(list(programs.values_list("user_id", flat=True)))
    for rows in (
        CrossingCode.objects,
        Session.objects,
        Invitation.objects,
        ApiKey.objects,
        Membership.objects,
        CustomRole.objects,
        EgressAllowance.objects,
        Domain.objects,
    ):
        rows.filter(tenant=tenant).delete()


def _sweep(tenant_id: UUID, schema: str) -> None:
    """Delete what a deleted tenant has in the stores; twice does nothing. Raises what a store does."""
    failpoint("leave.after_commit")
    audit.drop(schema)
    events.announce(TenantGone(tenant_id, schema))
    failpoint("leave.after_files")
    with tenancy.entered(tenancy.PUBLIC):
        gone = Tenant.objects.filter(pk=tenant_id, updated_at__lte=Now() - QUIET)
        gone.update(swept_at=Now())


def _locked(tenant_id: UUID, owner_id: UUID | None) -> Tenant:
    tenant = Tenant.objects.living().select_for_update().filter(pk=tenant_id).first()
    if tenant is None:
        raise NoTenantError
    if owner_id is not None:
        row = Membership.objects.filter(tenant=tenant, user_id=owner_id).first()
        if row is None:
            raise NoTenantError
        if row.role != Role.OWNER:
            raise OwnersOnlyError
    return tenant


def _save(tenant: Tenant) -> None:
    tenant.save(update_fields=["status", "gone_after", "was_suspended", "updated_at"])


def _record(action: str, tenant: Tenant, **after: str) -> None:
    """Tell both trails: the tenant's own goes with it, the installation's keeps who it was."""
    target = audit.Target("tenant", tenant.pk, tenant.slug)
    for chain in (tenancy.PUBLIC, tenant.schema_name):
        audit.record(action, target=target, after=after, severity="critical", schema=chain)
