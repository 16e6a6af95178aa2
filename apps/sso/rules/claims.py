"""What an identity provider says of somebody, judged: plain values in, a decision out."""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

Claims = Mapping[str, Any]

# Clocks of providers differ from ours by this much at most; a token is fetched within seconds of being made.
LEEWAY_S = 60
OLDEST_TOKEN_S = 600
OLDEST_LOGOUT_S = 300
LONGEST_SUBJECT = 255
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Some providers write `true` as text; Entra ID says by `xms_edov` that the domain's owner has proven the address.
PROOFS = ("email_verified", "xms_edov")
_EMAIL = re.compile(r"[^@\s]{1,64}@([^@\s]{1,253})")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be meant for us: this issuer, this client, and (an ID token) this nonce."""

    issuer: str
    client_id: str
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Who has `value` in `claim` gets `role`."""

    claim: str
    value: str
    role: str


def id_token_fault(claims: Claims, expected: Expected, now_s: float) -> str:
    """Return what is wrong with the claims of an ID token whose signature is good, empty if nothing is."""
    fault = _common_fault(claims, expected, now_s, oldest_s=OLDEST_TOKEN_S)
    if fault:
        return fault
    if not _number(claims.get("exp")):
        return "its expiry is missing"
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(
        nonce.encode(), expected.nonce.encode()
    ):
        return "its nonce is not the one of this sign-in"
    return "" if _subject(claims) else "it names no subject"


def logout_token_fault(claims: Claims, expected: Expected, now_s: float) -> str:
    """Return what is wrong with the claims of a logout token whose signature is good, empty if nothing is."""
    fault = _common_fault(claims, expected, now_s, oldest_s=OLDEST_LOGOUT_S)
    if fault:
        return fault
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(LOGOUT_EVENT), Mapping):
        return "it is no logout"
    if "nonce" in claims:
        return "it has a nonce, as only an ID token may"
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        return "it has no id"
    return "" if _subject(claims) or _text(claims.get("sid")) else "it names nobody"


def _common_fault(claims: Claims, expected: Expected, now_s: float, *, oldest_s: int) -> str:
    if claims.get("iss") != expected.issuer:
        return "it is another issuer's"
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or expected.client_id not in audiences:
        return "it is meant for another client"
    azp = claims.get("azp")
    if azp != expected.client_id and (azp is not None or len(audiences) > 1):
        return "it was given to another client"
    return _time_fault(claims, now_s, oldest_s)


def _time_fault(claims: Claims, now_s: float, oldest_s: int) -> str:
    exp, iat, nbf = claims.get("exp"), claims.get("iat"), claims.get("nbf")
    if exp is not None and (not _number(exp) or now_s >= exp + LEEWAY_S):
        return "it has expired"
    if not _number(iat) or not now_s - oldest_s <= iat <= now_s + LEEWAY_S:
        return "it was not made just now"
    if nbf is not None and (not _number(nbf) or now_s < nbf - LEEWAY_S):
        return "it is not good yet"
    return ""


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_SUBJECT else ""


def _subject(claims: Claims) -> str:
    return _text(claims.get("sub"))


def session_of(claims: Claims) -> str:
    """Return the provider's own name of its session, empty if it says none."""
    return _text(claims.get("sid"))


def found(claims: Claims, path: str) -> Any:
    """Return what lies at a claim's name, or at a path with dots; None if nothing does.

    The whole name comes first: some providers' claims are called like URLs.
    """
    if path in claims:
        return claims[path]
    here: Any = claims
    for part in path.split("."):
        if not isinstance(here, Mapping) or part not in here:
            return None
        here = here[part]
    return here


def has(claims: Claims, path: str, value: str) -> bool:
    """Say whether a claim is `value`, or a list that holds it."""
    here = found(claims, path)
    return value in [_spelled(each) for each in (here if isinstance(here, list) else [here])]


def _spelled(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None


def role_of(claims: Claims, rules: Sequence[RoleRule], default: str) -> str:
    """Return the role of the first rule that fits, else the default."""
    return next((rule.role for rule in rules if has(claims, rule.claim, rule.value)), default)


def email_of(claims: Claims, path: str) -> str:
    """Return the address that the claims name, in lower case; empty if it is none."""
    value = found(claims, path)
    if not isinstance(value, str) or len(value) > 254 or not value.isascii():
        return ""
    return value.lower() if _EMAIL.fullmatch(value) else ""


def domain_of(email: str) -> str:
    """Return the part behind the `@`."""
    return email.rpartition("@")[2].lower()


def is_email_verified(claims: Claims) -> bool:
    """Say whether the provider has proven the address."""
    return any(_spelled(claims.get(name)) in {"true", "1"} for name in PROOFS)


def has_second_factor(claims: Claims) -> bool:
    """Say whether the provider has seen two factors at this sign-in: the one word for it of RFC 8176 that is no guess."""
    return isinstance(claims.get("amr"), list) and has(claims, "amr", "mfa")


def name_of(claims: Claims, path: str) -> str:
    """Return what the claims call the person, empty if nothing."""
    value = found(claims, path)
    return value.strip()[:120] if isinstance(value, str) and "\x00" not in value else ""
