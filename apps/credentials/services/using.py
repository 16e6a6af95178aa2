"""Saying who may use a credential: everybody whose role allows it, or named members and roles alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import tenancy
from apps.core.errors import FieldProblem
from apps.core.principals import PERMISSIONS_BY_ROLE, Principal
from apps.credentials import queries
from apps.credentials.errors import CredentialInvalidError, NotYoursError
from apps.credentials.models import Credential, CredentialGrant
from apps.credentials.rules import using
from apps.tenants import facade as tenants


@dataclass(frozen=True, slots=True)
class Users:
    """Who may use a credential. While it is not restricted, everybody whose role allows it; who is named is remembered."""

    is_restricted: bool
    members: Sequence[UUID]
    roles: Sequence[str]


def users(credential_id: UUID) -> Users:
    """Return who may use a credential.

    Raises:
        CredentialNotFoundError: there is none.
    """
    row = queries.credential(credential_id)
    grants = list(row.grants.order_by("pk").values_list("kind", "subject"))
    return Users(
        row.is_restricted,
        [UUID(subject) for kind, subject in grants if kind == CredentialGrant.Kind.MEMBER],
        [subject for kind, subject in grants if kind == CredentialGrant.Kind.ROLE],
    )


@transaction.atomic
def choose(by: Principal, credential_id: UUID, wanted: Users) -> Users:
    """Let exactly these use a credential from now on; whoever restricts it stays among them.

    Raises:
        CredentialNotFoundError: there is none.
        NotYoursError: somebody else has made it.
        CredentialInvalidError: the tenant has no such member or role; names each place.
    """
    row = queries.locked(credential_id)
    if not using.may_choose_users(by, row.created_by):
        raise NotYoursError
    before = users(credential_id)
    mine = [] if by.is_manager or not wanted.is_restricted else [by.user_id]
    members = list(dict.fromkeys([*wanted.members, *mine]))
    problems = list(_strangers(wanted))
    if problems:
        raise CredentialInvalidError(problems[0].message, errors=problems)
    Credential.objects.filter(pk=credential_id).update(
        is_restricted=wanted.is_restricted, updated_at=Now()
    )
    _grant_exactly(row, members, wanted.roles)
    after = users(credential_id)
    was, now = audit.changed(_facts(before), _facts(after))
    target = audit.Target("credential", row.pk, row.name)
    audit.record("credential.users_changed", target=target, before=was, after=now)
    return after


def forget(schema: str, subject: str) -> None:
    """Delete what a tenant has granted to a member or a role that is gone; in the transaction of its going."""
    if schema != tenancy.PUBLIC:
        with tenancy.entered(schema):
            CredentialGrant.objects.filter(subject=subject).delete()


def _grant_exactly(row: Credential, members: Iterable[UUID], roles: Iterable[str]) -> None:
    kind = CredentialGrant.Kind
    wanted = {str(each): kind.MEMBER for each in members} | dict.fromkeys(roles, kind.ROLE)
    row.grants.exclude(subject__in=wanted).delete()
    CredentialGrant.objects.bulk_create(
        [
            CredentialGrant(credential=row, kind=each, subject=subject)
            for subject, each in wanted.items()
        ],
        ignore_conflicts=True,
    )


def _strangers(wanted: Users) -> Iterator[FieldProblem]:
    members = tenants.members_called(wanted.members)
    ids = {each: _identifier(each) for each in wanted.roles if each not in PERMISSIONS_BY_ROLE}
    roles = tenants.roles_called([each for each in ids.values() if each is not None])
    for index, user_id in enumerate(wanted.members):
        if user_id not in members:
            yield FieldProblem(f"/members/{index}", "unknown_member", "There is no such member.")
    for index, role in enumerate(wanted.roles):
        if role in ids and ids[role] not in roles:
            yield FieldProblem(f"/roles/{index}", "unknown_role", "There is no such role.")


def _identifier(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    # Written otherwise it would be granted to nobody.
    return found if str(found) == text else None


def _facts(of: Users) -> dict[str, Any]:
    return {
        "is_restricted": of.is_restricted,
        "members": [str(each) for each in of.members],
        "roles": list(of.roles),
    }
