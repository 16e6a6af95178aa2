"""What a member may do with a workflow: what the role holds, and of that what sharing leaves over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """As what a workflow is shared. Each level holds what the one before it holds."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    EDITOR = "editor"
    OWNER = "owner"


SHARE = "workflow.share"
EXECUTE = "workflow.execute"
_VIEWER = frozenset({"workflow.read", "execution.read", "webhook.read"})
_OPERATOR = _VIEWER | {EXECUTE, "execution.cancel"}
_EDITOR = _OPERATOR | {"workflow.update", "webhook.update"}
PERMISSIONS_BY_LEVEL: dict[Level, frozenset[str]] = {
    Level.VIEWER: _VIEWER,
    Level.OPERATOR: _OPERATOR,
    Level.EDITOR: _EDITOR,
    Level.OWNER: _EDITOR | {"workflow.delete", SHARE},
}
# All that is about one workflow.
ABOUT_ONE: frozenset[str] = PERMISSIONS_BY_LEVEL[Level.OWNER]


@dataclass(frozen=True, slots=True)
class Place:
    """A workflow, or a folder around it: whether it is restricted, and as what it is shared with who asks."""

    is_restricted: bool
    given: frozenset[Level] = frozenset()


def permitted(
    held: frozenset[str], places: Sequence[Place], *, is_manager: bool
) -> frozenset[str] | None:
    """Return what somebody may do with what lies in `places`, the innermost first; None: for them it is not there.

    The role is the roof: a share lets in and lifts nobody, for whoever edits a workflow uses the tenant's credentials.
    Owners and admins of the tenant are kept out of nothing. The innermost restricted place decides who comes in; what
    lies in open places is everybody's, but to share it is its owners' alone.
    """
    if is_manager:
        return held
    given: set[Level] = set()
    for place in places:
        given |= place.given
        if place.is_restricted:
            return held & permissions_of(given) if given else None
    return held if Level.OWNER in given else held - {SHARE}


def permissions_of(levels: Iterable[Level]) -> frozenset[str]:
    """Return all that some levels hold together."""
    return frozenset().union(*(PERMISSIONS_BY_LEVEL[level] for level in levels))
