"""As whom an execution acts: whoever started it by hand, or else whoever published what a trigger starts.

It is written down once, when the execution begins, and what they may is asked when something needs it.
"""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from apps.core import request_context
from apps.engine.value import Json
from apps.workflows.facade import VersionInfo

PUBLISHER = "publisher"
Actor: TypeAlias = Mapping[str, Json] | None


def acts_as(started_by: UUID | None, version: VersionInfo) -> dict[str, Json] | None:
    """Return as whom an execution acts that begins now; None: as nobody, for nobody knows who published it."""
    if started_by is None:
        publisher = version.made_by
        return None if publisher is None else {"kind": PUBLISHER, "user_id": str(publisher)}
    principal = request_context.principal()
    if principal is not None and principal.user_id == started_by:
        return {**principal.facts()}
    return {"kind": "user", "user_id": str(started_by)}


def member_of(acts_as: Actor) -> UUID | None:
    """Return the member whose rights are asked."""
    return None if acts_as is None else UUID(str(acts_as["user_id"]))
