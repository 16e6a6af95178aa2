"""What is written down in words: a line per execution that starts and ends, and the lines of a step's own log."""

import logging
from collections.abc import Mapping

from apps.core import clock
from apps.core.pace import Pace
from apps.engine.value import Json, storable

logger = logging.getLogger("apps.executions.lines")
of_nodes = logging.getLogger("gorax.node")

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
# Of one attempt of one step; more is counted.
MOST_LINES = 100
MOST_CHARACTERS = 16 * 1024

# A line costs two processes a third of a millisecond; beyond this pace nobody reads them, and the metrics count all.
MOST_PER_S = 50

_starts, _ends = Pace(MOST_PER_S), Pace(MOST_PER_S)


def started(execution_id: str, *, schema: str, workflow_id: str, trace_id: str) -> None:
    """Write the line of an execution whose first steps are recorded, or count it for the next line that is written."""
    others = _starts.admits()
    if others is not None:
        facts = {"execution_id": execution_id, "schema": schema, "workflow_id": workflow_id}
        logger.info("execution.started", extra=facts | {"trace_id": trace_id} | others)


def finished(execution_id: str, *, schema: str, status: str, reason: str, trace_id: str) -> None:
    """Write the line of a finished execution, or count it for the next line that is written."""
    others = _ends.admits()
    if others is not None:
        facts = {"execution_id": execution_id, "schema": schema, "status": status, "reason": reason}
        logger.info("execution.finished", extra=facts | {"trace_id": trace_id} | others)


class StepLines:
    """The lines that one attempt of a step writes: kept with its row up to a bound, and written to this process's log.

    They come masked. A step that writes nothing costs nothing.
    """

    __slots__ = ("_execution_id", "_left", "_lines", "_lost", "_trace_id")

    def __init__(self, execution_id: str = "", trace_id: str = "") -> None:
        self._execution_id = execution_id
        self._trace_id = trace_id
        self._lines: list[Json] = []
        self._left = MOST_CHARACTERS
        self._lost = 0

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line if there is room for it."""
        known = {"execution_id": self._execution_id, "trace_id": self._trace_id}
        extra = {"facts": dict(facts)} | known
        of_nodes.log(LEVELS.get(level, logging.INFO), "%s", message, extra=extra)
        if len(self._lines) >= MOST_LINES or self._left <= 0:
            self._lost += 1
            return
        text = str(storable(message[: self._left]))
        self._left -= len(text)
        self._lines.append({"at": clock.now().isoformat(), "level": level, "text": text})

    def kept(self) -> list[Json] | None:
        """Return what is to be stored, the number of lines that found no room last; None if nothing was written."""
        if not self._lost:
            return self._lines or None
        text = f"{self._lost} more lines were left out."
        return [*self._lines, {"at": clock.now().isoformat(), "level": "warning", "text": text}]
