"""The door to accounts: who somebody is, and how they show it."""

from apps.accounts.queries import (
    Factors,
    UserInfo,
    by_email,
    by_id,
    factors_of,
    password_mark,
)
from apps.accounts.rules import Wording, tame
from apps.accounts.services.entrance import (
    authenticate,
    close_service_account,
    forget_service_accounts,
    install,
    introduce,
    open_service_account,
    register,
    rename_service_account,
)
from apps.accounts.services.guesses import proof_for
from apps.accounts.services.letters import composes, front_door
from apps.accounts.services.letters import write as write_letter
from apps.accounts.services.passkeys import Place
from apps.accounts.services.passkeys import begin_signing_in as begin_passkey
from apps.accounts.services.passkeys import sign_in as sign_in_by_passkey
from apps.accounts.services.passwords import check as check_password
from apps.accounts.services.passwords import reset as reset_password
from apps.accounts.services.proofs import ask_to_reset, confirm_email, verified
from apps.accounts.services.second_factor import Answer, Challenge, challenge
from apps.accounts.services.second_factor import answer as answer_challenge
from apps.accounts.services.second_factor import confirm as confirm_challenge

__all__ = [
    "Answer",
    "Challenge",
    "Factors",
    "Place",
    "UserInfo",
    "Wording",
    "answer_challenge",
    "ask_to_reset",
    "authenticate",
    "begin_passkey",
    "by_email",
    "by_id",
    "challenge",
    "check_password",
    "close_service_account",
    "composes",
    "confirm_challenge",
    "confirm_email",
    "factors_of",
    "forget_service_accounts",
    "front_door",
    "install",
    "introduce",
    "open_service_account",
    "password_mark",
    "proof_for",
    "register",
    "rename_service_account",
    "reset_password",
    "sign_in_by_passkey",
    "tame",
    "verified",
    "write_letter",
]
