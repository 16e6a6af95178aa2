"""What can keep a secret shut. One class, because every case ends the same way: nothing is opened."""

from apps.core.errors import UnavailableError


class SealError(UnavailableError):
    """A secret cannot be sealed or opened. The message says what an operator must restore.

    Codes: `kek_missing`, `kek_exposed`, `kek_malformed` (the key itself), `kek_mismatch` (sealed under
    another key), `sealed_malformed` (no sealed value), `seal_broken` (altered, or of another place),
    `secret_malformed` (nothing that could be sealed).
    """

    code = "seal_failed"
    # Time restores no key: a person must.
    is_retryable = False

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code, retry_after_s=60)
