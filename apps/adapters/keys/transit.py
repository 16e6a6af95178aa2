"""Keys that HashiCorp Vault keeps, in its transit engine; OpenBao speaks the same."""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from apps.adapters.keys.keeper import (
    KeeperAwayError,
    KeeperBrokenError,
    KeeperRefusedError,
    Wrapped,
)

logger = logging.getLogger(__name__)

TIMEOUT = httpx2.Timeout(5.0, connect=2.0)
TRIES = 3
FIRST_WAIT_S = 0.1
# The newest version of a key is asked for again after so long; what it seals is under an older one until then.
VERSION_KNOWN_S = 60.0
# 412: a replica that has not caught up; 473, 472: one that stands by. 503 is also said by one that is sealed.
_AWAY = {408, 412, 429, 472, 473}


@dataclass(frozen=True, slots=True)
class Server:
    """Where Vault is and who we are: `token()` is asked again when one is refused, so that an agent may renew it."""

    address: str
    token: Callable[[], str] = field(repr=False)
    namespace: str = ""
    ca_file: str = ""


class TransitKey:
    """A key of type aes256-gcm96 at `<mount>/<name>`; Vault counts its versions, and every sealed value names its own."""

    algorithm = "VAULT"

    def __init__(self, path: str, server: Server) -> None:
        self.reference = f"vault:{path}"
        self._mount, _, self._name = path.rpartition("/")
        self._session = _Session(server, self.reference)
        self._lock = threading.Lock()
        self._latest = ""
        self._known_until = 0.0

    def current(self) -> str:
        """Return the key with its newest version."""
        with self._lock:
            if time.monotonic() >= self._known_until:
                data = self._session.call("GET", f"{self._mount}/keys/{self._name}")
                self._latest = str(int(data["latest_version"]))
                self._known_until = time.monotonic() + VERSION_KNOWN_S
            return f"{self.reference}#{self._latest}"

    def has(self, key_id: str) -> bool:
        """Say whether it is this key, in whatever version."""
        return key_id.rpartition("#")[0] == self.reference

    def wrap(self, plain: bytes, bound: Mapping[str, str]) -> Wrapped:
        """Seal under the newest version; what the value is bound to is Vault's associated data."""
        body = {"plaintext": _text(plain), "associated_data": _text(_bytes(bound))}
        try:
            data = self._session.call("POST", f"{self._mount}/encrypt/{self._name}", body)
        except KeeperBrokenError:
            raise KeeperRefusedError(
                f"{self.reference} seals nothing: it must be of type aes256-gcm96"
            ) from None
        ciphertext = str(data["ciphertext"])
        return Wrapped(f"{self.reference}#{_version_of(ciphertext)}", ciphertext.encode())

    def unwrap(self, wrapped: Wrapped, bound: Mapping[str, str]) -> bytes:
        """Open under the version that the sealed value names; one that Vault no longer opens is refused by it."""
        ciphertext = wrapped.ciphertext.decode("ascii", "replace")
        if f"{self.reference}#{_version_of(ciphertext)}" != wrapped.key_id:
            raise KeeperBrokenError
        data = self._session.call(
            "POST",
            f"{self._mount}/decrypt/{self._name}",
            {"ciphertext": ciphertext, "associated_data": _text(_bytes(bound))},
        )
        return base64.b64decode(str(data["plaintext"]), validate=True)

    def close(self) -> None:
        """Let the connection go and renew no longer."""
        self._session.close()


class _Session:
    """Calls Vault with a token that is kept alive."""

    def __init__(self, server: Server, reference: str) -> None:
        self._server = server
        self._reference = reference
        self._token = ""
        self._lock = threading.Lock()
        self._closed = threading.Event()
        # Of which process, and of which token: a child of a fork has no threads.
        self._renewed: tuple[int, str] = (0, "")
        self._renewing: threading.Thread | None = None
        self._http = httpx2.Client(
            base_url=f"{server.address.rstrip('/')}/v1/",
            timeout=TIMEOUT,
            verify=_verified(server.ca_file),
            trust_env=False,
            follow_redirects=False,
        )

    def call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the `data` of an answer; tried again while nobody answers, and once with a token that is new.

        Raises:
            KeeperAwayError, KeeperRefusedError, KeeperBrokenError.
        """
        with self._lock:
            if not self._token:
                self._token = self._server.token()
            token = self._token
        self._keep_alive()
        answer = self._answer(method, path, body, token)
        if answer.status_code == 403:
            fresh = self._server.token()
            if fresh != token:
                self._token = fresh
                answer = self._answer(method, path, body, fresh)
        return self._data(answer)

    def _answer(
        self, method: str, path: str, body: Mapping[str, str] | None, token: str
    ) -> httpx2.Response:
        headers = {"X-Vault-Token": token, "X-Vault-Request": "true"}
        if self._server.namespace:
            headers["X-Vault-Namespace"] = self._server.namespace
        wait_s = FIRST_WAIT_S
        for left in reversed(range(TRIES)):
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
            except httpx2.HTTPError as reason:
                if not left:
                    raise KeeperAwayError(
                        f"{self._reference} does not answer ({type(reason).__name__})"
                    ) from None
            else:
                if not left or not _is_away(answer.status_code):
                    return answer
            self._closed.wait(wait_s)
            wait_s *= 3
        raise AssertionError("unreachable")

    def _data(self, answer: httpx2.Response) -> dict[str, Any]:
        status = answer.status_code
        if _is_away(status):
            raise KeeperAwayError(f"{self._reference} does not answer ({status})")
        if status == 400:
            raise KeeperBrokenError
        if status != 200:
            raise KeeperRefusedError(f"{self._reference} refuses ({status})")
        try:
            found = answer.json()
            return dict(found.get("data") or found["auth"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeeperAwayError(f"{self._reference} answers nothing that can be read") from None

    def _keep_alive(self) -> None:
        with self._lock:
            if self._renewed == (os.getpid(), self._token):
                return
            self._renewed = (os.getpid(), self._token)
            self._renewing = threading.Thread(
                target=self._renew, args=(self._token,), daemon=True, name="vault-token"
            )
            self._renewing.start()

    def _renew(self, token: str) -> None:
        """Renew the token after half of its time, for as long as it is in use; one for good is left alone."""
        wait_s = self._time_left(token, "GET", "auth/token/lookup-self", "ttl") / 2
        while wait_s > 0 and not self._closed.wait(wait_s) and token == self._token:
            wait_s = self._time_left(token, "POST", "auth/token/renew-self", "lease_duration") / 2

    def _time_left(self, token: str, method: str, path: str, name: str) -> float:
        try:
            data = self._data(self._answer(method, path, None, token))
            return float(data[name]) if data.get("renewable") else 0.0
        except (KeeperAwayError, KeeperRefusedError, KeeperBrokenError) as reason:
            logger.warning("keys.token_not_renewed", extra={"reason": str(reason)})
            return 2.0 if reason.is_retryable else 0.0

    def close(self) -> None:
        self._closed.set()
        if self._renewing is not None:
            self._renewing.join()
        self._http.close()


def _is_away(status: int) -> bool:
    return status >= 500 or status in _AWAY


def _version_of(ciphertext: str) -> str:
    """Return the version that `vault:v3:…` names."""
    parts = ciphertext.split(":")
    is_known = len(parts) == 3 and parts[0] == "vault" and parts[1][:1] == "v"
    return parts[1][1:] if is_known else ""


def _bytes(bound: Mapping[str, str]) -> bytes:
    return json.dumps(dict(bound), sort_keys=True, separators=(",", ":")).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _verified(ca_file: str) -> Any:
    if not ca_file:
        return True
    import ssl

    return ssl.create_default_context(cafile=ca_file)
