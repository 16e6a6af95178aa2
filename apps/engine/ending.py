"""How a scope, a block or a whole execution comes to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.engine.state import ExecutionStatus, Reason
from apps.engine.value import Json


@dataclass(frozen=True, slots=True)
class Ending:
    """A scope that comes to its end: nothing more starts in it; what flies may land, or is aborted."""

    status: ExecutionStatus
    reason: Reason | None = None
    error: Mapping[str, Json] | None = None
    is_aborting: bool = False

    def merged(self, later: Ending) -> Ending:
        """Return this ending after a later one: the first stands, but the later one may still abort."""
        if later.is_aborting and not self.is_aborting:
            return Ending(self.status, self.reason, self.error, is_aborting=True)
        return self

    def within(self) -> Ending:
        """Return the ending of what lies inside of something that ends like this."""
        return Ending(ExecutionStatus.CANCELLED, self.reason, is_aborting=self.is_aborting)
