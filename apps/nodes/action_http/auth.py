"""How a request proves who sends it: what a credential adds, on its way to the port and nowhere before."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import urlencode

from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.nodes.action_http import oauth2

OAUTH2 = "oauth2_client_credentials"
ACCOUNT = "oauth2"
CREDENTIAL = Field(
    name="credential",
    kind=Kind.CREDENTIAL,
    title="Credential",
    help="Proves who calls. It takes the place of a header of the same name.",
    options=("basic_auth", "bearer_token", "api_key", "header", OAUTH2, ACCOUNT),
)


def send(ctx: Context, request: HttpRequest) -> HttpReply:
    """Send a request with what the node's credential adds to it; without one, as it is.

    A server that no longer takes a token that was kept (401) is asked once more, with a new one. All of it together
    takes as long as the request may.

    Raises:
        NodeError: `token_refused`, the token server gave none; `timeout`, there is no time left after it.
        PortError: no reply came.
    """
    credential = ctx.credential(CREDENTIAL.name)
    if credential is None:
        return ctx.http.send(request)
    if credential.type != OAUTH2:
        return ctx.http.send(_proven(ctx, request, credential))
    ends_s = ctx.clock.monotonic_s() + request.timeout_s

    def ask() -> tuple[HttpReply, bool]:
        token = oauth2.token_for(ctx, credential, _left_s(ctx, ends_s), request.proxy)
        timely = replace(request, timeout_s=_left_s(ctx, ends_s))
        return ctx.http.send(_with_bearer(timely, token.secret)), token.is_new

    reply, is_new = ask()
    if reply.status == 401 and not is_new:
        oauth2.forget(credential)
        reply, _ = ask()
    return reply


def _left_s(ctx: Context, ends_s: float) -> float:
    left_s = ends_s - ctx.clock.monotonic_s()
    if left_s <= 0:
        sentence = "Getting a token took all the time that the call may take."
        raise NodeError("timeout", sentence, is_retryable=True)
    return left_s


def _basic(ctx: Context, username: str, password: str) -> Secret:
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    ctx.hide(Secret(pair))
    return Secret(f"Basic {pair}")


def _proven(ctx: Context, request: HttpRequest, credential: Credential) -> HttpRequest:
    match credential.type:
        case "basic_auth":
            password = credential.secret("password").reveal()
            proof = _basic(ctx, credential.text("username"), password)
            return _with_header(request, "Authorization", proof)
        case "bearer_token":
            return _with_bearer(request, credential.secret("token"))
        case "oauth2":
            return _with_bearer(request, credential.secret("access_token"))
        case "header":
            return _with_header(request, credential.text("name"), credential.secret("value"))
        case _:
            name, key = credential.text("name", "X-API-Key"), _prefixed(credential)
            if credential.text("location", "header") == "query":
                return replace(request, url=_with_query(request.url, name, key))
            return _with_header(request, name, key)


def _prefixed(credential: Credential) -> Secret:
    key, prefix = credential.secret("key"), credential.text("prefix")
    return Secret(f"{prefix} {key.reveal()}") if prefix else key


def _with_bearer(request: HttpRequest, token: Secret) -> HttpRequest:
    return _with_header(request, "Authorization", Secret(f"Bearer {token.reveal()}"))


def _with_header(request: HttpRequest, name: str, value: Secret) -> HttpRequest:
    others = {
        other: text for other, text in request.headers.items() if other.lower() != name.lower()
    }
    return replace(request, headers={**others, name: value})


def _with_query(url: str | Secret, name: str, value: Secret) -> Secret:
    plain = url.reveal() if isinstance(url, Secret) else url
    address, hash_mark, fragment = plain.partition("#")
    glue = "&" if "?" in address else "?"
    return Secret(f"{address}{glue}{urlencode({name: value.reveal()})}{hash_mark}{fragment}")
