"""Calls to a tenant's identity provider. Every one takes the guarded way out, is short, small, and follows no redirect."""

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.errors import HttpError
from apps.adapters.http import GuardedHttp
from apps.core import strict_json
from apps.core.errors import GoraxError
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.sso.errors import ProviderBrokenError, ProviderUnreachableError
from apps.sso.rules import places
from apps.tenants import facade as tenants

CALL_S = 5.0
MOST_BYTES = 512 * 1024
# How long what a provider says of itself, and its keys, are believed: a key that it takes back is good no longer.
KNOWN_FOR_S = 600.0
# A token with an unknown key asks again, but strangers' tokens must not make us a hammer.
ASK_AGAIN_S = 30.0
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to a provider, and from which tenant we call it."""

    schema: str
    issuer: str
    client_id: str
    secret: Secret | None
    private: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says of itself; every URL is judged."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    takes_basic: bool
    names_issuer: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code was exchanged for."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(slots=True)
class _Kept:
    until: float
    since: float
    value: Any


_kept: OrderedDict[tuple[str, str, str], _Kept] = OrderedDict()
_lock = threading.Lock()


def private_of(schema: str) -> frozenset[tuple[str, int]]:
    """Return the private addresses that an operator lets this tenant call."""
    return frozenset((each.address, each.port) for each in tenants.egress_allowances(schema))


def metadata(client: Client, *, is_fresh: bool = False) -> Metadata:
    """Return what the provider says of itself, as of ten minutes ago at most (`is_fresh`: of now).

    Raises:
        ProviderUnreachableError, ProviderBrokenError: it does not answer, or nothing that can be right.
    """
    kept = None if is_fresh else _known(client, "metadata")
    if kept is None:
        said = _document(client, places.metadata_url(client.issuer))
        kept = _keep(client, "metadata", _metadata(client, said))
    found: Metadata = kept.value
    return found


def keys(client: Client, *, is_fresh: bool = False, wanted: str = "") -> list[Mapping[str, Any]]:
    """Return the provider's public keys; if none is called `wanted`, they are asked for anew, twice a minute at most.

    Raises:
        ProviderUnreachableError, ProviderBrokenError: as `metadata`.
    """
    kept = None if is_fresh else _known(client, "keys")
    if kept is not None and wanted and all(key.get("kid") != wanted for key in kept.value):
        kept = None if time.monotonic() - kept.since > ASK_AGAIN_S else kept
    if kept is None:
        said = _document(client, metadata(client, is_fresh=is_fresh).jwks_uri).get("keys")
        if not isinstance(said, list) or not all(isinstance(key, dict) for key in said):
            raise ProviderBrokenError("it shows no keys")
        kept = _keep(client, "keys", said[:100])
    found: list[Mapping[str, Any]] = kept.value
    return found


def exchange(client: Client, *, code: str, verifier: str, redirect_uri: str) -> Grant:
    """Return what a code is good for; it is sent once.

    Raises:
        ProviderUnreachableError, ProviderBrokenError: as `metadata`; the latter also if the code is refused.
    """
    about = metadata(client)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": client.client_id,
    }
    headers: dict[str, str | Secret] = {"Content-Type": "application/x-www-form-urlencoded"}
    if client.secret is not None and about.takes_basic:
        headers["Authorization"] = _basic(client.client_id, client.secret)
    elif client.secret is not None:
        form["client_secret"] = client.secret.reveal()
    reply = _send(
        client, HttpRequest("POST", about.token_endpoint, headers, Secret(urlencode(form)))
    )
    if reply.status >= 500:
        raise ProviderUnreachableError(f"it answered {reply.status}")
    said = _object(reply)
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if reply.status != 200 or not isinstance(id_token, str):
        raise ProviderBrokenError(f"it exchanged no code ({_error_of(said) or reply.status})")
    return Grant(id_token, access_token if isinstance(access_token, str) else "")


def userinfo(client: Client, access_token: str) -> dict[str, Any]:
    """Return what the provider tells of whom an access token is for.

    Raises:
        ProviderUnreachableError, ProviderBrokenError: as `metadata`.
    """
    url = metadata(client).userinfo_endpoint
    return _document(client, url, {"Authorization": Secret(f"Bearer {access_token}")})


def forget() -> None:
    """Ask every provider anew: for who has changed one, and for tests."""
    with _lock:
        _kept.clear()


def _metadata(client: Client, said: Mapping[str, Any]) -> Metadata:
    if said.get("issuer") != client.issuer:
        raise ProviderBrokenError("it calls itself another issuer than the connection does")
    urls = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        urls[name] = _url(client, said, name)
    for name in ("userinfo_endpoint", "end_session_endpoint"):
        urls[name] = _url(client, said, name) if said.get(name) is not None else ""
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=client.issuer,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        **urls,
    )


def _url(client: Client, said: Mapping[str, Any], name: str) -> str:
    fault = places.url_fault(said.get(name), client.private)
    if fault:
        raise ProviderBrokenError(f"its {name} cannot be used: {fault}")
    return str(said[name])


def _document(
    client: Client, url: str, headers: Mapping[str, str | Secret] | None = None
) -> dict[str, Any]:
    reply = _send(
        client, HttpRequest("GET", url, {"Accept": "application/json", **(headers or {})})
    )
    if reply.status >= 500 or reply.status == 429:
        raise ProviderUnreachableError(f"it answered {reply.status}")
    if reply.status != 200:
        raise ProviderBrokenError(f"it answered {reply.status}")
    return _object(reply)


def _object(reply: HttpReply) -> dict[str, Any]:
    try:
        value = strict_json.loads(reply.body, max_bytes=MOST_BYTES, max_depth=16)
    except GoraxError:
        raise ProviderBrokenError("it answered no JSON that can be read") from None
    if not isinstance(value, dict):
        raise ProviderBrokenError("it answered no JSON object")
    return value


def _error_of(said: Mapping[str, Any]) -> str:
    error = said.get("error")
    return error if isinstance(error, str) and error.isidentifier() and len(error) < 60 else ""


def _send(client: Client, request: HttpRequest) -> HttpReply:
    policy = Policy(
        allowances=tuple(Allowance(*each) for each in sorted(client.private)),
        refused_hosts=(f".{settings.GORAX_PUBLIC_HOST}", settings.GORAX_SINGLE_HOST),
    )
    bounded = HttpRequest(
        request.method,
        request.url,
        request.headers,
        request.body,
        timeout_s=CALL_S,
        follow_redirects=False,
        max_reply_bytes=MOST_BYTES,
    )
    try:
        return GuardedHttp(policy, owner=client.schema).send(bounded)
    except HttpError as failure:
        if failure.is_retryable:
            raise ProviderUnreachableError(failure.message) from None
        raise ProviderBrokenError(failure.message) from None


def _basic(client_id: str, secret: Secret) -> Secret:
    # RFC 6749 2.3.1: both are form-encoded before they are joined.
    pair = f"{quote(client_id, safe='')}:{quote(secret.reveal(), safe='')}"
    return Secret(f"Basic {base64.b64encode(pair.encode()).decode()}")


def _key(client: Client, kind: str) -> tuple[str, str, str]:
    return (client.schema, client.issuer, kind)


def _known(client: Client, kind: str) -> _Kept | None:
    with _lock:
        kept = _kept.get(_key(client, kind))
    return kept if kept is not None and kept.until > time.monotonic() else None


def _keep(client: Client, kind: str, value: Any) -> _Kept:
    now = time.monotonic()
    kept = _Kept(now + KNOWN_FOR_S, now, value)
    with _lock:
        _kept[_key(client, kind)] = kept
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return kept
