from apps.core.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
    UnreadableError,
)


class ConnectionNotFoundError(NotFoundError):
    """This tenant has no such connection."""

    code = "sso_connection_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such connection.")


class MailDomainNotFoundError(NotFoundError):
    """This connection has no such domain."""

    code = "mail_domain_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such domain.")


class IdentityNotFoundError(NotFoundError):
    """The person has no such identity."""

    code = "identity_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such identity.")


class ConnectionNameTakenError(ConflictError):
    """The tenant has a connection of this name."""

    code = "name_taken"

    def __init__(self) -> None:
        sentence = "There is a connection of this name."
        super().__init__(sentence, errors=[FieldProblem("/name", self.code, sentence)])


class MailDomainTakenError(ConflictError):
    """The tenant has this domain already, perhaps at another connection."""

    code = "mail_domain_taken"

    def __init__(self) -> None:
        sentence = "This domain is there already; take it away from its connection first."
        super().__init__(sentence, errors=[FieldProblem("/domain", self.code, sentence)])


class ConnectionInvalidError(InvalidError):
    """What is said of a connection cannot be; `errors` names every place."""

    code = "invalid"

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(problems[0].message, errors=problems)


class NotProvenError(ConflictError):
    """No TXT record says that the domain is the tenant's."""

    code = "not_proven"

    def __init__(self, name: str) -> None:
        super().__init__(f"No TXT record of {name} holds the value; DNS may need an hour.")


class TooManyLooksError(RateLimitedError):
    """Too many looks at providers or domains."""

    code = "too_many_looks"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many tries; wait a little.", retry_after_s=retry_after_s)


class SsoRequiredError(ForbiddenError):
    """The tenant lets addresses of this domain in by its identity provider alone."""

    code = "sso_required"

    def __init__(self) -> None:
        super().__init__("This tenant wants you to come through your company's sign-in.")


class SignInNotOfferedError(NotFoundError):
    """There is no such connection here, or it is switched off."""

    code = "sso_not_offered"

    def __init__(self) -> None:
        super().__init__("This sign-in is not offered here.")


class ProviderUnreachableError(UnavailableError):
    """The provider did not answer, or not in time; nothing is wrong with the person."""

    code = "sso_unreachable"

    def __init__(self, why: str) -> None:
        super().__init__(f"Your company's sign-in does not answer: {why}.", retry_after_s=10)


class ProviderBrokenError(UnauthorizedError):
    """The provider answered what it must not, or refused us; its administrator has something to mend."""

    code = "sso_misconfigured"

    def __init__(self, why: str) -> None:
        super().__init__(f"Your company's sign-in answered something that cannot be right: {why}.")


class SignInRefusedError(UnauthorizedError):
    """What came back is no sign-in that we began, or none that is still good; which of these is not told."""

    code = "sso_refused"

    def __init__(self) -> None:
        super().__init__("This sign-in is no longer good; begin again.")


class ProviderRefusedError(UnauthorizedError):
    """The provider let the person not through, or they turned back."""

    code = "sso_denied"

    def __init__(self) -> None:
        super().__init__("Your company's sign-in did not let you through.")


class NotLinkedError(ForbiddenError):
    """Nobody here is known by this identity, and its address proves nothing."""

    code = "sso_not_linked"

    def __init__(self) -> None:
        super().__init__(
            "Nobody here is known by this sign-in. Sign in with your password and connect it, or ask your administrator."
        )


class NotAMemberError(ForbiddenError):
    """The person is known, but does not belong to the tenant, and the connection adds nobody."""

    code = "sso_not_a_member"

    def __init__(self) -> None:
        super().__init__("You are no member of this tenant; ask to be invited.")


class SecondFactorNotShownError(ForbiddenError):
    """The tenant asks for two factors, and the provider does not say that it has seen more than one."""

    code = "sso_second_factor_missing"

    def __init__(self) -> None:
        super().__init__(
            "This tenant asks for two-step sign-in, and your company's sign-in does not say that it asked for it."
        )


class IdentityTakenError(ConflictError):
    """Somebody else is known by this identity."""

    code = "identity_taken"

    def __init__(self) -> None:
        super().__init__("This sign-in belongs to another account here.")


class LogoutRefusedError(UnreadableError):
    """A logout token that is not good; nobody was signed out."""

    code = "logout_refused"
