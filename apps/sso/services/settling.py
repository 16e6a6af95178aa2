"""From a good token to somebody here: whose identity it is, whether they belong, as what, and their session."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.accounts import facade as accounts
from apps.accounts.facade import UserInfo
from apps.core import tenancy
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.sso.errors import (
    IdentityTakenError,
    NotAMemberError,
    NotLinkedError,
    SecondFactorNotShownError,
)
from apps.sso.models import Connection, Identity, RoleSync, Vouching
from apps.sso.queries import connections as queries
from apps.sso.rules import claims as rules
from apps.sso.rules.claims import Claims, RoleRule
from apps.sso.services import trail
from apps.tenants import facade as tenants
from apps.tenants.errors import SecondFactorNeededError
from apps.tenants.facade import Let, TenantInfo

PLACE = "{schema}|sso|{identity_id}|{root}|id_token"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody for whom the provider of a connection vouches."""

    connection: Connection
    subject: str
    provider_session: str
    claims: Claims = field(repr=False)
    id_token: str = field(repr=False)
    # As the signed token says; what userinfo adds is not asked.
    has_second_factor: bool = False

    @property
    def email(self) -> str:
        """Return the address that the claims name, proven or not."""
        return rules.email_of(self.claims, self.connection.email_claim)


def settle(tenant: TenantInfo, arrived: Arrived, *, wanted_by: UUID | None) -> Let | None:
    """Let somebody in, or (`wanted_by`) connect the identity with who asked for it; all of it or nothing.

    Raises:
        NotLinkedError, NotAMemberError, IdentityTakenError: there is nobody to let in; nothing has changed.
        SecondFactorNotShownError: the tenant asks for one; nothing has changed.
    """
    with transaction.atomic():
        if wanted_by is not None:
            _connect(tenant, arrived, _member(tenant, wanted_by))
            return None
        identity = _known(arrived) or _connect(tenant, arrived, _met(arrived))
        _admit(tenant, arrived, identity.user_id)
        let = _let_in(tenant, arrived, identity)
        with tenancy.entered(tenancy.PUBLIC):
            Identity.objects.filter(pk=identity.pk).update(
                email=arrived.email, last_sign_in_at=Now(), updated_at=Now()
            )
            Connection.objects.filter(pk=arrived.connection.pk).update(last_sign_in_at=Now())
        trail.identity("signed_in", identity, tenant.schema)
        return let


def _known(arrived: Arrived) -> Identity | None:
    """Return the identity if it is known. Issuer and subject decide; the address may have changed hands."""
    with tenancy.entered(tenancy.PUBLIC):
        row = Identity.objects.filter(
            connection=arrived.connection, issuer=arrived.connection.issuer, subject=arrived.subject
        ).first()
    if row is not None and accounts.by_id(row.user_id) is None:
        raise NotLinkedError
    return row


def _met(arrived: Arrived) -> UserInfo:
    """Return the account of somebody who is met for the first time, by an address that is proven twice.

    The provider has verified it, and its domain is the tenant's: else whoever runs a provider could become anybody.
    """
    email = arrived.email
    is_proven = bool(email) and rules.is_email_verified(arrived.claims)
    if not is_proven or not queries.owns(arrived.connection.pk, rules.domain_of(email)):
        raise NotLinkedError
    user = accounts.by_email(email)
    if user is None:
        if not arrived.connection.adds_members:
            raise NotAMemberError
        name = rules.name_of(arrived.claims, arrived.connection.name_claim)
        user = accounts.introduce(email=email, name=name)
    if accounts.by_id(user.id) is None:  # closed
        raise NotLinkedError
    return user


def _member(tenant: TenantInfo, user_id: UUID) -> UserInfo:
    user = accounts.by_id(user_id)
    if user is None or not tenants.is_member(tenant.id, user_id):
        raise NotAMemberError
    return user


def _connect(tenant: TenantInfo, arrived: Arrived, user: UserInfo) -> Identity:
    """Remember whose identity it is; the same twice is once."""
    with tenancy.entered(tenancy.PUBLIC):
        row, is_new = Identity.objects.get_or_create(
            connection=arrived.connection,
            issuer=arrived.connection.issuer,
            subject=arrived.subject,
            defaults={"user_id": user.id, "email": arrived.email},
        )
    if row.user_id != user.id:
        raise IdentityTakenError
    if is_new:
        trail.identity("linked", row, tenant.schema)
    return row


def _admit(tenant: TenantInfo, arrived: Arrived, user_id: UUID) -> None:
    connection = arrived.connection
    if not connection.adds_members and not tenants.is_member(tenant.id, user_id):
        raise NotAMemberError
    wanted = [
        RoleRule(each["claim"], each["value"], each["role"]) for each in connection.role_rules
    ]
    role = rules.role_of(arrived.claims, wanted, connection.default_role)
    tenants.follow_provider(
        tenant.id, user_id, role, is_synced=connection.role_sync == RoleSync.ALWAYS
    )


def _let_in(tenant: TenantInfo, arrived: Arrived, identity: Identity) -> Let:
    life = timedelta(hours=arrived.connection.session_hours)
    has_second_factor = arrived.has_second_factor or arrived.connection.asks_second_factor
    try:
        let = tenants.let_in(identity.user_id, tenant.id, life, has_second_factor=has_second_factor)
    except SecondFactorNeededError as reason:
        raise SecondFactorNotShownError from reason
    if let is None:
        raise NotAMemberError
    sealed = keys.seal(Secret(arrived.id_token), aad=id_token_aad(identity.pk, let.root))
    with tenancy.entered(tenancy.PUBLIC):
        Vouching.objects.create(
            identity=identity,
            root=let.root,
            provider_session=arrived.provider_session,
            sealed_id_token=dict(sealed.to_json()),
            expires_at=Now() + life,
        )
    return let


def id_token_aad(identity_id: UUID, root: UUID) -> str:
    """Return what a kept ID token is bound to."""
    return PLACE.format(schema=tenancy.PUBLIC, identity_id=identity_id, root=root)
