"""How a request proves who sends it: what a credential adds, on its way to the port and nowhere before."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import urlencode

from apps.engine.credential import Credential
from apps.engine.fields import Field, Kind
from apps.engine.node import Context
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.nodes.action_http import oauth2

OAUTH2 = "oauth2_client_credentials"
CREDENTIAL = Field(
    name="credential",
    kind=Kind.CREDENTIAL,
    title="Credential",
    help="Proves who calls. It takes the place of a header of the same name.",
    options=("basic_auth", "bearer_token", "api_key", "header", OAUTH2),
)


def send(ctx: Context, request: HttpRequest) -> HttpReply:
    """Send a request with what the node's credential adds to it; without one, as it is.

    A server that no longer takes a token that was kept (401) is asked once more, with a new one.

    Raises:
        NodeError: `token_refused`, the token server gave none.
        PortError: no reply came.
    """
    credential = ctx.credential(CREDENTIAL.name)
    if credential is None:
        return ctx.http.send(request)
    if credential.type != OAUTH2:
        return ctx.http.send(_proven(ctx, request, credential))
    token = oauth2.token_for(ctx, credential)
    reply = ctx.http.send(_with_bearer(request, token.secret))
    if reply.status != 401 or token.is_new:
        return reply
    oauth2.forget(credential)
    again = oauth2.token_for(ctx, credential)
    return ctx.http.send(_with_bearer(request, again.secret))


def basic(ctx: Context, username: str, password: str) -> Secret:
    """Return the value of a Basic header; what it encodes is hidden as a whole."""
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    ctx.hide(Secret(pair))
    return Secret(f"Basic {pair}")


def _proven(ctx: Context, request: HttpRequest, credential: Credential) -> HttpRequest:
    match credential.type:
        case "basic_auth":
            password = credential.secret("password").reveal()
            proof = basic(ctx, credential.text("username"), password)
            return _with_header(request, "Authorization", proof)
        case "bearer_token":
            return _with_bearer(request, credential.secret("token"))
        case "header":
            return _with_header(request, credential.text("name"), credential.secret("value"))
        case _:
            name, key = credential.text("name", "X-API-Key"), credential.secret("key")
            if credential.text("location", "header") == "query":
                return replace(request, url=_with_query(request.url, name, key))
            return _with_header(request, name, key)


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
