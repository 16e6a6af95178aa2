"""From a stranger to somebody signed in on a tenant of their own."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from apps.accounts import facade as accounts
from apps.accounts.facade import UserInfo
from apps.core import db, request_context, tenancy
from apps.core.failpoints import failpoint
from apps.tenants import rules
from apps.tenants.errors import SignUpClosedError
from apps.tenants.queries import directory
from apps.tenants.queries.directory import TenantInfo
from apps.tenants.services import provisioning, sessions
from apps.tenants.services.sessions import NO_DEVICE, Device, Tokens

# The number of an advisory lock.
LOCK = 7_011_802


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new person, their tenant, and the session on the host where they signed up."""

    user: UserInfo
    tenant: TenantInfo
    tokens: Tokens


def sign_up(
    *, email: str, password: str, name: str, tenant_name: str, slug: str, device: Device = NO_DEVICE
) -> SignedUp:
    """Open an account and make its tenant, both or neither; an empty `slug` is made from the tenant's name.

    Raises:
        SignUpClosedError: a one-host install has its tenant already.
        SlugRefusedError, SlugTakenError: the tenant cannot be called so.
        EmailTakenError, PasswordRefusedError, TooManySignInsError: as accounts.facade.register.
    """
    is_single = bool(settings.GORAX_SINGLE_HOST)
    if is_single and directory.single() is not None:
        raise SignUpClosedError
    with tenancy.entered(tenancy.PUBLIC):
        provisioning.warm_up()
        with transaction.atomic():
            if is_single:
                _refuse_second()
            user = accounts.register(
                email=email, password=password, name=name, address=device.ip or ""
            )
            request_context.bind_asker(kind="user", user_id=user.id, email=user.email)
            tenant = provisioning.provision(
                slug=slug or rules.slug_from(tenant_name),
                name=tenant_name.strip(),
                owner_id=user.id,
            )
            tokens = sessions.open_session(user.id, tenant.id if is_single else None, device=device)
            failpoint("sign_up.before_commit")
    failpoint("sign_up.after_commit")
    directory.forget()
    return SignedUp(user, tenant, tokens)


def _refuse_second() -> None:
    """Let sign-ups pass one by one until the transaction ends, and only the first: nothing remembered counts here.

    Raises:
        SignUpClosedError: somebody was faster.
    """
    db.execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": LOCK})
    if directory.has_anybody():
        raise SignUpClosedError
