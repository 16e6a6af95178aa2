"""Tokens of OAuth 2.0 client credentials (RFC 6749, section 4.4): fetched by the guarded port, kept until they expire."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.node import Context
from apps.engine.ports import HttpProxy, HttpReply, HttpRequest
from apps.engine.problem import clipped
from apps.engine.secret import Secret

# A token that does not say how long it is good is asked for again after this.
USUAL_LIFE_S = 300.0
# No token is used for longer, whatever number the server names.
LONGEST_LIFE_S = 86_400.0
# So long before its end a token is not used any more: the call that it is sent with takes time.
MARGIN_S = 30.0
TOKENS_KEPT = 1_000
RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})

# By the mark of the credential's version, which no other tenant's has; the oldest goes first.
_kept: dict[str, tuple[Secret, float]] = {}


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `is_new`: it was fetched just now."""

    secret: Secret
    is_new: bool


def token_for(
    ctx: Context, credential: Credential, timeout_s: float, proxy: HttpProxy | None
) -> Token:
    """Return a token of a credential: the one that was kept, while it is good, or a new one, asked for through the proxy.

    Raises:
        NodeError: `token_refused`, the server gave none.
        PortError: no reply came.
    """
    now_s = ctx.clock.monotonic_s()
    secret, good_until_s = _kept.get(credential.mark, (Secret(""), now_s))
    is_new = good_until_s <= now_s
    if is_new:
        request = _request(ctx, credential, timeout_s)
        secret, life_s = _fetched(ctx, replace(request, proxy=proxy))
        if credential.mark:
            _keep(credential.mark, secret, now_s + life_s)
    ctx.hide(secret)
    return Token(secret, is_new)


def forget(credential: Credential) -> None:
    """Let go of the token of a credential, because a server did not take it."""
    _kept.pop(credential.mark, None)


def _keep(mark: str, secret: Secret, good_until_s: float) -> None:
    _kept.pop(mark, None)
    _kept[mark] = (secret, good_until_s)
    # A copy of the names: threads keep tokens beside each other.
    for oldest in list(_kept)[:-TOKENS_KEPT]:
        _kept.pop(oldest, None)


def _fetched(ctx: Context, request: HttpRequest) -> tuple[Secret, float]:
    reply = ctx.http.send(request)
    said = _said(reply)
    token = said.get("access_token")
    if reply.status != 200 or not isinstance(token, str) or not token.isprintable() or not token:
        raise NodeError(
            "token_refused",
            f"The token server answered {reply.status} and gave no token{_reason(said)}.",
            is_retryable=reply.status in RETRYABLE,
            status=reply.status,
        )
    life_s = said.get("expires_in")
    # Some servers write the number as a text.
    if isinstance(life_s, str) and life_s.isdecimal() and len(life_s) < 10:
        life_s = int(life_s)
    if isinstance(life_s, bool) or not isinstance(life_s, int | float):
        life_s = USUAL_LIFE_S
    return Secret(token), max(0.0, min(life_s, LONGEST_LIFE_S) - MARGIN_S)


def _request(ctx: Context, credential: Credential, timeout_s: float) -> HttpRequest:
    client_id, secret = credential.text("client_id"), credential.secret("client_secret").reveal()
    form = {"grant_type": "client_credentials"}
    if credential.text("scope"):
        form["scope"] = credential.text("scope")
    headers: dict[str, str | Secret] = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    if credential.text("auth_style", "header") == "body":
        form |= {"client_id": client_id, "client_secret": secret}
    else:
        # Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
        proof = base64.b64encode(pair).decode()
        ctx.hide(Secret(proof))
        headers["Authorization"] = Secret(f"Basic {proof}")
    return HttpRequest(
        method="POST",
        url=credential.text("token_url"),
        headers=headers,
        body=Secret(urlencode(form)),
        timeout_s=timeout_s,
        follow_redirects=False,
    )


def _said(reply: HttpReply) -> dict[str, Any]:
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _reason(said: dict[str, Any]) -> str:
    words = [said.get("error"), said.get("error_description")]
    shown = [clipped(word) for word in words if isinstance(word, str) and word]
    return f": {', '.join(shown)}" if shown else ""
