"""Folders and tags as somebody sees them: how many workflows in each are counted of those that are there for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Func

from apps.core.principals import Principal
from apps.workflows.errors import FolderNotFoundError
from apps.workflows.models import Folder
from apps.workflows.queries import stored


@dataclass(frozen=True, slots=True)
class FolderInfo:
    """A folder with how many workflows lie in it, those of its subfolders not counted."""

    id: UUID
    name: str
    parent_id: UUID | None
    workflow_count: int


@dataclass(frozen=True, slots=True)
class TagInfo:
    """A tag with how many workflows have it."""

    name: str
    workflow_count: int


def folders(by: Principal) -> list[FolderInfo]:
    """Return all folders by name; together they are at most 500."""
    rows = stored.visible(by).filter(folder__isnull=False).values_list("folder")
    counts: dict[UUID, int] = dict(rows.annotate(count=Count("pk")).order_by())
    return [
        FolderInfo(each.pk, each.name, each.parent_id, counts.get(each.pk, 0))
        for each in Folder.objects.order_by("name", "pk")
    ]


def one(by: Principal, folder_id: UUID) -> FolderInfo:
    """Return one folder.

    Raises:
        FolderNotFoundError: this tenant has no such folder.
    """
    folder = require(folder_id)
    count = stored.visible(by).filter(folder=folder_id).count()
    return FolderInfo(folder.pk, folder.name, folder.parent_id, count)


def require(folder_id: UUID) -> Folder:
    """Return a folder as it is stored.

    Raises:
        FolderNotFoundError: this tenant has no such folder.
    """
    found = Folder.objects.filter(pk=folder_id).first()
    if found is None:
        raise FolderNotFoundError
    return found


def chain(parents: Mapping[UUID, UUID | None], folder_id: UUID | None) -> Sequence[UUID]:
    """Return a folder and those around it, the innermost first."""
    found: list[UUID] = []
    while folder_id is not None and folder_id not in found:
        found.append(folder_id)
        folder_id = parents.get(folder_id)
    return found


def tags(by: Principal) -> list[TagInfo]:
    """Return the tags that workflows have, by name."""
    rows = stored.visible(by).annotate(tag=Func(F("tags"), function="unnest")).values_list("tag")
    counted = rows.annotate(count=Count("pk")).order_by("tag")
    return [TagInfo(name, count) for name, count in counted]
