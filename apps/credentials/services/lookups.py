"""Secrets that lie in a store of the tenant's own: looked up when a step needs them, kept for its execution alone and for a minute at most."""

import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from apps.adapters.aws import signed
from apps.adapters.destination import parse
from apps.adapters.errors import HttpError
from apps.core import db, strict_json
from apps.core.errors import GoraxError
from apps.credentials.services.probes.aws import keys_of
from apps.credentials.services.probes.way import MOST_DEPTH, Way, said, way_of
from apps.engine.credential import (
    AWAY,
    LOOKUP,
    NOT_FOUND,
    REFUSED,
    STORE,
    Credential,
    Unusable,
    asked_of,
)
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret

STORES = frozenset({"aws", "vault"})
KEPT_S = 60.0
MOST_KEPT = 1_000
LONGEST_SECRET = 65_536
# For one secret.
CALL_S = 10.0
# A shorter text of a whole secret, such as a port, would hide half of what a step leaves.
LEAST_PART = 8
STAND_IN = Secret("a secret that a dry run does not look up")
_TYPE = re.compile(r'"__type"\s*:\s*"(?:[\w.]+#)?(\w+)"')

# By execution, the mark of the store's version, which no other tenant's has, and what was asked for; the oldest goes first.
_kept: OrderedDict[tuple[UUID | None, str, str], tuple[Secret, float]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class _MissError(Exception):
    code: str
    message: str
    is_retryable: bool = False


def with_found(
    schema: str, store: Credential, wanted: Iterable[str], execution_id: UUID | None
) -> Credential | Unusable:
    """Return a store with the secrets that a step asks of it, or why one of them is not to be had.

    Of a secret that is a JSON object each longer text in it is found as well, so that it is masked wherever it stands alone.
    """
    if store.type not in STORES:
        return _no_store(store)
    way = way_of(schema, store.allowed_hosts, timeout_s=CALL_S)
    db.let_go()
    try:
        found = {asked: _found(way, store, asked, execution_id) for asked in sorted(wanted)}
    except _MissError as miss:
        return Unusable(miss.message, miss.code, miss.is_retryable)
    parts = {part: secret for asked in found for part, secret in _parts(asked, found[asked])}
    return replace(store, found={**parts, **found})


def with_stand_ins(store: Credential, wanted: Iterable[str]) -> Credential | Unusable:
    """Return a store with a text in the place of each secret, for where nothing is sent and nobody is asked."""
    if store.type not in STORES:
        return _no_store(store)
    return replace(store, found=dict.fromkeys(wanted, STAND_IN))


def forget_all() -> None:
    """Let go of everything that is kept."""
    with _lock:
        _kept.clear()


def _no_store(store: Credential) -> Unusable:
    message = f"It is of type {store.type}; secrets are looked up in one of type aws or vault."
    return Unusable(message, STORE)


def _found(way: Way, store: Credential, asked: str, execution_id: UUID | None) -> Secret:
    key, now_s = (execution_id, store.mark, asked), time.monotonic()
    with _lock:
        kept = _kept.get(key)
    if kept is not None and kept[1] > now_s:
        return kept[0]
    path, part = asked_of(asked)
    if not path:
        raise _MissError(NOT_FOUND, "What is asked for is no path in a store.")
    try:
        secret = _fetched(way, store, path, part)
    except HttpError as failure:
        message = f"The store gives no answer: {failure.message}"
        raise _MissError(AWAY, message, failure.is_retryable) from None
    with _lock:
        _kept[key] = (secret, now_s + KEPT_S)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return secret


def _fetched(way: Way, store: Credential, path: str, part: str) -> Secret:
    text = _from_vault(way, store, path) if store.type == "vault" else _from_aws(way, store, path)
    if part:
        value = _object(text).get(part)
        if value is None:
            raise _MissError(NOT_FOUND, f"“{path}” has no field “{part}”.")
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not text or len(text) > LONGEST_SECRET:
        limit = f"“{path}” is empty, or longer than {LONGEST_SECRET} characters."
        raise _MissError(NOT_FOUND, limit)
    return Secret(text)


def _parts(asked: str, secret: Secret) -> Iterable[tuple[str, Secret]]:
    """Yield each longer text of a secret that is a JSON object, by a name under which no lookup is kept."""
    todo: list[tuple[str, Any]] = [(f"{LOOKUP}{asked}", _object(secret.reveal()))]
    while todo:
        name, value = todo.pop()
        if isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            todo += [(f"{name}/{each}", found) for each, found in inner]
        elif isinstance(value, str) and len(value) >= LEAST_PART:
            yield name, Secret(value)


def _object(text: str) -> dict[str, Any]:
    try:
        found = strict_json.loads(text.encode(), max_depth=MOST_DEPTH)
    except GoraxError:
        return {}
    return found if isinstance(found, dict) else {}


def _from_vault(way: Way, store: Credential, path: str) -> str:
    mount = store.text("mount", "secret")
    url = f"{store.text('address').rstrip('/')}/v1/{mount}/data/{quote(path)}"
    headers: dict[str, str | Secret] = {"X-Vault-Token": store.secret("token")}
    if store.text("namespace"):
        headers["X-Vault-Namespace"] = store.text("namespace")
    reply = way.send("GET", url, headers)
    _refuse(reply, path, is_missing=reply.status == 404)
    inner = said(reply).get("data")
    data = inner.get("data") if isinstance(inner, dict) else None
    if not isinstance(data, dict):
        raise _MissError(NOT_FOUND, f"“{path}” was deleted, or its engine is not of version 2.")
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _from_aws(way: Way, store: Credential, path: str) -> str:
    region = store.text("region", "us-east-1")
    url = store.text("endpoint_url") or f"https://secretsmanager.{region}.amazonaws.com/"
    request = HttpRequest(
        method="POST",
        url=parse(url).text,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "secretsmanager.GetSecretValue",
        },
        body=json.dumps({"SecretId": path}),
    )
    proven = signed(request, keys_of(store), service="secretsmanager", region=region)
    reply = way.send("POST", str(request.url), proven.headers, str(request.body))
    kind = _TYPE.search(reply.body[:10_000].decode("utf-8", "replace"))
    _refuse(reply, path, is_missing=kind is not None and kind[1] == "ResourceNotFoundException")
    text = said(reply).get("SecretString")
    if not isinstance(text, str):
        raise _MissError(NOT_FOUND, f"“{path}” holds bytes and no text.")
    return text


def _refuse(reply: HttpReply, path: str, *, is_missing: bool) -> None:
    if reply.status == 200:
        return
    if is_missing:
        raise _MissError(NOT_FOUND, f"There is no “{path}” in the store.")
    if reply.status == 429 or reply.status >= 500:
        raise _MissError(AWAY, f"The store answered {reply.status}.", is_retryable=True)
    message = f"The store does not let its key read “{path}”: it answered {reply.status}."
    raise _MissError(REFUSED, message)
