from apps.core.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RateLimitedError,
    UnauthorizedError,
)


class EmailTakenError(ConflictError):
    """Somebody signed up with this address before."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("This e-mail address already has an account; sign in instead.")


class SignInRefusedError(UnauthorizedError):
    """Address and password do not belong together, or the account is closed; the answer never says which."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class TooManySignInsError(RateLimitedError):
    """Too many attempts on this account, from this address, or on the whole installation."""

    code = "too_many_sign_ins"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(
            "Too many attempts to sign in; wait a little.", retry_after_s=retry_after_s
        )


class PasswordRefusedError(InvalidError):
    """The password is too easy to guess."""

    code = "password_refused"

    def __init__(self, reasons: list[str]) -> None:
        problems = [FieldProblem("/password", self.code, reason) for reason in reasons]
        super().__init__("Choose another password.", errors=problems)


class TooManyTriesError(RateLimitedError):
    """Too many codes, letters or questions about one account, or from one address."""

    code = "too_many_tries"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many tries; wait a little.", retry_after_s=retry_after_s)


class LinkRefusedError(NotFoundError):
    """The link is unknown, used, too old, or for another address by now; the answer never says which."""

    code = "link_refused"

    def __init__(self) -> None:
        super().__init__("This link is no longer good; ask for a new one.")


class PasswordWrongError(InvalidError):
    """Who changes a password shows the one they have."""

    code = "password_wrong"

    def __init__(self) -> None:
        sentence = "This is not your password."
        super().__init__(sentence, errors=[FieldProblem("/password", self.code, sentence)])


class CodeRefusedError(InvalidError):
    """The code or signature is wrong, was used before, or is too old."""

    code = "code_refused"

    def __init__(self) -> None:
        sentence = "This code is not good; use the one that your app shows now."
        super().__init__(sentence, errors=[FieldProblem("/code", self.code, sentence)])


class TicketOverError(UnauthorizedError):
    """The step between password and session took too long, was used, or had too many tries: begin again."""

    code = "ticket_over"

    def __init__(self) -> None:
        super().__init__("This took too long; sign in again.")


class OwnSecondFactorError(ForbiddenError):
    """Operators take their own second factor away at their account, by showing it."""

    code = "own_second_factor"

    def __init__(self) -> None:
        super().__init__("Your own is at your account; another operator may take it away.")


class PasskeyRefusedError(UnauthorizedError):
    """The passkey is unknown, its signature is wrong, or it was made for another place."""

    code = "passkey_refused"

    def __init__(self) -> None:
        super().__init__("This passkey is not good here.")


class PasskeyNotFoundError(NotFoundError):
    """This person has no such passkey."""

    code = "passkey_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such passkey.")


class SecondFactorExistsError(ConflictError):
    """An app is set up already; take it away before another one comes."""

    code = "second_factor_exists"

    def __init__(self) -> None:
        super().__init__("An app is set up already; remove it first.")


class NoSecondFactorError(ConflictError):
    """There is no app or passkey for which this could be done."""

    code = "no_second_factor"

    def __init__(self) -> None:
        super().__init__("Set up an app or a passkey first.")


class StepUpNeededError(ForbiddenError):
    """The session is good, but for this act its owner must have shown who they are a moment ago."""

    code = "step_up_needed"

    def __init__(self) -> None:
        super().__init__("Confirm that it is you, then do it again.")


class UnverifiedError(ForbiddenError):
    """Letters to others go out only for people whose own address is known to be theirs."""

    code = "email_unverified"

    def __init__(self) -> None:
        super().__init__("Confirm your e-mail address first: open the link in our letter.")
