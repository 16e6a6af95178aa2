"""Making, renaming, moving and removing folders. What lies in one that is removed moves up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import db, tenancy
from apps.workflows.errors import FolderNameTakenError, FolderNotFoundError, FolderPlaceError
from apps.workflows.models import Folder, Workflow
from apps.workflows.queries import folders

# All of them stand in one answer, and in one tree on a screen.
MOST = 500
DEEPEST = 8
# Two who move folders into each other come one after the other.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('folders of ' || %(schema)s, 0))"
# Those who put workflows into folders do not wait for each other, only for whoever changes the folders.
LOCK_SHARED = LOCK.replace("_lock(", "_lock_shared(")


def make(*, name: str, parent_id: UUID | None, actor_id: UUID | None) -> Folder:
    """Make a folder, at the top or in another one.

    Raises:
        FolderNotFoundError: there is no such other one.
        FolderNameTakenError: there is one of this name there.
        FolderPlaceError: it would lie too deep, or there are too many.
    """
    with transaction.atomic():
        parents = _locked()
        if len(parents) >= MOST:
            raise FolderPlaceError(f"There are at most {MOST} folders. Remove one first.")
        _refuse_place(parents, None, parent_id)
        folder = Folder(name=name, parent_id=parent_id, created_by=actor_id)
        _write(folder)
        audit.record("folder.created", target=_target(folder), after=_facts(folder))
    return folder


def change(folder_id: UUID, values: Mapping[str, Any]) -> Folder:
    """Rename a folder, or move it with all that lies in it; `values` may hold `name` and `parent_id`.

    Raises:
        FolderNotFoundError: there is none, or not the one that it is to lie in.
        FolderNameTakenError: there is one of this name there.
        FolderPlaceError: it would lie in itself, or too deep.
    """
    with transaction.atomic():
        parents = _locked()
        folder = folders.require(folder_id)
        before = _facts(folder)
        for name, value in values.items():
            setattr(folder, name, value)
        if "parent_id" in values:
            _refuse_place(parents, folder_id, values["parent_id"])
        _write(folder)
        was, now = audit.changed(before, _facts(folder))
        audit.record("folder.changed", target=_target(folder), before=was, after=now)
    return folder


def remove(folder_id: UUID) -> None:
    """Remove a folder; its workflows, also those in the bin, and its folders move into the one around it.

    Raises:
        FolderNotFoundError: there is none.
        FolderNameTakenError: one of its folders has a name that is taken there.
    """
    with transaction.atomic():
        _locked()
        folder = folders.require(folder_id)
        Workflow.objects.filter(folder=folder_id).update(folder=folder.parent_id, updated_at=Now())
        names = Folder.objects.filter(parent=folder.parent_id).exclude(pk=folder_id)
        children = Folder.objects.filter(parent=folder_id)
        if names.filter(name__in=children.values("name")).exists():
            raise FolderNameTakenError
        children.update(parent=folder.parent_id, updated_at=Now())
        folder.delete()
        audit.record("folder.removed", target=audit.Target("folder", folder_id, folder.name))


def hold(folder_id: UUID) -> None:
    """Let a folder be there until the transaction ends; to be asked before any workflow is locked, as `remove` does.

    Raises:
        FolderNotFoundError: there is none.
    """
    db.execute(LOCK_SHARED, {"schema": tenancy.current_schema()})
    folders.require(folder_id)


def _locked() -> dict[UUID, UUID | None]:
    """Return the parent of each folder; nobody else changes one until the transaction ends."""
    db.execute(LOCK, {"schema": tenancy.current_schema()})
    return dict(Folder.objects.values_list("pk", "parent_id"))


def _refuse_place(
    parents: Mapping[UUID, UUID | None], folder_id: UUID | None, parent_id: UUID | None
) -> None:
    if parent_id is None:
        return
    if parent_id not in parents:
        raise FolderNotFoundError
    above = folders.chain(parents, parent_id)
    if folder_id in above:
        raise FolderPlaceError("A folder cannot lie in itself. Choose another place.")
    chains = [folders.chain(parents, each) for each in parents]
    height = max((each.index(folder_id) for each in chains if folder_id in each), default=0)
    if len(above) + 1 + height > DEEPEST:
        raise FolderPlaceError(f"Folders lie at most {DEEPEST} deep. Choose another place.")


def _write(folder: Folder) -> None:
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError as taken:
        raise FolderNameTakenError from taken


def _target(folder: Folder) -> audit.Target:
    return audit.Target("folder", folder.pk, folder.name)


def _facts(folder: Folder) -> dict[str, Any]:
    parent = None if folder.parent_id is None else str(folder.parent_id)
    return {"name": folder.name, "parent_id": parent}
