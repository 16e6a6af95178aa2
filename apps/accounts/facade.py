"""The door to accounts: who somebody is."""

from apps.accounts.queries import UserInfo, by_id, password_mark
from apps.accounts.services import authenticate, install, register

__all__ = ["UserInfo", "authenticate", "by_id", "install", "password_mark", "register"]
