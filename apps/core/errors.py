"""The family of refusals. Members know nothing of HTTP: core/api/errors.py holds the one translation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with a request: `path` is a JSON pointer into its body, `code` is stable."""

    path: str
    code: str
    message: str


class GoraxError(Exception):
    """A foreseen refusal: `code` is for programs and stable, the message is a sentence for people."""

    code = "error"
    is_retryable = False
    # What programs read beside the code, as further members of the problem.
    facts: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self, message: str, *, code: str | None = None, errors: Iterable[FieldProblem] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.errors = tuple(errors)


class InvalidError(GoraxError):
    """The request can be read, but what it says is not acceptable."""

    code = "invalid"


class UnreadableError(InvalidError):
    """The request cannot even be read: broken or hostile JSON, a malformed parameter."""

    code = "unreadable"


class UnauthorizedError(GoraxError):
    """Nobody we know is asking."""

    code = "unauthorized"


class ForbiddenError(GoraxError):
    """The one who asks may not."""

    code = "forbidden"


class NotFoundError(GoraxError):
    """It is not here; also said of what belongs to somebody else."""

    code = "not_found"


class ConflictError(GoraxError):
    """The request contradicts what is stored."""

    code = "conflict"


class PreconditionFailedError(GoraxError):
    """The caller decided on an older state than the stored one, or does not say on which."""

    code = "precondition_failed"


class TooLargeError(GoraxError):
    """The request exceeds a size limit."""

    code = "too_large"


class NotSatisfiableError(GoraxError):
    """The part that is asked for lies outside of what is there: `size_bytes` in all."""

    code = "range_not_satisfiable"

    def __init__(self, message: str, *, size_bytes: int) -> None:
        super().__init__(message)
        self.size_bytes = size_bytes


class UnsupportedMediaError(GoraxError):
    """The request's content type is none that this place reads."""

    code = "unsupported_media_type"


class RateLimitedError(GoraxError):
    """Too many requests; the same one is welcome after `retry_after_s` seconds."""

    code = "rate_limited"
    is_retryable = True

    def __init__(self, message: str, *, retry_after_s: float, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class UnavailableError(GoraxError):
    """Something we depend on is away; try again after `retry_after_s` seconds."""

    code = "unavailable"
    is_retryable = True

    def __init__(
        self, message: str, *, retry_after_s: float = 1.0, code: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s
