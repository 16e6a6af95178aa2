"""What the store of credentials refuses."""

from apps.core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)


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


class ConsentError(InvalidError):
    """A person came back from a provider, and nothing is connected.

    Codes: `consent_unknown` (used before, older than ten minutes, or of another browser, person or tenant),
    `consent_refused` (the person or the provider said no), `issuer_mismatch` (another server answered than was asked),
    `code_refused` (the provider gives no token for the code).
    """

    code = "consent_unknown"


class NotConnectableError(ConflictError):
    """The credential is of a type that nobody connects, is disabled, or is not connected."""

    code = "not_connectable"


class ProviderAwayError(UnavailableError):
    """A provider does not answer, or says nothing that can be understood."""

    code = "provider_unavailable"


class NotYoursError(ForbiddenError):
    """Who uses a credential is said by whoever made it, and by the tenant's owners and admins."""

    code = "credential_not_yours"

    def __init__(self) -> None:
        super().__init__("Whoever made this credential says who uses it, or an owner or admin.")
