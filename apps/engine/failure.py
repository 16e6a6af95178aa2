"""What went wrong in a step, as a plain value that is stored, shown and judged by retry policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.engine.errors import EngineError, NodeError, PortError
from apps.engine.value import Json, NodeId


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt: a stable code, a sentence, and whether time may heal it.

    `is_final`: no policy tries it again, whatever its patterns say.
    """

    code: str
    message: str
    is_retryable: bool = False
    status: int | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    retry_after_s: float | None = None
    is_final: bool = False

    def facts(self, node_id: NodeId) -> dict[str, Json]:
        """Return the error object that steps and executions show: code, message, node, status?, details?."""
        facts: dict[str, Json] = {"code": self.code, "message": self.message, "node": node_id}
        if self.status is not None:
            facts["status"] = self.status
        if self.details:
            facts["details"] = dict(self.details)
        return facts

    def output(self, node_id: NodeId) -> dict[str, Json]:
        """Return what a failed node passes on under `on_error` continue and branch."""
        return {"error": self.facts(node_id)}


def failure_of(error: Exception) -> Failure:
    """Return the failure that an exception means; a stranger's text is never shown.

    Only the engine's own family says something that was written for people. Anything else is a fault
    in a node, whose message may hold anything, so it is told by the name of its class alone.
    """
    match error:
        case NodeError():
            return Failure(
                error.code,
                error.message,
                error.is_retryable,
                error.status,
                error.details,
                error.retry_after_s,
            )
        case PortError():
            return Failure(
                error.code,
                error.message,
                error.is_retryable,
                error.status,
                retry_after_s=error.retry_after_s,
            )
        case EngineError():
            return Failure(error.code, error.message)
        case _:
            return Failure("node_crashed", f"the node has a fault: {type(error).__name__}")
