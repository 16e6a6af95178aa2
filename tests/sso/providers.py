"""Identity providers on loopback: a real one (npm's oidc-provider), one that lies on demand, and browsers' way through."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import npm

FOLDER = Path(__file__).parent / "provider"


class RealProvider:
    """A process of oidc-provider, steered over `/control/…`."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.port = int(issuer.rpartition(":")[2])

    def person(self, sub: str, **claims: Any) -> None:
        """Let somebody sign in there, with these claims."""
        self._tell("person", {"sub": sub, "claims": claims})

    def client(self, **facts: Any) -> None:
        """Make us known there."""
        self._tell("client", facts)

    def rotate(self) -> None:
        """Sign with a new key, and show only that one."""
        self._tell("rotate", {})

    def be_down(self, *, is_down: bool) -> None:
        self._tell("down", {"is_down": is_down})

    def _tell(self, name: str, body: Any) -> None:
        data = json.dumps(body).encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", f"/control/{name}", data)
        assert connection.getresponse().status == 200
        connection.close()


@contextmanager
def real_provider() -> Iterator[RealProvider]:
    npm.install(FOLDER)
    node = Path(sys.executable).parent / "node"
    process = subprocess.Popen(
        [node, FOLDER / "provider.mjs"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        yield RealProvider(process.stdout.readline().strip())
    finally:
        # `node` is a program that starts the real one.
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows a provider's redirects to itself; the first one elsewhere is the answer."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class AtProvider:
    """A browser's cookies at a provider."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), _Stay())

    def go(self, url: str, body: bytes | None = None) -> str:
        """Return where the provider sends the browser in the end, or what it shows."""
        try:
            with self._opener.open(url, body, timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as moved:
            with moved:
                return str(moved.headers["Location"])

    def confirm(self, issuer: str, form: str) -> None:
        """Press the button of the form by which a provider asks whether to sign out."""
        hidden = re.findall(r'name="(\w+)" value="([^"]*)"', form)
        body = urlencode([*hidden, ("logout", "yes")]).encode()
        assert self.go(f"{issuer}/session/end/confirm", body) == "http://localhost/sign-in"


class Liar:
    """A provider of our own whose every answer a test may replace: claims, keys, documents, delays."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "one"
        self.documents: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        # While this is cleared, no request is answered.
        self.is_talking = threading.Event()
        self.is_talking.set()
        self.token: Any = None

    def metadata(self, **changes: Any) -> dict[str, Any]:
        names = {
            "authorization_endpoint": "auth",
            "token_endpoint": "token",
            "jwks_uri": "jwks",
            "userinfo_endpoint": "me",
        }
        urls = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        return {"issuer": self.issuer, **urls, **changes}

    def public_jwk(self) -> dict[str, Any]:
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**shown, "kid": self.kid, "use": "sig"}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": "gorax",
            "sub": "mallory",
            "iat": now,
            "exp": now + 300,
            "email": "mallory@acme.test",
            "email_verified": True,
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, claims: dict[str, Any], *, algorithm: str = "RS256", **header: Any) -> str:
        return jwt.encode(
            claims, self.key, algorithm=algorithm, headers={"kid": self.kid, **header}
        )

    def answer(self, path: str) -> Any:
        if path in self.documents:
            return self.documents[path]
        if path == "/.well-known/openid-configuration":
            return self.metadata()
        if path == "/jwks":
            return {"keys": [self.public_jwk()]}
        if path == "/token":
            return {"id_token": self.token, "access_token": "at", "token_type": "Bearer"}
        return None


@contextmanager
def liar() -> Iterator[Liar]:
    class Handler(BaseHTTPRequestHandler):
        provider: ClassVar[Liar]

        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.reply(parse_qs(self.rfile.read(length).decode()))

        def reply(self, form: dict[str, list[str]]) -> None:
            mine = self.provider
            mine.is_talking.wait(10)
            mine.asked.append((self.path, form))
            value = mine.answer(self.path)
            status, body = value if isinstance(value, tuple) else (200, value)
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(404 if value is None else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            if 300 <= status < 400:
                self.send_header("Location", raw.decode())
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.provider = Liar(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Handler.provider
    finally:
        server.shutdown()
        server.server_close()


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """Return a token without a signature."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])
