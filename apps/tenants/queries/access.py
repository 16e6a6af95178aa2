"""Who may enter where: sessions, memberships and API keys, each by one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from apps.core import tenancy
from apps.core.principals import ALL, BY_OPERATORS, PERMISSIONS_BY_ROLE, Acting, Principal
from apps.core.written import written_once
from apps.tenants.models import (
    ApiKey,
    Invitation,
    Membership,
    RoleGrant,
    Session,
    SignInMethod,
    Tenant,
    TenantStatus,
)


class ArrayLength(Func):
    """How many an array has; PostgreSQL's own says nothing of an empty one."""

    function = "cardinality"
    output_field = IntegerField()


UNNESTED = Func("role__permissions", function="unnest", output_field=CharField())
# Long enough for a page of settings, short enough for a laptop that was left open.
CONFIRMED_FOR = timedelta(minutes=10)
# Asked for by every request, so the ORM writes these two queries once.
_OF_A_SESSION = (
    "user_id",
    "user__email",
    "user__name",
    "user__is_operator",
    "user__password",
    "password_mark",
    "method",
    "is_confirmed",
    "operator_id",
    "operator__email",
    "expires_at",
)
_OF_A_KEY = (
    "id",
    "created_by_id",
    "created_by__email",
    "scopes",
    "secret_hash",
    "last_used_at",
)
_OWN = Q(operator=None)
_ACTED_IN = Q(operator__is_active=True, operator__is_operator=True, tenant__allows_acting=True)
_KEPT_OUT = Q(tenant__requires_second_factor=True, has_second_factor=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with a live session on a host. `role` is None on the public host."""

    user_id: UUID
    email: str
    name: str
    is_operator: bool
    role: str | None
    permissions: frozenset[str]
    is_confirmed: bool
    is_kept_out: bool
    is_federated: bool
    roles: frozenset[UUID] = frozenset()
    acting: Acting | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """From a session into an active tenant to which its owner belongs."""

    tenant_id: UUID
    schema: str
    role: str
    email: str
    is_federated: bool
    is_kept_out: bool


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A live API key and its maker's present role in the tenant; `permissions` are those of both."""

    key_id: UUID
    user_id: UUID
    email: str
    role: str
    permissions: frozenset[str]
    secret_hash: bytes
    last_used_at: datetime | None
    roles: frozenset[UUID] = frozenset()


def standing(session_id: UUID, tenant_id: UUID | None) -> Standing | None:
    """Return who a session is, if it lives, belongs to this host, and its owner may still be here."""
    with tenancy.entered(tenancy.PUBLIC):
        row = next(iter(_standing(session_id, tenant_id)), None)
    role = getattr(row, "role", None)
    if row is None or (tenant_id is not None and role is None):
        return None
    if not _is_mark_of(row.user__password, row.password_mark):
        return None
    acting = _acting(row)
    permissions = permissions_of(role, getattr(row, "granted", ()))
    return Standing(
        row.user_id,
        row.user__email,
        row.user__name,
        row.user__is_operator,
        role,
        permissions if acting is None else permissions & BY_OPERATORS,
        is_confirmed=bool(row.is_confirmed),
        is_kept_out=bool(getattr(row, "is_kept_out", False)),
        is_federated=row.method == SignInMethod.SSO,
        roles=frozenset(getattr(row, "given", ())),
        acting=acting,
    )


def _acting(row: Any) -> Acting | None:
    if row.operator_id is None:
        return None
    return Acting(row.operator_id, row.operator__email, row.expires_at)


@written_once
def _standing(session_id: UUID, tenant_id: UUID | None) -> Any:
    rows = Session.objects.on(tenant_id).alive().filter(_OWN | _ACTED_IN, pk=session_id)
    rows = rows.annotate(is_confirmed=Q(confirmed_at__gt=Now() - CONFIRMED_FOR))
    if tenant_id is None:
        return rows.values(*_OF_A_SESSION)
    rows = rows.annotate(
        role=_role(OuterRef("user_id"), tenant_id),
        granted=_granted(OuterRef("user_id"), tenant_id),
        given=_given(OuterRef("user_id"), tenant_id),
        is_kept_out=_KEPT_OUT,
    )
    # What this process remembers of a tenant is some seconds old, and a socket asks nobody else.
    rows = rows.filter(tenant__status=TenantStatus.ACTIVE)
    return rows.values(*_OF_A_SESSION, "role", "granted", "given", "is_kept_out")


def lives(session_id: UUID) -> bool:
    """Say whether a session, on whichever host, is still good."""
    with tenancy.entered(tenancy.PUBLIC):
        row = Session.objects.alive().filter(pk=session_id).select_related("user").first()
    return row is not None and _is_mark_of(row.user.password, row.password_mark)


def _is_mark_of(password: str, mark: str) -> bool:
    """Say whether a session was begun with this password, as it is stored."""
    person = get_user_model()(password=password)
    return constant_time_compare(mark, person.get_session_auth_hash())


def key_holder(prefix: str, tenant_id: UUID) -> KeyHolder | None:
    """Return the live key with this prefix, if it is this tenant's and its maker is still a member."""
    with tenancy.entered(tenancy.PUBLIC):
        row = next(iter(_key_holder(prefix, tenant_id)), None)
    if row is None or row.role is None:
        return None
    return KeyHolder(
        row.id,
        row.created_by_id,
        row.created_by__email,
        row.role,
        permissions_of(row.role, row.granted) & frozenset(row.scopes),
        bytes(row.secret_hash),
        row.last_used_at,
        frozenset(row.given),
    )


@written_once
def _key_holder(prefix: str, tenant_id: UUID) -> Any:
    keys = ApiKey.objects.filter(prefix=prefix, tenant_id=tenant_id, revoked_at=None)
    rows = keys.filter(created_by__is_active=True).exclude(expires_at__lte=Now())
    rows = rows.annotate(
        role=_role(OuterRef("created_by_id"), tenant_id),
        granted=_granted(OuterRef("created_by_id"), tenant_id),
        given=_given(OuterRef("created_by_id"), tenant_id),
    )
    return rows.values(*_OF_A_KEY, "role", "granted", "given")


def in_the_name_of(user_id: UUID, tenant_id: UUID) -> Principal | None:
    """Return what a member may right now, for what happens in their name while they are away; None: they are none."""
    with tenancy.entered(tenancy.PUBLIC):
        row = (
            Membership.objects.filter(user_id=user_id, tenant_id=tenant_id, user__is_active=True)
            .annotate(
                granted=_granted(OuterRef("user_id"), tenant_id),
                given=_given(OuterRef("user_id"), tenant_id),
            )
            .first()
        )
    if row is None:
        return None
    return Principal(
        kind="user",
        user_id=user_id,
        tenant_id=tenant_id,
        role=row.role,
        permissions=permissions_of(row.role, row.granted),
        roles=frozenset(row.given),
    )


def enterable(user_id: UUID, tenant: str) -> UUID | None:
    """Return the id of an active tenant, given by slug or id, if the user belongs to it."""
    with tenancy.entered(tenancy.PUBLIC):
        return _enterable(user_id, tenant).values_list("tenant_id", flat=True).first()


def way_into(tenant: str, *, user_id: UUID, session_id: UUID) -> Way | None:
    """Return how a session leads into an active tenant, given by slug or id; None: its owner does not belong there."""
    session = Session.objects.filter(pk=session_id, user_id=user_id)
    with tenancy.entered(tenancy.PUBLIC):
        row = (
            _enterable(user_id, tenant)
            .select_related("user", "tenant")
            .annotate(
                method=Subquery(session.values("method")[:1]),
                has_second_factor=Subquery(session.values("has_second_factor")[:1]),
            )
            .first()
        )
    if row is None:
        return None
    return Way(
        row.tenant_id,
        row.tenant.schema_name,
        row.role,
        row.user.email,
        is_federated=row.method != SignInMethod.PASSWORD,
        is_kept_out=row.tenant.requires_second_factor and not row.has_second_factor,
    )


def _enterable(user_id: UUID, tenant: str) -> QuerySet[Membership]:
    rows = Membership.objects.filter(user_id=user_id, tenant__status="active")
    try:
        return rows.filter(tenant_id=UUID(tenant))
    except ValueError:
        return rows.filter(tenant__slug=tenant)


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
    return (
        Invitation.objects.filter(
            tenant__schema_name=tenancy.current_schema(), accepted_at=None, revoked_at=None
        )
        .select_related("invited_by")
        .prefetch_related("roles")
    )


def service_accounts() -> QuerySet[Membership]:
    """Return the current tenant's members that are no persons, newest first, with how many keys work and when one last did."""
    rows = Membership.objects.filter(
        tenant__schema_name=tenancy.current_schema(), user__is_service=True, user__is_active=True
    )
    own = ApiKey.objects.filter(created_by=OuterRef("user"), tenant=OuterRef("tenant"))
    alive = own.filter(revoked_at=None).exclude(expires_at__lte=Now())
    return (
        rows.select_related("user")
        .prefetch_related("grants__role")
        .annotate(
            keys=ArrayLength(ArraySubquery(alive.values("pk"))),
            last_used_at=Subquery(
                own.exclude(last_used_at=None).order_by("-last_used_at").values("last_used_at")[:1]
            ),
        )
    )


def service_account(user_id: UUID) -> Membership:
    """Return the one of them that is this user."""
    return service_accounts().get(user_id=user_id)


def security() -> Tenant:
    """Return the current tenant, for what it asks of its members."""
    return Tenant.objects.get(schema_name=tenancy.current_schema())


def sessions_of(user_id: UUID) -> QuerySet[Session]:
    """Return a person's own living sessions, newest first; those of one family share a `root`."""
    rows = Session.objects.alive().filter(_OWN, user_id=user_id)
    return rows.select_related("tenant").order_by("-id")


def acting() -> QuerySet[Session]:
    """Return the sessions in which operators act as members; one that was crossed into is shown, not the one before it."""
    return Session.objects.exclude(operator=None).select_related("user", "tenant", "operator")


def permissions_of(role: str | None, granted: Iterable[str]) -> frozenset[str]:
    """Return what a built-in role and the permissions of custom ones come to; names of a later version are none."""
    return PERMISSIONS_BY_ROLE.get(role or "", frozenset()) | (ALL & frozenset(granted))


# Beside the session or the key, so that one statement says who somebody is and what they may.
def _role(user_id: OuterRef, tenant_id: UUID) -> Subquery:
    memberships = Membership.objects.filter(user_id=user_id, tenant_id=tenant_id)
    return Subquery(memberships.values("role")[:1])


def _granted(user_id: OuterRef, tenant_id: UUID) -> ArraySubquery:
    grants = RoleGrant.objects.filter(
        membership__user_id=user_id, membership__tenant_id=tenant_id
    ).annotate(permission=UNNESTED)
    return ArraySubquery(grants.values("permission"))


def _given(user_id: OuterRef, tenant_id: UUID) -> ArraySubquery:
    grants = RoleGrant.objects.filter(membership__user_id=user_id, membership__tenant_id=tenant_id)
    return ArraySubquery(grants.values("role_id"))
