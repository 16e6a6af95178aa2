from apps.core.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    GoraxError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
)


class UnknownHostError(NotFoundError):
    """No tenant is served on this host, and it is not the public one."""

    code = "unknown_host"

    def __init__(self) -> None:
        super().__init__("Nobody is served on this host.")


class TenantSuspendedError(ForbiddenError):
    """The operators have suspended this tenant: nothing is read, nothing runs."""

    code = "tenant_suspended"

    def __init__(self) -> None:
        super().__init__("This tenant is suspended.")


class NoTenantError(NotFoundError):
    """The work at hand belongs to no tenant, or to one that does not exist."""

    code = "no_tenant"

    def __init__(self) -> None:
        super().__init__("There is no such tenant.")


class ActingRefusedError(InvalidError):
    """An operator may not act as this member so: the field says what stands against it."""

    code = "acting_refused"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldProblem(f"/{field}", self.code, sentence)])


class DomainRefusedError(InvalidError):
    """What an operator wants of a host cannot be; the sentence says why."""

    code = "domain_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldProblem("/domain", self.code, sentence)])


class SlugRefusedError(InvalidError):
    """The wanted slug is no host label, or is reserved."""

    code = "slug_refused"

    def __init__(self) -> None:
        sentence = (
            "Use 1 to 38 lower-case letters, digits and inner hyphens; some words are reserved."
        )
        super().__init__(sentence, errors=[FieldProblem("/tenant_slug", self.code, sentence)])


class SlugTakenError(ConflictError):
    """Another tenant has this slug."""

    code = "slug_taken"

    def __init__(self) -> None:
        sentence = "Another tenant has this address already."
        super().__init__(sentence, errors=[FieldProblem("/tenant_slug", self.code, sentence)])


class SignUpClosedError(ForbiddenError):
    """A one-host install has its tenant; a second one has no host to live on."""

    code = "sign_up_closed"

    def __init__(self) -> None:
        super().__init__("This installation serves one tenant, and it exists already.")


class PlanRefusedError(InvalidError):
    """No such plan, or figures that are none."""

    code = "plan_refused"

    def __init__(self, wrong: list[str]) -> None:
        problems = [FieldProblem("/plan", self.code, sentence) for sentence in wrong]
        super().__init__(" ".join(wrong), errors=problems)


class QuotaError(GoraxError):
    """More than the tenant's plan allows; which limit that is, the path of its problem says."""

    code = "quota_exceeded"


class WorkflowQuotaError(QuotaError, ForbiddenError):
    """The tenant has as many workflows as its plan allows."""

    def __init__(self, most: int) -> None:
        sentence = f"Your plan allows {most} workflows. Delete one, or ask for a larger plan."
        super().__init__(sentence, errors=[FieldProblem("/limits/workflows", self.code, sentence)])


class ExecutionQuotaError(QuotaError, RateLimitedError):
    """The tenant has begun as many executions today as its plan allows."""

    def __init__(self, most: int, *, retry_after_s: float) -> None:
        sentence = f"Your plan allows {most} executions a day (UTC), and these have begun today."
        super().__init__(sentence, retry_after_s=retry_after_s)
        self.errors = (FieldProblem("/limits/executions_per_day", self.code, sentence),)


class SessionOverError(UnauthorizedError):
    """The browser's session has ended, was ended, or never was."""

    code = "session_over"

    def __init__(self, *, code: str = "session_over") -> None:
        super().__init__("Your session is over; sign in again.", code=code)


class AccessExpiredError(SessionOverError):
    """The short-lived access token has expired; the refresh token may still be good."""

    def __init__(self) -> None:
        super().__init__(code="access_expired")


class RefreshReusedError(SessionOverError):
    """A refresh token came a second time, so somebody else has it: the whole family is ended."""

    def __init__(self) -> None:
        super().__init__(code="refresh_reused")


class SecondFactorNeededError(ForbiddenError):
    """The tenant lets its members in only by sessions in which they have shown a second factor."""

    code = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__(
            "This tenant asks for two-step sign-in: set it up in your account, then come again."
        )


class SessionNotFoundError(NotFoundError):
    """This person has no such session."""

    code = "session_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such session.")


class InvitationNotFoundError(NotFoundError):
    """Unknown, used, revoked, too old, or another tenant's; the answer never says which."""

    code = "invitation_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such invitation, or it is no longer good.")


class InvitationForAnotherError(ForbiddenError):
    """Somebody is signed in, but not as the person who was invited."""

    code = "invitation_for_another"

    def __init__(self) -> None:
        super().__init__("This invitation is for another e-mail address; sign in with that one.")


class InvitationVoidError(ForbiddenError):
    """Whoever has invited may not give any more what the invitation gives: they left, fell, or a role has grown."""

    code = "invitation_void"

    def __init__(self) -> None:
        super().__init__(
            "Whoever invited you may no longer give what this invitation gives. Ask for a new one."
        )


class AlreadyMemberError(ConflictError):
    """Whoever is to be invited belongs to the tenant already, or is invited already."""

    code = "already_member"

    def __init__(self) -> None:
        super().__init__("This person belongs to the tenant already, or is invited already.")


class RoleTooWideError(ForbiddenError):
    """Nobody gives away what they do not hold."""

    code = "role_too_wide"

    def __init__(self) -> None:
        sentence = "You do not hold everything that this role gives."
        super().__init__(sentence, errors=[FieldProblem("/role", self.code, sentence)])


class ServiceAccountNotFoundError(NotFoundError):
    """This tenant has no such service account."""

    code = "service_account_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such service account.")


class CrossingRefusedError(UnauthorizedError):
    """The code is unknown, spent, too old, or for another tenant; the answer never says which."""

    code = "crossing_refused"

    def __init__(self) -> None:
        super().__init__("This link is no longer good; go back and choose the tenant again.")


class OtherTenantsSignInError(ForbiddenError):
    """A session that one tenant's identity provider vouches for is worth nothing elsewhere."""

    code = "sign_in_there"

    def __init__(self) -> None:
        super().__init__(
            "You signed in through this tenant's own provider; sign in at the other one by itself."
        )


class CsrfRefusedError(ForbiddenError):
    """An unsafe call by a browser without our token, or from another origin."""

    code = "csrf_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The call does not come from our own pages: {why}.")


class ApiKeyRefusedError(UnauthorizedError):
    """No such key, or it is revoked, expired, or for another tenant; the answer never says which."""

    code = "api_key_refused"

    def __init__(self) -> None:
        super().__init__("This API key is not good here.")


class ApiKeyNotFoundError(NotFoundError):
    """This tenant has no such key."""

    code = "api_key_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such API key.")


class ScopeTooWideError(ForbiddenError):
    """A key may hold at most what its maker holds."""

    code = "scope_too_wide"

    def __init__(self, scopes: list[str]) -> None:
        problems = [
            FieldProblem("/scopes", self.code, f"You do not hold {scope} yourself.")
            for scope in scopes
        ]
        super().__init__("A key may hold at most what you hold.", errors=problems)


class ExpiryPassedError(InvalidError):
    """A key that is to expire before it exists."""

    code = "expiry_passed"

    def __init__(self) -> None:
        sentence = "The expiry lies in the past."
        super().__init__(sentence, errors=[FieldProblem("/expires_at", self.code, sentence)])


class NewerDatabaseError(GoraxError):
    """The database was migrated by a newer version than this one."""

    code = "database_is_newer"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            "This database was written by a newer version, which knows migrations that this one does not: "
            + ", ".join(names)
        )


class ScriptUnavailableError(GoraxError):
    """The template schema could not be rendered as a script; the reason names what was tried."""

    code = "script_unavailable"


class MemberNotFoundError(NotFoundError):
    """Nobody with this id belongs to this tenant."""

    code = "member_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class RoleNotFoundError(NotFoundError):
    """This tenant has no such role of its own."""

    code = "role_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such role.")


class UnknownRolesError(InvalidError):
    """Roles to be given that this tenant does not have."""

    code = "unknown_role"

    def __init__(self) -> None:
        sentence = "There is no such role."
        super().__init__(sentence, errors=[FieldProblem("/roles", self.code, sentence)])


class RoleNameTakenError(ConflictError):
    """Another role of the tenant, or a built-in one, is called so."""

    code = "role_name_taken"

    def __init__(self) -> None:
        sentence = "Another role is called so."
        super().__init__(sentence, errors=[FieldProblem("/name", self.code, sentence)])


class GrantTooWideError(ForbiddenError):
    """Nobody gives, takes or changes what they do not hold themselves."""

    code = "grant_too_wide"

    def __init__(self, permissions: list[str]) -> None:
        super().__init__("You do not hold all of this yourself: " + ", ".join(permissions) + ".")


class OwnersOnlyError(ForbiddenError):
    """Owners are made, changed and removed by owners, signed in themselves."""

    code = "owners_only"

    def __init__(self) -> None:
        super().__init__("Only an owner who is signed in may do this to an owner.")


class OwnRoleError(ForbiddenError):
    """Nobody changes what they are themselves."""

    code = "own_role"

    def __init__(self) -> None:
        super().__init__("You cannot change or remove yourself; ask another admin or owner.")


class LastOwnerError(ConflictError):
    """A tenant always has an owner whose account is open."""

    code = "last_owner"

    def __init__(self, name: str = "the tenant") -> None:
        super().__init__(f"This is the last owner of {name}; make somebody else an owner first.")


class TrailHeldError(ConflictError):
    """Somebody keeps this tenant's audit trail, so the tenant cannot be deleted."""

    code = "trail_held"

    def __init__(self) -> None:
        super().__init__("The audit trail is held: lift the hold before the tenant is deleted.")
