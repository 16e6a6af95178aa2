"""Who asks, and what a role may: plain values, so that workers need no web framework to know them."""

from dataclasses import dataclass, field
from uuid import UUID

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
ALL = EDITOR | frozenset(
    {
        "workflow.delete",
        "user.invite",
        "user.manage",
        "role.manage",
        "api_key.manage",
        "sso.manage",
        "audit.read",
        "audit.manage",
        "tenant.update",
    }
)

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
    # A tenant's own identity provider vouches: enough for that tenant, and for nothing of the person's account itself.
    is_federated: bool = False
    # Its owner has shown who they are a moment ago: asked for by what thieves of a session would do first.
    is_confirmed: bool = False

    def facts(self) -> dict[str, str]:
        """Return who this is, as it is written down: what kind, which user, and by which key."""
        key = {} if self.api_key_id is None else {"api_key_id": str(self.api_key_id)}
        return {"kind": self.kind, "user_id": str(self.user_id), **key}

    def may(self, permission: str) -> bool:
        """Say whether this one holds `permission`."""
        return permission in self.permissions
