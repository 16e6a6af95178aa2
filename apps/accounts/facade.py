"""The door to accounts: who somebody is."""

from apps.accounts.queries import UserInfo, by_email, by_id, password_mark
from apps.accounts.services.entrance import authenticate, install, introduce, register
from apps.accounts.services.guesses import proof_for

__all__ = [
    "UserInfo",
    "authenticate",
    "by_email",
    "by_id",
    "install",
    "introduce",
    "password_mark",
    "proof_for",
    "register",
]
