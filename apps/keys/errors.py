"""What can keep a secret shut: what a person must mend, and what time heals."""

from apps.core.errors import GoraxError, UnavailableError


class SealError(UnavailableError):
    """A secret cannot be sealed or opened. The message says what an operator must restore.

    Codes: `kek_missing`, `kek_exposed`, `kek_malformed`, `kek_refused` (the key itself), `kek_mismatch` (sealed under
    another key), `sealed_malformed` (no sealed value), `seal_broken` (altered, or of another place),
    `secret_malformed` (nothing that could be sealed), `kek_away` (a service that does not answer).
    """

    code = "seal_failed"
    # Time restores no key: a person must.
    is_retryable = False

    def __init__(self, code: str, message: str, *, retry_after_s: float = 60) -> None:
        super().__init__(message, code=code, retry_after_s=retry_after_s)


class KeyAwayError(SealError):
    """The service that holds a key does not answer. Nothing was opened, and the same may be asked again."""

    is_retryable = True

    def __init__(self, message: str) -> None:
        super().__init__("kek_away", message, retry_after_s=5)


class RotationError(GoraxError):
    """Keys cannot be changed as it was asked."""

    code = "rotation_refused"
