"""What is wrong with a document: each thing found, where, under a stable code, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(slots=True)
class Report:
    """The findings of one pass over a document, in the order in which they were made."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, **where: str | None) -> None:
        """Note something that blocks publishing."""
        self._add(code, message, Severity.ERROR, where)

    def warn(self, code: str, message: str, **where: str | None) -> None:
        """Note something that a person should look at, though it can run."""
        self._add(code, message, Severity.WARNING, where)

    def _add(
        self, code: str, message: str, severity: Severity, where: dict[str, str | None]
    ) -> None:
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

    @property
    def has_errors(self) -> bool:
        """Whether anything found blocks publishing."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def pointer(*parts: str | int) -> str:
    """Return a JSON pointer (RFC 6901) to the place that `parts` lead to."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
