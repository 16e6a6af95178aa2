"""What is wrong with a document: each thing found, where, under a stable code, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice

from apps.engine.errors import EngineError
from apps.engine.value import Json, NodeId


class Severity(StrEnum):
    """Errors block publishing; warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `path` is a JSON pointer into the document; `field` names the place inside the node's config."""

    code: str
    message: str
    severity: Severity = Severity.ERROR
    path: str = ""
    node_id: NodeId | None = None
    edge_id: str | None = None
    field: str | None = None

    def facts(self) -> dict[str, Json]:
        """Return the finding as JSON, as the API shows it."""
        return {
            "code": self.code,
            "message": self.message,
            "severity": str(self.severity),
            "path": self.path,
            "node_id": self.node_id,
            "edge_id": self.edge_id,
            "field": self.field,
        }


class DocumentError(EngineError):
    """The document cannot be run; `problems` holds everything that was found, errors and warnings."""

    code = "document_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        super().__init__(" ".join(problem.message for problem in errors[:3]))
        self.problems = tuple(problems)


# Nobody reads more than this, and whoever wants to can make a document that has millions.
MOST_PROBLEMS = 1_000
# Names that people gave are told by as much of them as helps.
SHOWN_CHARACTERS = 80
HINTS = 10
NAMES_COMPARED = 500


@dataclass(slots=True)
class Report:
    """The findings of one pass over a document, in the order in which they were made.

    After the first thousand it is only remembered that there are more, and whether any was an error.
    """

    problems: list[Problem] = field(default_factory=list)
    has_errors: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def error(self, code: str, message: str, **where: str | None) -> None:
        """Note something that blocks publishing."""
        self._add(code, message, Severity.ERROR, where)

    def warn(self, code: str, message: str, **where: str | None) -> None:
        """Note something that a person should look at, though it can run."""
        self._add(code, message, Severity.WARNING, where)

    def _add(
        self, code: str, message: str, severity: Severity, where: dict[str, str | None]
    ) -> None:
        self.has_errors = self.has_errors or severity is Severity.ERROR
        self.counts[code] += 1
        if len(self.problems) >= MOST_PROBLEMS:
            self._overflow()
            return
        node_id = where.get("node_id")
        self.problems.append(
            Problem(
                code,
                message,
                severity,
                path=where.get("path") or "",
                node_id=None if node_id is None else NodeId(node_id),
                edge_id=where.get("edge_id"),
                field=where.get("field"),
            )
        )

    def _overflow(self) -> None:
        severity = Severity.ERROR if self.has_errors else Severity.WARNING
        message = f"More than {MOST_PROBLEMS} things are wrong; these are the first."
        self.problems[MOST_PROBLEMS:] = [Problem("problems_too_many", message, severity)]


def clipped(text: str) -> str:
    """Return as much of a name that somebody gave as fits into a sentence."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def nearest(name: str, names: Iterable[str], report: Report, code: str) -> str | None:
    """Return the one of `names` that `name` was most likely meant to be.

    Comparing costs, so only the first findings of a code get an answer, out of the first names.
    """
    if report.counts[code] >= HINTS:
        return None
    close = get_close_matches(name[:SHOWN_CHARACTERS], list(islice(names, NAMES_COMPARED)), n=1)
    return close[0] if close else None


def pointer(*parts: str | int) -> str:
    """Return a JSON pointer (RFC 6901) to the place that `parts` lead to; very long names are clipped."""
    return "".join(f"/{clipped(str(part)).replace('~', '~0').replace('/', '~1')}" for part in parts)
