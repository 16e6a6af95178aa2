from apps.core.errors import (
    ConflictError,
    FieldProblem,
    InvalidError,
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
