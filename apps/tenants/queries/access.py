"""Who may enter where: sessions, memberships and API keys, each by one query."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from apps.core import tenancy
from apps.tenants.models import ApiKey, Invitation, Membership, Session, Tenant

# Long enough for a page of settings, short enough for a laptop that was left open.
CONFIRMED_FOR = timedelta(minutes=10)
_KEPT_OUT = Q(tenant__requires_second_factor=True, has_second_factor=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with a live session on a host. `role` is None on the public host."""

    user_id: UUID
    email: str
    name: str
    is_operator: bool
    role: str | None
    is_confirmed: bool
    is_kept_out: bool


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A live API key and its maker's present role in the tenant."""

    key_id: UUID
    user_id: UUID
    email: str
    role: str
    scopes: frozenset[str]
    secret_hash: bytes
    last_used_at: datetime | None


def standing(session_id: UUID, tenant_id: UUID | None) -> Standing | None:
    """Return who a session is, if it lives, belongs to this host, and its owner may still be here."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = Session.objects.on(tenant_id).alive().filter(pk=session_id).select_related("user")
        rows = rows.annotate(is_confirmed=Q(confirmed_at__gt=Now() - CONFIRMED_FOR))
        if tenant_id is not None:
            rows = rows.annotate(role=_role(OuterRef("user_id"), tenant_id), is_kept_out=_KEPT_OUT)
        row = rows.defer("refresh_hash").first()
    role = getattr(row, "role", None)
    if row is None or not _has_same_password(row) or (tenant_id is not None and role is None):
        return None
    user = row.user
    return Standing(
        user.pk,
        user.email,
        user.name,
        user.is_operator,
        role,
        is_confirmed=bool(getattr(row, "is_confirmed", False)),
        is_kept_out=bool(getattr(row, "is_kept_out", False)),
    )


def keeps_out(session_id: UUID, tenant_id: UUID) -> bool:
    """Say whether a tenant asks for a second factor that this session has not shown."""
    asks = Tenant.objects.filter(pk=tenant_id, requires_second_factor=True)
    return (
        asks.exists() and not Session.objects.filter(pk=session_id, has_second_factor=True).exists()
    )


def lives(session_id: UUID) -> bool:
    """Say whether a session, on whichever host, is still good."""
    with tenancy.entered(tenancy.PUBLIC):
        row = Session.objects.alive().filter(pk=session_id).select_related("user").first()
    return row is not None and _has_same_password(row)


def _has_same_password(session: Session) -> bool:
    mark = session.user.get_session_auth_hash()
    return constant_time_compare(session.password_mark, mark)


def key_holder(prefix: str, tenant_id: UUID) -> KeyHolder | None:
    """Return the live key with this prefix, if it is this tenant's and its maker is still a member."""
    with tenancy.entered(tenancy.PUBLIC):
        row = (
            ApiKey.objects.filter(
                prefix=prefix, tenant_id=tenant_id, revoked_at=None, created_by__is_active=True
            )
            .exclude(expires_at__lte=Now())
            .annotate(
                email=F("created_by__email"), role=_role(OuterRef("created_by_id"), tenant_id)
            )
            .first()
        )
    if row is None or row.role is None:
        return None
    return KeyHolder(
        row.pk,
        row.created_by_id,
        row.email,
        row.role,
        frozenset(row.scopes),
        bytes(row.secret_hash),
        row.last_used_at,
    )


def enterable(user_id: UUID, tenant: str) -> UUID | None:
    """Return the id of an active tenant, given by slug or id, if the user belongs to it."""
    rows = Membership.objects.filter(user_id=user_id, tenant__status="active")
    try:
        rows = rows.filter(tenant_id=UUID(tenant))
    except ValueError:
        rows = rows.filter(tenant__slug=tenant)
    with tenancy.entered(tenancy.PUBLIC):
        return rows.values_list("tenant_id", flat=True).first()


def api_keys() -> QuerySet[ApiKey]:
    """Return the keys of the current tenant that are not revoked, with their makers."""
    return ApiKey.objects.filter(
        tenant__schema_name=tenancy.current_schema(), revoked_at=None
    ).select_related("created_by")


def api_keys_of(user_id: UUID) -> QuerySet[ApiKey]:
    """Return those of the current tenant's keys that this person holds."""
    return api_keys().filter(created_by_id=user_id)


def invitations() -> QuerySet[Invitation]:
    """Return the open invitations of the current tenant, also those that are too old: they can be sent anew."""
    return Invitation.objects.filter(
        tenant__schema_name=tenancy.current_schema(), accepted_at=None, revoked_at=None
    ).select_related("invited_by")


def service_accounts() -> QuerySet[Membership]:
    """Return the current tenant's members that are no persons, newest first."""
    return Membership.objects.filter(
        tenant__schema_name=tenancy.current_schema(), user__is_service=True, user__is_active=True
    ).select_related("user")


def security() -> Tenant:
    """Return the current tenant, for what it asks of its members."""
    return Tenant.objects.get(schema_name=tenancy.current_schema())


def sessions_of(user_id: UUID) -> QuerySet[Session]:
    """Return a person's living sessions, newest first; those of one family share a `root`."""
    return Session.objects.alive().filter(user_id=user_id).select_related("tenant").order_by("-id")


def sole_ownerships(user_id: UUID) -> list[str]:
    """Return the names of the living tenants of which this person is the only owner."""
    others = Membership.objects.filter(
        tenant_id=OuterRef("tenant_id"), role="owner", user__is_active=True, user__is_service=False
    ).exclude(user_id=user_id)
    mine = Membership.objects.filter(user_id=user_id, role="owner").exclude(
        tenant__status="deleted"
    )
    rows = mine.exclude(Exists(others)).order_by("tenant__name")
    return list(rows.values_list("tenant__name", flat=True)[:20])


def _role(user_id: OuterRef, tenant_id: UUID) -> Subquery:
    memberships = Membership.objects.filter(user_id=user_id, tenant_id=tenant_id)
    return Subquery(memberships.values("role")[:1])
