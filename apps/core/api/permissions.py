"""The classes by which every view says what it wants of whoever asks."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.core.errors import UnauthorizedError
from apps.core.principals import ALL, Principal

if TYPE_CHECKING:
    # The framework's views name these classes as defaults while they are being imported.
    from rest_framework.views import APIView


# Refuses, by raising, whoever may not do what a permission says with the object that a route names.
Guard = Callable[[Principal, str, Mapping[str, Any]], None]


def principal_of(request: Request) -> Principal | None:
    """Return who is asking, None for a stranger."""
    return request.auth if isinstance(request.auth, Principal) else None


def caller(request: Request) -> Principal:
    """Return who is asking, in a view that admits nobody else.

    Raises:
        UnauthorizedError: a stranger, whom the view's permission should have kept out.
    """
    principal = principal_of(request)
    if principal is None:
        raise UnauthorizedError("Sign in, or send an API key.")
    return principal


class Undeclared(BasePermission):
    """The default of every view: refused, until the view says whom it serves."""

    message = "This endpoint declares no permission, so nobody may use it."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class Public(BasePermission):
    """Strangers are welcome; the view's docstring says why."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


class SignedIn(BasePermission):
    """Anybody we know: a browser that is signed in, or an API key."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return principal_of(request) is not None


class SignedInPerson(BasePermission):
    """A person in a browser: what follows is theirs alone, and no program's."""

    message = "Only a signed-in person may do this, no API key."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        principal = principal_of(request)
        return principal is not None and principal.kind == "user"


class OwnAccount(BasePermission):
    """A person whose own password let them in: what belongs to the account, no tenant's provider may touch."""

    message = "Sign in with your own password to do this: your company's sign-in is not enough."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        principal = principal_of(request)
        return principal is not None and principal.kind == "user" and not principal.is_federated


class Holds(BasePermission):
    """What `can` makes: the permission of each method."""

    permission: ClassVar[str]
    permission_by_method: ClassVar[dict[str, str]] = {}
    guards: ClassVar[tuple[Guard, ...]] = ()

    @property
    def message(self) -> str:
        """Return the sentence of the refusal."""
        return "Your role does not allow this."

    @classmethod
    def wanted(cls, method: str) -> str:
        """Return the permission that a call with `method` needs."""
        return cls.permission_by_method.get("GET" if method == "HEAD" else method, cls.permission)

    def has_permission(self, request: Request, view: "APIView") -> bool:
        principal = principal_of(request)
        wanted = self.wanted(request.method or "")
        if principal is None or not principal.may(wanted):
            return False
        for guard in self.guards:
            guard(principal, wanted, view.kwargs)
        return True


def can(permission: str, *, of: Guard | None = None, **permission_by_method: str) -> type[Holds]:
    """Return the permission class of a view: `can("workflow.read", POST="workflow.create")`.

    The first one answers for every method that is not named. `of` is asked for the object that the route names, after
    the role: whoever may not see it is told that it is not there.

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
        "guards": () if of is None else (of,),
        "__doc__": f"Holds {permission} ({permission_by_method or 'for every method'}).",
    }
    return type("Holds", (Holds,), members)
