"""Invitations: a letter to one address, for what one will be in one tenant, good once, for 72 hours."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.accounts import facade as accounts
from apps.accounts.errors import TooManyTriesError, UnverifiedError
from apps.accounts.facade import UserInfo, Wording
from apps.audit import facade as audit
from apps.core import rate_limit, tenancy
from apps.core.principals import Principal
from apps.core.rate_limit import Limit
from apps.tenants.errors import (
    AlreadyMemberError,
    GrantTooWideError,
    InvitationForAnotherError,
    InvitationNotFoundError,
    InvitationVoidError,
    NoTenantError,
    OwnersOnlyError,
)
from apps.tenants.models import CustomRole, Invitation, Membership, RoleGrant
from apps.tenants.services import sessions, tokens
from apps.tenants.services.granting import (
    Granter,
    granter,
    held_through,
    promiser,
    roles_of,
)
from apps.tenants.services.sessions import Device, Tokens

KIND = "invitation"
# Of one tenant: letters in the platform's name to people who have not asked for them.
PER_TENANT = Limit(burst=50, per_s=100 / 86_400)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody sees who opens an invitation."""

    email: str
    role: str
    roles: list[str]
    tenant_name: str
    tenant_slug: str
    invited_by: str
    has_account: bool


def invite(
    principal: Principal, *, email: str, role: str, roles: Collection[UUID] = ()
) -> Invitation:
    """Send somebody an invitation to the tenant of `principal`, who must hold all that the role gives.

    `roles` are ids of the tenant's own, which are given beside it.

    Raises:
        UnknownRolesError: the tenant does not have one of them.
        OwnersOnlyError, GrantTooWideError: they give more than the inviter holds; only owners make owners.
        UnverifiedError: the inviter's own address is not known to be theirs.
        AlreadyMemberError: this address belongs to a member, or was invited before.
        TooManyTriesError: too many invitations by this tenant.
    """
    email, chain = email.strip().lower(), tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        own = roles_of(who, roles)
        _judge(who, role, own)
        if Membership.objects.filter(
            tenant_id=who.tenant_id, user__email=email, user__is_active=True
        ).exists():
            raise AlreadyMemberError
        try:
            with transaction.atomic():
                row = Invitation.objects.create(
                    tenant_id=who.tenant_id,
                    email=email,
                    role=role,
                    invited_by_id=principal.user_id,
                    expires_at=Now() + Invitation.LIFE,
                )
        except IntegrityError as reason:
            raise AlreadyMemberError from reason
        row.roles.set(own)
        accounts.write_letter(KIND, email, about=row.pk)
        _record("invitation.sent", row, chain)
        row.refresh_from_db()
    return row


def resend(principal: Principal, invitation_id: UUID) -> Invitation:
    """Send an open invitation once more, for another 72 hours; the link of the letter before is worth nothing then.

    From now on it is whoever sends it again who stands for it.

    Raises:
        InvitationNotFoundError: this tenant has no such open one.
        OwnersOnlyError, GrantTooWideError, UnverifiedError, TooManyTriesError: as `invite`.
    """
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _open(invitation_id, principal)
        _judge(who, row.role, list(row.roles.all()))
        row.expires_at = Now() + Invitation.LIFE
        row.token_hash = None
        row.invited_by_id = who.user_id
        row.save(update_fields=["expires_at", "token_hash", "invited_by", "updated_at"])
        accounts.write_letter(KIND, row.email, about=row.pk)
        _record("invitation.resent", row, chain)
        row.refresh_from_db()
    return row


def revoke(principal: Principal, invitation_id: UUID) -> None:
    """Make an invitation worthless.

    Raises:
        InvitationNotFoundError: this tenant has no such open one.
    """
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _open(invitation_id, principal)
        Invitation.objects.filter(pk=row.pk).update(revoked_at=Now())
        _record("invitation.revoked", row, chain)


def look_at(token: str) -> Wanted:
    """Return what an invitation says, to whoever holds its link.

    Raises:
        InvitationNotFoundError: it is not good.
    """
    with tenancy.entered(tenancy.PUBLIC):
        row = _good(token).select_related("tenant", "invited_by").first()
        if row is None:
            raise InvitationNotFoundError
        return Wanted(
            email=row.email,
            role=row.role,
            roles=[each.name for each in row.roles.order_by("name")],
            tenant_name=row.tenant.name,
            tenant_slug=row.tenant.slug,
            invited_by=row.invited_by.name or row.invited_by.email,
            has_account=accounts.by_email(row.email) is not None,
        )


def accept(token: str, user_id: UUID) -> UUID:
    """Make somebody who is signed in a member, and return the tenant's id.

    Raises:
        InvitationNotFoundError: it is not good.
        InvitationForAnotherError: it went to another address than theirs; it stays good.
        InvitationVoidError: whoever stands for it may no longer give what it gives.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = accounts.by_id(user_id)
        row = _good(token).first()
        if row is None or user is None:
            raise InvitationNotFoundError
        if row.email != user.email:
            raise InvitationForAnotherError
        _join(row, user)
        return row.tenant_id


def sign_up(
    token: str, *, name: str, password: str, device: Device
) -> tuple[UserInfo, UUID, Tokens]:
    """Open an account for the address that was invited, which the link has verified, and make it a member.

    Raises:
        InvitationNotFoundError, InvitationVoidError: it is not good.
        EmailTakenError, PasswordRefusedError, TooManySignInsError: as accounts.facade.register; it stays good.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _good(token).first()
        if row is None:
            raise InvitationNotFoundError
        user = accounts.register(
            email=row.email,
            password=password,
            name=name,
            address=device.ip or "",
            is_verified=True,
        )
        _join(row, user)
        return user, row.tenant_id, sessions.open_session(user.id, None, device=device)


def word(letter_id: UUID) -> Wording | None:
    """Return the letter of an invitation with a new link; None if it is no longer wanted."""
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("tenant", "invited_by")
            .filter(pk=letter_id, accepted_at=None, revoked_at=None, tenant__status="active")
            .first()
        )
        if row is None:
            return None
        token = tokens.new_secret()
        row.token_hash = tokens.hash_of(token)
        row.save(update_fields=["token_hash", "updated_at"])
    who = accounts.tame(row.invited_by.name) or row.invited_by.email
    return Wording(
        f"{who} invites you to {accounts.tame(row.tenant.name)}",
        (
            f"{who} ({row.invited_by.email}) wants to work with you"
            f" in the tenant “{accounts.tame(row.tenant.name)}”, as {_named(row)}.",
        ),
        "Look at the invitation",
        accounts.front_door(f"/invitation#{token}"),
        "The link works once, within 72 hours. If you do not know this person, ignore this letter.",
    )


def _named(row: Invitation) -> str:
    """Return what the invited will be, in a letter."""
    own = [accounts.tame(each.name) for each in row.roles.order_by("name")]
    return " and ".join([row.role, *filter(None, own)])


def _join(row: Invitation, user: UserInfo) -> None:
    """Use the invitation up; one statement decides, so of two that accept at once one comes through.

    What it gives was judged when it was sent, and is again: an administrator who was removed comes back by no letter.
    """
    own = list(row.roles.all())
    try:
        promiser(row.tenant_id, row.invited_by_id).require({row.role}, held_through(row.role, own))
    except (NoTenantError, OwnersOnlyError, GrantTooWideError) as reason:
        raise InvitationVoidError from reason
    mine = Invitation.objects.filter(
        pk=row.pk, accepted_at=None, revoked_at=None, expires_at__gt=Now()
    )
    if not mine.update(accepted_at=Now()):
        raise InvitationNotFoundError
    accounts.verified(user.id)
    _record("invitation.accepted", row, row.tenant.schema_name)
    made, is_new = Membership.objects.get_or_create(
        tenant_id=row.tenant_id, user_id=user.id, defaults={"role": row.role}
    )
    if is_new:
        RoleGrant.objects.bulk_create(
            RoleGrant(membership=made, role=each, granted_by=row.invited_by_id) for each in own
        )


def _record(action: str, row: Invitation, chain: str) -> None:
    target = audit.Target("invitation", row.pk, row.email)
    names = [each.name for each in row.roles.order_by("name")]
    audit.record(action, target=target, after={"role": row.role, "roles": names}, schema=chain)


def _good(token: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        token_hash=tokens.hash_of(token),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=Now(),
        tenant__status="active",
    )


def _open(invitation_id: UUID, principal: Principal) -> Invitation:
    row = (
        Invitation.objects.select_for_update()
        .filter(
            pk=invitation_id, tenant_id=_tenant_of(principal), accepted_at=None, revoked_at=None
        )
        .first()
    )
    if row is None:
        raise InvitationNotFoundError
    return row


def _judge(who: Granter, role: str, own: list[CustomRole]) -> None:
    who.require({role}, held_through(role, own))
    inviter = accounts.by_id(who.user_id)
    if inviter is None or not inviter.is_verified:
        raise UnverifiedError
    wait_s = rate_limit.take("invitations", str(who.tenant_id), PER_TENANT)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)


def _tenant_of(principal: Principal) -> UUID:
    if principal.tenant_id is None:
        raise NoTenantError
    return principal.tenant_id
