"""A pause: nothing starts, what is in flight lands, and the execution's own time stands still."""

from __future__ import annotations

from datetime import datetime

from apps.engine.edit import Edit
from apps.engine.frontier import Frontier


def paused(frontier: Frontier, now: datetime) -> Frontier:
    """Let nothing start any more; what is in flight may land. The clock of the timeout stands still."""
    edit = Edit(frontier, now)
    edit.is_paused = True
    return edit.done()


def resumed(frontier: Frontier, now: datetime) -> Frontier:
    """Go on after a pause. A wait whose time has come meanwhile is over at once."""
    edit = Edit(frontier, now)
    edit.is_paused = False
    return edit.done()
