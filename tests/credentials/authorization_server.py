"""A strict OAuth 2.0 server on loopback, which a test may make slow, huge, or a liar.

It takes a code once and only with the proof, redirect URI and client of its question; a token for renewing once, and takes
everything back if one is shown twice (RFC 9700, section 4.14).

`python -m tests.credentials.authorization_server <redirect URI>` is one for browsers: it asks whether they agree, and says
on one line how it is reached. The redirect URI is ours without its last part, by which we tell servers apart.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

CLIENT, CLIENT_SECRET = "gorax&co", "s3cr3t of the client/ö"
QUESTION = (
    "<!doctype html><title>A provider</title><link rel=icon href=data:,><h1>A provider</h1>"
    "<p>Let {client} act for you?</p><p><a href='{yes}'>Allow</a></p>"
)


class AuthorizationServer:
    def __init__(self, port: int) -> None:
        self.port = port
        self.issuer = f"http://127.0.0.1:{port}"
        self.redirect_uris: set[str] = set()
        self.life_s: int | None = 3600
        # Whether it shows a page with a question, or takes whoever comes for somebody who agrees.
        self.asks = False
        # What stands in the place of its own answers, by path.
        self.instead: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.metadata: dict[str, Any] = {}
        self.grants_scope: str | None = None
        self.is_talking = threading.Event()
        self.is_talking.set()
        self.codes: dict[str, dict[str, str]] = {}
        # Token for renewing -> its family; families that live; access tokens -> family.
        self.refreshes: dict[str, str] = {}
        self.spent: set[str] = set()
        self.families: set[str] = set()
        self.tokens: dict[str, str] = {}
        self._lock = threading.Lock()

    def told(self, path: str) -> list[dict[str, str]]:
        """Return the forms that came to a path, oldest first."""
        return [form for asked, form, _ in self.asked if asked == path]

    def lives(self, token: str) -> bool:
        return self.tokens.get(token, "") in self.families

    def forget_grants(self) -> None:
        """Take everything back, as a person does on the provider's own pages."""
        self.families.clear()

    def authorize(self, query: dict[str, str]) -> tuple[int, Any]:
        if query.get("client_id") != CLIENT or query.get("redirect_uri") not in self.redirect_uris:
            return 400, {"error": "invalid_request"}
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        if self.asks and query.get("agreed") != "yes":
            yes = html.escape(f"/authorize?{urlencode(query | {'agreed': 'yes'})}")
            return 200, QUESTION.format(client=html.escape(CLIENT), yes=yes).encode()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        if "names_itself" not in self.metadata:
            del back["iss"]
        return 302, f"{query['redirect_uri']}?{urlencode(back)}"

    def me(self, headers: dict[str, str]) -> tuple[int, Any]:
        """Say whose account a token is for, as a provider's own API does."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        return (200, {"login": "ada"}) if self.lives(token) else (401, {"error": "invalid_token"})

    def token(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        if not _is_client(form, headers):
            return 401, {"error": "invalid_client"}
        with self._lock:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._code(form)
                case "refresh_token":
                    return self._refresh(form)
        return 400, {"error": "unsupported_grant_type"}

    def revoke(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        if not _is_client(form, headers):
            return 401, {"error": "invalid_client"}
        token = form["token"]
        self.families.discard(self.refreshes.get(token) or self.tokens.get(token, ""))
        return 200, b""

    def _code(self, form: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        family = secrets.token_urlsafe(8)
        self.families.add(family)
        return 200, self._given(family, asked.get("scope", ""))

    def _refresh(self, form: dict[str, str]) -> tuple[int, Any]:
        token = form.get("refresh_token", "")
        family = self.refreshes.get(token, "")
        if token in self.spent:
            self.families.discard(family)
        if family not in self.families:
            return 400, {"error": "invalid_grant"}
        self.spent.add(token)
        return 200, self._given(family, None)

    def _given(self, family: str, scope: str | None) -> dict[str, Any]:
        access, refresh = (f"{kind}-{secrets.token_urlsafe(24)}" for kind in ("at", "rt"))
        self.tokens[access], self.refreshes[refresh] = family, family
        said = {"access_token": access, "refresh_token": refresh, "token_type": "Bearer"}
        scope = self.grants_scope or scope
        more = {"expires_in": self.life_s, "scope": scope}
        return said | {name: value for name, value in more.items() if value is not None}

    def answer(self, method: str, path: str, form: dict[str, str], headers: dict[str, str]) -> Any:
        if path in self.instead:
            return self.instead[path]
        doors: dict[str, Callable[[], tuple[int, Any]]] = {
            "GET /me": lambda: self.me(headers),
            "GET /authorize": lambda: self.authorize(form),
            "POST /token": lambda: self.token(form, headers),
            "POST /revoke": lambda: self.revoke(form, headers),
            "GET /.well-known/openid-configuration": lambda: (200, self.described()),
        }
        return doors.get(f"{method} {path}", lambda: (404, {}))()

    def described(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "revocation": "revoke"}
        urls = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()}
        names_itself = {"authorization_response_iss_parameter_supported": True}
        return {
            "issuer": self.issuer,
            **urls,
            **(names_itself if "names_itself" in self.metadata else {}),
            **{name: value for name, value in self.metadata.items() if name != "names_itself"},
        }


def _is_client(form: dict[str, str], headers: dict[str, str]) -> bool:
    proof = headers.get("authorization", "").removeprefix("Basic ")
    if not proof:
        return (form.get("client_id"), form.get("client_secret")) == (CLIENT, CLIENT_SECRET)
    name, _, secret = base64.b64decode(proof).decode().partition(":")
    return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, CLIENT_SECRET)


@contextmanager
def authorization_server() -> Iterator[AuthorizationServer]:
    class Handler(BaseHTTPRequestHandler):
        mine: ClassVar[AuthorizationServer]

        def do_GET(self) -> None:
            self.reply(urlsplit(self.path).query)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.reply(self.rfile.read(length).decode())

        def do_DELETE(self) -> None:
            self.do_POST()

        def reply(self, text: str) -> None:
            path = urlsplit(self.path).path
            form = {name: values[0] for name, values in parse_qs(text).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.mine.asked.append((path, form, headers))
            self.mine.is_talking.wait(20)
            status, body = self.mine.answer(self.command, path, form, headers)
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status in {302, 307}:
                self.send_header("Location", body)
                raw = b""
            is_page = self.command == "GET" and isinstance(body, bytes)
            self.send_header("Content-Type", "text/html" if is_page else "application/json")
            # As strict providers do: what opened the window is a stranger from here on.
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.mine = AuthorizationServer(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Handler.mine
    finally:
        Handler.mine.is_talking.set()
        server.shutdown()
        server.server_close()


def main(redirect_uri: str) -> None:
    """Serve browsers until whoever began this closes our input, or dies."""
    with authorization_server() as server:
        server.asks = True
        server.redirect_uris.add(f"{redirect_uri}/127.0.0.1:{server.port}")
        said = {"issuer": server.issuer, "client_id": CLIENT, "client_secret": CLIENT_SECRET}
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
