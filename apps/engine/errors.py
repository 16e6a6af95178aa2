"""The engine's failures: one family, each with a code that never changes.

EngineError
├── DocumentError      the document has problems; carries all of them
├── ExpressionError    a template or an expression cannot be compiled or evaluated (apps.engine.expressions)
├── NodeError          a node failed; says whether time may heal it
├── PortError          the world behind a port failed; becomes a NodeError
├── RegistryError      two node types claim one name, or none has it
├── TransitionError    a step or an execution cannot go from its state to that one
└── FormatError        a stored frontier is not one that this engine can read
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.engine.value import Json


class EngineError(Exception):
    """The root of the family. `code` is for programs and stable; the text is for people."""

    code = "engine_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NodeError(EngineError):
    """A node failed. `is_retryable` says whether the same call may succeed later."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_retryable: bool = False,
        status: int | None = None,
        details: Mapping[str, Json] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.is_retryable = is_retryable
        self.status = status
        self.details = dict(details or {})
        self.retry_after_s = retry_after_s


class PortError(EngineError):
    """The world did not answer as it should: no route, a refused address, a broken reply."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        is_retryable: bool = False,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.is_retryable = is_retryable
        self.status = status
        self.retry_after_s = retry_after_s


class RegistryError(EngineError):
    """Two node types claim one name, or no node type has the name."""

    code = "node_type_unknown"


class TransitionError(EngineError):
    """A step was told to go where its state does not lead; nothing has changed."""

    code = "transition_refused"


class FormatError(EngineError):
    """A stored frontier is not one that this engine can read."""

    code = "frontier_unreadable"
