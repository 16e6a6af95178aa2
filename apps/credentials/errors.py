"""What the store of credentials refuses."""

from apps.core.errors import ConflictError, InvalidError, NotFoundError


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
