"""Who asks, and what a role may: plain values, so that workers need no web framework to know them."""

from dataclasses import dataclass, field
from datetime import datetime
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
            "workflow.share",
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
# Whom no restriction of a workflow keeps out.
MANAGERS = frozenset({"owner", "admin"})
# All that an operator may who acts as a member: what is not named stays withheld, and so does whatever comes later.
# Withheld are secrets, keys and who may what: credentials, webhooks (their secrets are shown once), people, roles, settings.
BY_OPERATORS = (
    VIEWER
    | OPERATOR
    | frozenset({"workflow.create", "workflow.update", "workflow.delete", "audit.read"})
)
# Owner and admin differ in whom they may manage, not in what they may touch.
PERMISSIONS_BY_ROLE: dict[str, frozenset[str]] = {
    "owner": ALL,
    "admin": ALL,
    "editor": EDITOR,
    "operator": OPERATOR,
    "viewer": VIEWER,
}


@dataclass(frozen=True, slots=True)
class Acting:
    """The operator who acts as a member, and until when."""

    operator_id: UUID
    email: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as `request.auth`. `kind` is `user` (a browser), `api_key` (a program) or `operator`.

    The last is an operator who acts as the member `user_id`: no person of the tenant, so that nothing is theirs.

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
    # The tenant's own roles that the member was given: something may be shared with one of them.
    roles: frozenset[UUID] = frozenset()
    acting: Acting | None = None

    @property
    def is_manager(self) -> bool:
        """Say whether this is an owner or admin of the tenant, or a key of one."""
        return self.role in MANAGERS

    @property
    def names(self) -> list[str]:
        """Return what something may be shared with to reach this one: the member, and each role that the member has."""
        role = [] if self.role is None else [self.role]
        return [str(self.user_id), *role, *sorted(str(each) for each in self.roles)]

    def facts(self) -> dict[str, str]:
        """Return who this is, as it is written down: what kind, which user, and by which key."""
        key = {} if self.api_key_id is None else {"api_key_id": str(self.api_key_id)}
        by = {} if self.acting is None else {"operator_id": str(self.acting.operator_id)}
        return {"kind": self.kind, "user_id": str(self.user_id), **key, **by}

    def may(self, permission: str) -> bool:
        """Say whether this one holds `permission`."""
        return permission in self.permissions
