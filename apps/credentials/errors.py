"""What can keep a secret shut, which is one class because every case ends the same way; and what the store refuses."""

from apps.core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError


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


class CredentialNotFoundError(NotFoundError):
    """This tenant has no such credential."""

    code = "credential_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such credential.")


class NameTakenError(ConflictError):
    """Two credentials of a tenant cannot have one name."""

    code = "credential_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a credential “{name}” already.")


class InUseError(ConflictError):
    """Published workflows name the credential; `errors` has them, each at /workflows/<id>."""

    code = "credential_in_use"


class CredentialInvalidError(InvalidError):
    """A credential cannot be as it is wanted; names every place."""

    code = "credential_invalid"
