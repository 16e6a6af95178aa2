"""A Vault on loopback that speaks the transit engine's protocol, with real AES inside; enough of it for what we call."""

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

JsonObject = dict[str, Any]


class RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Vault:
    """The state of the server: keys with their versions, tokens with their seconds, and what was asked."""

    keys: dict[str, list[bytes]] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    namespace: str = ""
    is_sealed: bool = False
    away: list[int] = field(default_factory=list)  # statuses of the next answers, whatever is asked
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def make(self, path: str) -> None:
        """Make a key, or the next version of one."""
        self.keys.setdefault(path, []).append(secrets.token_bytes(32))

    def answer(self, method: str, path: str, headers: Any, body: JsonObject) -> JsonObject:
        self.asked.append(f"{method} {path}")
        if self.away:
            raise RefusedError(self.away.pop(0), "away")
        if self.is_sealed:
            raise RefusedError(503, "Vault is sealed")
        token = headers.get("X-Vault-Token", "")
        is_ours = headers.get("X-Vault-Namespace", "") == self.namespace
        if token not in self.tokens or not is_ours:
            raise RefusedError(403, "permission denied")
        if path.startswith("auth/token/"):
            ttl = self.tokens[token]
            if path.endswith("renew-self"):
                return {"auth": {"lease_duration": ttl, "renewable": ttl > 0}}
            return {"data": {"ttl": ttl, "renewable": ttl > 0}}
        mount, operation, name = path.split("/")
        return {"data": self.transit(operation, f"{mount}/{name}", body)}

    def transit(self, operation: str, path: str, body: JsonObject) -> JsonObject:
        if path not in self.keys:
            if operation == "decrypt":
                raise RefusedError(400, "encryption key not found")
            raise RefusedError(404, "")
        versions = self.keys[path]
        bound = base64.b64decode(body.get("associated_data", ""))
        if operation == "keys":
            return {
                "latest_version": len(versions),
                "min_decryption_version": self.least.get(path, 1),
                "type": "aes256-gcm96",
            }
        if operation == "encrypt":
            nonce = secrets.token_bytes(12)
            plain = base64.b64decode(body["plaintext"])
            sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, plain, bound)
            text = base64.b64encode(sealed).decode()
            return {
                "ciphertext": f"vault:v{len(versions)}:{text}",
                "key_version": len(versions),
            }
        return {"plaintext": base64.b64encode(self.opened(path, body, bound)).decode()}

    def opened(self, path: str, body: JsonObject, bound: bytes) -> bytes:
        try:
            _, version, text = body["ciphertext"].split(":")
            number, sealed = int(version[1:]), base64.b64decode(text, validate=True)
        except ValueError:
            raise RefusedError(400, "invalid ciphertext: could not decode base64") from None
        if number < self.least.get(path, 1):
            raise RefusedError(
                400, "ciphertext or signature version is disallowed by policy (too old)"
            )
        try:
            key = self.keys[path][number - 1]
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound)
        except (InvalidTag, IndexError, ValueError):
            raise RefusedError(400, "cipher: message authentication failed") from None


@contextmanager
def serving(vault: Vault) -> Iterator[Vault]:
    """Serve it on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(json.loads(raw) if raw else {})

        def _answer(self, body: JsonObject) -> None:
            path = self.path.removeprefix("/v1/")
            try:
                status, said = 200, vault.answer(self.command, path, self.headers, body)
            except RefusedError as refusal:
                status, said = refusal.status, {"errors": [str(refusal)]}
            raw = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    vault.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield vault
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
