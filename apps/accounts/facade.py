"""The door to accounts: who somebody is."""

from apps.accounts.queries import UserInfo, by_id, password_mark
from apps.accounts.services.entrance import authenticate, install, register
from apps.accounts.services.guesses import proof_for

__all__ = ["UserInfo", "authenticate", "by_id", "install", "password_mark", "proof_for", "register"]
