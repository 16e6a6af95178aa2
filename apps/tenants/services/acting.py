"""An operator acts as a member: for a reason, for a short time, seen by the tenant, and never against its word."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import ActingRefusedError, CrossingRefusedError, NoTenantError
from apps.tenants.models import CrossingCode, Membership, Session, Tenant, TenantStatus
from apps.tenants.queries import access, directory
from apps.tenants.services import crossing, sessions, tokens
from apps.tenants.services.sessions import Origin

LIVES_MIN = (15, 30, 60)
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Way:
    """Where the operator goes on: the tenant's host, and the code for `/auth/cross` there, good for 30 seconds."""

    host: str
    code: str


def begin(operator_id: UUID, tenant_id: UUID, user_id: UUID, *, reason: str, minutes: int) -> Way:
    """Let an operator act as a member; whatever the same operator acted in before ends.

    Raises:
        ActingRefusedError: no reason, another time than those on offer, no such person of the tenant, the operator
            themselves, or the tenant forbids it.
        NoTenantError: there is no active tenant with this id.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()
        if tenant is None or tenant.status != TenantStatus.ACTIVE:
            raise NoTenantError
        member = _member(tenant, user_id)
        said = reason.strip()
        _refuse(tenant, member, operator_id, said, minutes)
        end(Session.objects.filter(operator_id=operator_id), "another_begun")
        origin = Origin(
            ends_at=Now() + timedelta(minutes=minutes),
            has_second_factor=True,
            confirmed_at=None,
            operator_id=operator_id,
            acting_because=said[:500],
        )
        facts = {"reason": said[:500], "minutes": minutes, "tenant": tenant.slug}
        for chain in (tenancy.PUBLIC, tenant.schema_name):
            audit.record(
                "acting.begun",
                target=audit.Target("user", user_id, member.user.email),
                after={**facts, "on_behalf_of": member.user.email},
                severity="warning",
                schema=chain,
            )
        root = sessions.open_session(user_id, tenant_id, origin).session_id
        code = crossing.code_into(user_id, tenant_id, root)
    return Way(directory.host_of(tenant_id) or "", code)


def bind(code: str, browser_hash: str, operator_id: UUID) -> str:
    """Bind a code to the browser at the desk that asked for it; return the host on which it is spent.

    Raises:
        CrossingRefusedError: there is no such code, another operator asked for it, or it is bound.
    """
    with tenancy.entered(tenancy.PUBLIC):
        asked = CrossingCode.objects.filter(code_hash=tokens.hash_of(code))
        mine = asked.filter(session__operator_id=operator_id)
        root = mine.values_list("session_id", flat=True).first()
    if root is None:
        raise CrossingRefusedError
    return directory.host_of(crossing.bind(code, browser_hash, session_id=root)) or ""


def _member(tenant: Tenant, user_id: UUID) -> Membership:
    rows = Membership.objects.filter(user__is_active=True, user__is_service=False)
    row = rows.filter(tenant=tenant, user_id=user_id).select_related("user").first()
    if row is None:
        raise ActingRefusedError("user", "This person does not belong to the tenant.")
    return row


def _refuse(
    tenant: Tenant, member: Membership, operator_id: UUID, reason: str, minutes: int
) -> None:
    if not tenant.allows_acting:
        raise ActingRefusedError(
            "tenant", "This tenant does not allow operators to act as members."
        )
    if member.user_id == operator_id:
        raise ActingRefusedError("user", "That is you: sign in as everybody does.")
    if len(reason) < SHORTEST_REASON:
        raise ActingRefusedError(
            "reason", "Say why, in ten characters at least: the tenant reads it."
        )
    if minutes not in LIVES_MIN:
        raise ActingRefusedError("minutes", "The time is 15, 30 or 60 minutes.")


def end(rows: QuerySet[Session], because: str) -> int:
    """End the living ones of these sessions in which operators act, and tell both trails of each; return how many."""
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        living = rows.exclude(operator=None).filter(revoked_at=None, expires_at__gt=Now())
        roots = set(living.values_list("root", flat=True))
        firsts = access.acting().filter(pk__in=roots)
        for first in firsts:
            chains = {tenancy.PUBLIC, first.tenant.schema_name if first.tenant else tenancy.PUBLIC}
            for chain in sorted(chains):
                audit.record(
                    "acting.ended",
                    target=audit.Target("session", first.pk, first.user.email),
                    after={"because": because, "on_behalf_of": first.user.email},
                    schema=chain,
                )
        family = Session.objects.filter(root__in=roots, revoked_at=None)
        family.update(revoked_at=Now(), revoked_because=because)
    return len(roots)


def end_of_operator(operator_id: UUID) -> int:
    """End what an operator acts in, who signs out or is one no more; return how many sessions."""
    return end(Session.objects.filter(operator_id=operator_id), "operator_left")


def end_in(tenant_id: UUID, because: str) -> int:
    """End what operators act in within a tenant; return how many sessions."""
    return end(Session.objects.filter(tenant_id=tenant_id), because)


def allow(tenant_id: UUID | None, *, is_allowed: bool) -> None:
    """Let operators act as members of a tenant, or not: what they act in ends at once.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        rows = Tenant.objects.living().select_for_update()
        tenant = None if tenant_id is None else rows.filter(pk=tenant_id).first()
        if tenant is None:
            raise NoTenantError
        tenant.allows_acting = is_allowed
        tenant.save(update_fields=["allows_acting", "updated_at"])
        if not is_allowed:
            end_in(tenant.pk, "forbidden")
        audit.record(
            "tenant.changed",
            target=audit.Target("tenant", tenant.pk, tenant.name),
            after={"allows_acting": is_allowed},
            severity="warning",
            schema=tenant.schema_name,
        )
