"""What a token server says, read with distrust."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.engine.secret import Secret

LONGEST_TOKEN = 16_384
# No token is taken to be good for longer, whatever number the server names.
LONGEST_LIFE_S = 10 * 365 * 86_400
MOST_SCOPES, LONGEST_SCOPE = 100, 200
# Refusals that say that nothing but a new consent helps; the last three are GitHub's and Slack's words for it.
LOST = frozenset({"invalid_grant", "bad_refresh_token", "invalid_refresh_token", "token_revoked"})
_ERROR = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_TOKEN = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_TOKEN}}}")


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens, fresh from a provider; `life_s` None: the token is good until it is taken back."""

    access: Secret
    refresh: Secret | None
    life_s: int | None
    scopes: tuple[str, ...] | None


def granted(status: int, said: Mapping[str, Any], *, usual_life_s: int) -> Granted | None:
    """Return the tokens of an answer; None: it gives none that could be sent as a bearer token."""
    access, refresh = _token(said.get("access_token")), _token(said.get("refresh_token"))
    kind = said.get("token_type", "bearer")
    # Slack calls its tokens by who holds them.
    is_bearer = isinstance(kind, str) and kind.lower() in {"bearer", "bot", "user"}
    if status not in {200, 201} or access is None or not is_bearer or said.get("ok") is False:
        return None
    life_s = _life_s(said.get("expires_in"), usual_life_s)
    return Granted(access, refresh, life_s, scopes_of(said.get("scope")))


def scopes_of(text: object) -> tuple[str, ...] | None:
    """Return the scopes that a text lists, with spaces or commas between; None: it is no text."""
    if not isinstance(text, str):
        return None
    named = (name for name in re.split(r"[\s,]+", text) if 0 < len(name) <= LONGEST_SCOPE)
    return tuple(name for name in dict.fromkeys(named) if name.isprintable())[:MOST_SCOPES]


def error_of(said: Mapping[str, Any]) -> str:
    """Return the code of a refusal, if it has the form of one."""
    error = said.get("error")
    return error if isinstance(error, str) and _ERROR.fullmatch(error) else ""


def _token(value: object) -> Secret | None:
    is_fine = isinstance(value, str) and _TOKEN.fullmatch(value) is not None
    return Secret(str(value)) if is_fine else None


def _life_s(said: object, usual_s: int) -> int | None:
    # Some servers write the number as a text.
    if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) < 12:
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int | float) or not said > 0:
        return usual_s or None
    return int(min(said, LONGEST_LIFE_S))
