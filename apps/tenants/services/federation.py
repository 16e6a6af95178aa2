"""Sessions for which a tenant's identity provider vouches: they begin, and end, by its word."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core import tenancy
from apps.tenants.errors import SecondFactorNeededError
from apps.tenants.models import Membership, Role, Session, SignInMethod, Tenant
from apps.tenants.queries import access
from apps.tenants.services import crossing, sessions
from apps.tenants.services.sessions import Origin


@dataclass(frozen=True, slots=True)
class Let:
    """Somebody let in: the session that all theirs come from, and the code for `/auth/cross` on the tenant's host.

    The code works in the browser that shows `browser` there, as CROSSING_COOKIE.
    """

    root: UUID
    code: str = field(repr=False)
    browser: str = field(repr=False)


@transaction.atomic
def let_in(
    user_id: UUID, tenant_id: UUID, life: timedelta, *, has_second_factor: bool
) -> Let | None:
    """Begin a session in one tenant that lasts at most `life`; None: no member, or no active tenant.

    The browser gets its cookies where it spends the code, as everybody who crosses. Whether two factors were shown, the
    provider knows: nobody is asked for one of ours as well.

    Raises:
        SecondFactorNeededError: the tenant asks for one, and none was shown.
    """
    if access.enterable(user_id, str(tenant_id)) is None:
        return None
    with tenancy.entered(tenancy.PUBLIC):
        is_asked = Tenant.objects.filter(pk=tenant_id, requires_second_factor=True).exists()
    if is_asked and not has_second_factor:
        raise SecondFactorNeededError
    origin = Origin(None, SignInMethod.SSO, Now() + life, has_second_factor=has_second_factor)
    made = sessions.open_session(user_id, tenant_id, origin)
    browser = crossing.cookie_for("")
    code = crossing.code_into(user_id, tenant_id, made.session_id, browser)
    return Let(made.session_id, code, browser)


def root_of(session_id: UUID) -> UUID | None:
    """Return the session from which this one comes, None if it is not there."""
    with tenancy.entered(tenancy.PUBLIC):
        return Session.objects.filter(pk=session_id).values_list("root", flat=True).first()


def end(roots: Collection[UUID], because: str) -> int:
    """End the living sessions that come from any of these; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = Session.objects.filter(root__in=list(roots), revoked_at=None)
        return rows.update(revoked_at=Now(), revoked_because=because)


def end_password_sessions(tenant_id: UUID, domain: str) -> int:
    """End what passwords opened in a tenant for addresses of a mail domain, owners' but not; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        owners = Membership.objects.filter(tenant_id=tenant_id, role=Role.OWNER)
        rows = Session.objects.filter(
            tenant_id=tenant_id,
            method=SignInMethod.PASSWORD,
            revoked_at=None,
            user__email__endswith=f"@{domain}",
        )
        rows = rows.exclude(user_id__in=owners.values("user_id"))
        return rows.update(revoked_at=Now(), revoked_because="sso_required")
