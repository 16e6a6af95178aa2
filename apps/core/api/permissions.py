"""Who asks, what a role may, and the classes by which every view says what it wants."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

VIEWER = frozenset(
    {
        "workflow.read",
        "execution.read",
        "credential.read",
        "webhook.read",
        "user.read",
        "tenant.read",
    }
)
OPERATOR = frozenset({"workflow.read", "workflow.execute", "execution.read", "execution.cancel"})
EDITOR = (
    VIEWER
    | OPERATOR
    | frozenset(
        {
            "workflow.create",
            "workflow.update",
            "credential.create",
            "credential.update",
            "credential.delete",
            "webhook.create",
            "webhook.update",
            "webhook.delete",
        }
    )
)
ALL = EDITOR | frozenset({"workflow.delete", "user.invite", "user.manage", "tenant.update"})

PERMISSIONS: tuple[str, ...] = tuple(sorted(ALL))
# Owner and admin differ in whom they may manage, not in what they may touch.
PERMISSIONS_BY_ROLE: dict[str, frozenset[str]] = {
    "owner": ALL,
    "admin": ALL,
    "editor": EDITOR,
    "operator": OPERATOR,
    "viewer": VIEWER,
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as `request.auth`. `kind` is `user` (a browser) or `api_key` (a program).

    `tenant_id` and `role` are None on the public host; a key's permissions never exceed its maker's.
    """

    kind: str
    user_id: UUID
    tenant_id: UUID | None
    role: str | None
    permissions: frozenset[str] = field(default_factory=frozenset)
    api_key_id: UUID | None = None
    session_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Say whether this one holds `permission`."""
        return permission in self.permissions


def principal_of(request: Request) -> Principal | None:
    """Return who is asking, None for a stranger."""
    return request.auth if isinstance(request.auth, Principal) else None


class Undeclared(BasePermission):
    """The default of every view: refused, until the view says whom it serves."""

    message = "This endpoint declares no permission, so nobody may use it."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class Public(BasePermission):
    """Strangers are welcome; the view's docstring says why."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


class SignedIn(BasePermission):
    """Anybody we know: a browser that is signed in, or an API key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return principal_of(request) is not None


class SignedInPerson(BasePermission):
    """A person in a browser: what follows is theirs alone, and no program's."""

    message = "Only a signed-in person may do this, no API key."

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = principal_of(request)
        return principal is not None and principal.kind == "user"


class Holds(BasePermission):
    """What `can` makes: the permission of each method."""

    permission: ClassVar[str]
    permission_by_method: ClassVar[dict[str, str]] = {}

    @property
    def message(self) -> str:
        """Return the sentence of the refusal."""
        return "Your role does not allow this."

    @classmethod
    def wanted(cls, method: str) -> str:
        """Return the permission that a call with `method` needs."""
        return cls.permission_by_method.get("GET" if method == "HEAD" else method, cls.permission)

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = principal_of(request)
        return principal is not None and principal.may(self.wanted(request.method or ""))


def can(permission: str, **permission_by_method: str) -> type[Holds]:
    """Return the permission class of a view: `can("workflow.read", POST="workflow.create")`.

    The first one answers for every method that is not named.

    Raises:
        ValueError: a permission or method that does not exist; at import, so no such view ever serves.
    """
    unknown = {permission, *permission_by_method.values()} - ALL
    methods = set(permission_by_method) - {*SAFE_METHODS, "POST", "PUT", "PATCH", "DELETE"}
    if unknown or methods:
        raise ValueError(f"no such permission or method: {sorted(unknown | methods)}")
    members: dict[str, Any] = {
        "permission": permission,
        "permission_by_method": permission_by_method,
        "__doc__": f"Holds {permission} ({permission_by_method or 'for every method'}).",
    }
    return type("Holds", (Holds,), members)
