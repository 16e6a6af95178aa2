"""Those who call, and what each of them gets: derived from what an operation needs.

`foreign` is an admin of another tenant who calls its own host with our ids; `intruder` is the same one with that
session on our host. `key_enough` has the one scope that is needed, `key_short` every other. `acting` is an
operator who acts as an owner.
"""

from apps.core.principals import BY_OPERATORS, PERMISSIONS, PERMISSIONS_BY_ROLE
from tests.matrix.operations import Operation

ROLES = ("viewer", "editor", "operator", "admin")
NOBODY = ("anonymous", "closed", "key_expired")
KEYS = ("key_enough", "key_short")
PRINCIPALS = (*NOBODY, "foreign", "intruder", *ROLES, "acting", "suspended", *KEYS)
ALLOW = 0
# Not the ids of an object: the foreign tenant has these words, too, and a host is a provider's.
WORDS = {"number", "kind", "node_id", "role", "host"}


def expected(operation: Operation, principal: str) -> int:
    """Return the status of the refusal, or ALLOW."""
    if principal in operation.instead:
        return operation.instead[principal]
    if operation.host == "public":
        return _on_the_public_host(operation, principal)
    if principal == "suspended" or operation.needs == "public":
        return 403 if principal == "suspended" else ALLOW
    if principal in NOBODY or principal == "intruder":
        return 401
    if principal == "foreign":
        return 404 if set(operation.names) - WORDS else ALLOW
    return ALLOW if _holds(operation.needs, principal) else 403


def _on_the_public_host(operation: Operation, principal: str) -> int:
    """Keys are a tenant's, and so is a session that was opened on its host, or in which an operator acts."""
    if operation.needs == "public":
        return ALLOW
    return 401 if principal in {*NOBODY, *KEYS, "intruder", "acting"} else ALLOW


def _holds(needs: str, principal: str) -> bool:
    if needs == "signed_in":
        return True
    if needs == "person":
        return principal in ROLES
    if principal == "acting":
        return needs in BY_OPERATORS
    if principal in KEYS:
        return principal == "key_enough"
    return needs in PERMISSIONS_BY_ROLE[principal]


def scopes_of(operation: Operation, principal: str) -> tuple[str, ...]:
    """Return the scopes of the key that calls."""
    if operation.needs not in PERMISSIONS:
        return ("workflow.read",)
    if principal == "key_enough":
        return (operation.needs,)
    return tuple(scope for scope in PERMISSIONS if scope != operation.needs)
