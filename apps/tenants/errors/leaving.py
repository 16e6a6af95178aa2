from datetime import datetime

from apps.core.errors import ConflictError, FieldProblem, ForbiddenError, InvalidError


class TenantLeavingError(ForbiddenError):
    """The tenant is marked for deletion: nothing is read, nothing runs, until an owner takes it back."""

    code = "tenant_leaving"

    def __init__(self, when: datetime) -> None:
        super().__init__(
            f"This tenant will be deleted after {when:%-d %B %Y, %H:%M} UTC. Until then its owner may take it back."
        )


class OnlyTenantError(ConflictError):
    """A one-host install is its tenant: whoever wants it gone takes the installation away."""

    code = "only_tenant"

    def __init__(self) -> None:
        super().__init__("This installation serves this tenant alone; it cannot be deleted here.")


class WrongSlugError(InvalidError):
    """What was typed to show that it is meant is not what the tenant is called."""

    code = "wrong_slug"

    def __init__(self) -> None:
        sentence = "Type the tenant's address exactly as it is."
        super().__init__(sentence, errors=[FieldProblem("/slug", self.code, sentence)])
