"""The door to accounts: who somebody is."""

from apps.accounts.queries import UserInfo, by_id
from apps.accounts.services import authenticate, install, register

__all__ = ["UserInfo", "authenticate", "by_id", "install", "register"]
