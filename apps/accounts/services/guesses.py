"""How often passwords may be guessed, so that who guesses is stopped and who is guessed about is not.

A stranger's guess is taken from four buckets: this address at this account, this address, this account, all of the
installation. One address can therefore not use up what an account has for strangers. A browser in which the account was
signed in to before carries a proof of that; it has a bucket of its own and asks none of the others, so whatever strangers
do, the owner comes in. No account has more than a hundred guesses in its first hour, from whomever.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.conf import settings

from apps.accounts.errors import TooManySignInsError
from apps.core import rate_limit
from apps.core.rate_limit import Limit, Want

PER_ADDRESS_AND_ACCOUNT = Limit(burst=5, per_s=20 / 3600)
PER_ADDRESS = Limit(burst=50, per_s=300 / 3600)
PER_ACCOUNT = Limit(burst=10, per_s=80 / 3600)
INSTALLATION = Limit(burst=200, per_s=20)
PER_DEVICE = Limit(burst=5, per_s=5 / 3600)
NONCE_BYTES = 16
LONGEST_PROOF = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in to which account; `proof` is what a browser shows of an earlier time."""

    email: str
    address: str
    proof: str = ""


def take(attempt: Attempt) -> tuple[Want, ...]:
    """Take what a guess costs, from every bucket or from none; return the buckets, for `give_back`.

    A refused attempt tells nothing, so it costs nothing.

    Raises:
        TooManySignInsError: one of them is empty.
    """
    device = _device_of(attempt)
    # A device that has used up its own is a stranger like any other.
    if device is not None and rate_limit.take_each([device])[0].wait_s == 0:
        return (device,)
    wants = (
        Want("sign-in-pair", f"{attempt.address} {attempt.email}", PER_ADDRESS_AND_ACCOUNT),
        Want("sign-in-address", attempt.address, PER_ADDRESS),
        Want("sign-in-account", attempt.email, PER_ACCOUNT),
        Want("sign-in", "all", INSTALLATION),
    )
    wait_s = max(state.wait_s for state in rate_limit.take_each(wants))
    if wait_s > 0:
        raise TooManySignInsError(wait_s)
    return wants


def give_back(wants: tuple[Want, ...]) -> None:
    """Return what was taken: the guess was right, so it was none."""
    rate_limit.put_back_each(wants)


def proof_for(email: str) -> str:
    """Return what a browser may show from now on, to be known as one in which this account was signed in to."""
    nonce = secrets.token_hex(NONCE_BYTES)
    return f"{nonce}.{_signature(email, nonce)}"


def _device_of(attempt: Attempt) -> Want | None:
    """Return the bucket of a browser that is known to the account, None for a stranger's."""
    nonce, _, signature = attempt.proof[:LONGEST_PROOF].partition(".")
    expected = _signature(attempt.email, nonce).encode()
    if not nonce or not hmac.compare_digest(expected, signature.encode("utf-8", "surrogatepass")):
        return None
    return Want("sign-in-device", f"{nonce} {attempt.email}", PER_DEVICE)


def _signature(email: str, nonce: str) -> str:
    said = f"gorax known browser\0{email.strip().lower()}\0{nonce}"
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
