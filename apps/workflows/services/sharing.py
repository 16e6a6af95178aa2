"""Restricting a workflow, opening it again, and sharing it: one change after the other, by what the asker may do then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core import tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE, Principal
from apps.tenants import facade as tenants
from apps.workflows.errors import (
    ShareNotFoundError,
    ShareTooWideError,
    SubjectUnknownError,
    TooManySharesError,
)
from apps.workflows.models import Share, Workflow
from apps.workflows.queries import sharing as looks
from apps.workflows.queries import stored
from apps.workflows.rules.sharing import SHARE, Level, permissions_of
from apps.workflows.services import trail

# All of them stand in one answer.
MOST = 200


@dataclass(frozen=True, slots=True)
class Shared:
    """A share as people see it; `name` is empty if whoever it was has gone this moment."""

    kind: str
    subject: str
    name: str
    level: str
    given_by: UUID | None
    created_at: datetime


def shares(workflow_id: UUID) -> list[Shared]:
    """Return with whom a workflow is shared, those who were let in first first.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    stored.switch(workflow_id)
    return _described(looks.shares(workflow_id))


@transaction.atomic
def restrict(by: Principal, workflow_id: UUID, *, is_restricted: bool) -> Workflow:
    """Keep everybody out with whom a workflow is not shared, or let everybody in again. Twice is once; shares stay.

    Raises:
        WorkflowNotFoundError: there is none, it lies in the bin, or who asks does not see it.
        ShareTooNarrowError: who asks is none of its owners.
    """
    workflow = _locked(by, workflow_id)
    if workflow.is_restricted != is_restricted:
        Workflow.objects.filter(pk=workflow_id).update(
            is_restricted=is_restricted, updated_at=Now()
        )
        trail.record("restricted" if is_restricted else "opened", workflow)
    return stored.workflow(workflow_id)


def give_member(by: Principal, workflow_id: UUID, user_id: UUID, level: Level) -> Shared:
    """Share a workflow with a member, as `level` from now on.

    Raises:
        SubjectUnknownError: nobody with this id belongs to the tenant.
        Everything that `_give` raises.
    """
    if user_id not in tenants.members_called([user_id]):
        raise SubjectUnknownError
    return _give(by, workflow_id, Share.Kind.MEMBER, str(user_id), level)


def give_role(by: Principal, workflow_id: UUID, role: str, level: Level) -> Shared:
    """Share a workflow with all who have a role, built-in (by its name) or the tenant's own (by its id).

    Raises:
        SubjectUnknownError: the tenant has no such role.
        Everything that `_give` raises.
    """
    return _give(by, workflow_id, Share.Kind.ROLE, _role(role), level)


@transaction.atomic
def _give(by: Principal, workflow_id: UUID, kind: str, subject: str, level: Level) -> Shared:
    """Let somebody in.

    Raises:
        WorkflowNotFoundError, ShareTooNarrowError: as `restrict`.
        ShareTooWideError: who asks may not do all that the share holds, before or after.
        TooManySharesError: it is shared with 200 already.
    """
    workflow = _locked(by, workflow_id)
    old = Share.objects.filter(workflow=workflow, subject=subject).first()
    _refuse_wider(by, workflow_id, {level} | ({Level(old.level)} if old else set()))
    if old is None and Share.objects.filter(workflow=workflow).count() >= MOST:
        raise TooManySharesError(MOST)
    values = {"kind": kind, "level": level, "given_by": by.user_id}
    made, _ = Share.objects.update_or_create(workflow=workflow, subject=subject, defaults=values)
    trail.record(
        "shared",
        workflow,
        before=None if old is None else _facts(kind, subject, old.level),
        after=_facts(kind, subject, level),
    )
    return _described([made])[0]


@transaction.atomic
def take(by: Principal, workflow_id: UUID, subject: str) -> None:
    """Share a workflow with a member or a role no more.

    Raises:
        WorkflowNotFoundError, ShareTooNarrowError: as `restrict`.
        ShareNotFoundError: it is not shared with them.
        ShareTooWideError: who asks may not do all that the share holds.
    """
    workflow = _locked(by, workflow_id)
    old = Share.objects.filter(workflow=workflow, subject=subject.lower()).first()
    if old is None:
        raise ShareNotFoundError
    _refuse_wider(by, workflow_id, {Level(old.level)})
    old.delete()
    trail.record("unshared", workflow, before=_facts(old.kind, old.subject, old.level))


def own(workflow: Workflow, user_id: UUID | None) -> None:
    """Make whoever has made a workflow its owner; in the transaction that makes it."""
    if user_id is not None:
        Share.objects.create(
            workflow=workflow,
            kind=Share.Kind.MEMBER,
            subject=str(user_id),
            level=Level.OWNER,
            given_by=user_id,
        )


def forget(schema: str, subject: str) -> None:
    """Delete what a tenant has shared with a member or a role that is gone; in the transaction of its going."""
    if schema != tenancy.PUBLIC:
        with tenancy.entered(schema):
            Share.objects.filter(subject=subject).delete()


def _locked(by: Principal, workflow_id: UUID) -> Workflow:
    # Only under the lock is it known what anybody may do: two owners who remove each other come one after the other.
    workflow = stored.locked(workflow_id)
    looks.require(by, SHARE, workflow_id)
    return workflow


def _refuse_wider(by: Principal, workflow_id: UUID, levels: Iterable[Level]) -> None:
    missing = permissions_of(levels) - looks.permitted(by, [workflow_id]).get(
        workflow_id, frozenset()
    )
    if missing:
        raise ShareTooWideError(missing)


def _role(text: str) -> str:
    if text in PERMISSIONS_BY_ROLE:
        return text
    try:
        role_id = UUID(text)
    except ValueError:
        raise SubjectUnknownError from None
    if role_id not in tenants.roles_called([role_id]):
        raise SubjectUnknownError
    return str(role_id)


def _described(rows: list[Share]) -> list[Shared]:
    members = [UUID(row.subject) for row in rows if row.kind == Share.Kind.MEMBER]
    roles = [
        UUID(row.subject)
        for row in rows
        if row.kind == Share.Kind.ROLE and row.subject not in PERMISSIONS_BY_ROLE
    ]
    called = tenants.members_called(members) | tenants.roles_called(roles)
    names = {str(each): name for each, name in called.items()} | {
        name: name for name in PERMISSIONS_BY_ROLE
    }
    return [
        Shared(
            row.kind,
            row.subject,
            names.get(row.subject, ""),
            row.level,
            row.given_by,
            row.created_at,
        )
        for row in rows
    ]


def _facts(kind: str, subject: str, level: str) -> dict[str, Any]:
    return {kind: subject, "level": str(level)}
