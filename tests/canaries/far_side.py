"""The other side of every call: servers that say again, in every form, whatever secret they are shown."""

import base64
import html
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

import brotli

SHOWN_IN = ("X-Key", "Authorization", "Proxy-Authorization", "X-Api-Key")


class FarSide(ThreadingHTTPServer):
    """A service that remembers every secret it was shown, and repeats it.

    `/say/<status>` repeats it in all forms, in the body and in headers · `/go` leads to `/say/401` with the secret in the
    query · `/pieces` sends it cut in two, `/lines` line by line · `/late` answers when its caller has given up · `/token`
    gives out `tokens` · `/file` is a file · `/v1/chat/completions` writes as a model does · all else says 401.
    """

    daemon_threads = True

    def __init__(self, tokens: dict[str, str]) -> None:
        self.tokens = tokens
        self.shown: list[str] = []
        self.over = threading.Event()
        # The model speaks only while somebody listens.
        self.listens = threading.Event()
        super().__init__(("127.0.0.1", 0), _Door)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that have given up are what this is for."""


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FarSide

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        keys = [_plain(self.headers[name]) for name in SHOWN_IN if name in self.headers]
        self.server.shown += [*keys, unquote(self.path), unquote_plus(body), *_texts_in(body)]
        path = urlsplit(self.path).path.strip("/")
        first, _, rest = path.partition("/")
        match first:
            case "go":
                self._answer(302, b"", Location=f"/say/401?key={quote(keys[0], safe='')}")
            case "pieces":
                raw = f"the key is {keys[0]}, is it not?".encode()
                half = len("the key is ") + len(keys[0].encode()) // 2
                self._in_chunks("text/plain; charset=utf-8", [raw[:half], raw[half:]])
            case "lines":
                lines = [f"> {line}" for line in _texts_in(body)[0].splitlines()]
                self._answer(400, "\n".join(lines).encode(), media_type="text/plain")
            case "late":
                self.server.over.wait(30)
            case "token":
                said = {**self.server.tokens, "token_type": "Bearer", "expires_in": 3600}
                self._answer(200, json.dumps(said).encode())
            case "file":
                self._answer(200, b"a file", media_type="text/plain")
            case "v1" if rest == "chat/completions":
                self._speak(keys[0])
            case _:
                is_proxy = self.command == "CONNECT" or "://" in self.path
                status = int(rest[:3]) if first == "say" else 407 if is_proxy else 401
                self._repeat(status, [*keys, *_texts_in(body)], body)

    do_POST = do_CONNECT = do_GET  # noqa: N815 - named by http.server

    def _repeat(self, status: int, keys: list[str], body: str) -> None:
        """Say all of it in all forms; a friendly answer takes more room than a row has."""
        forms = {
            f"{number} {name}": form
            for number, key in enumerate(keys)
            for name, form in _as_written(key).items()
        }
        said = {
            "error": {"message": f"bad key {'/'.join(keys)} {body} for {self.path}!", "type": "x"},
            "path": [self.path, unquote(self.path)],
            "body": body,
            **forms,
            "padding": "." * 70_000 if status == 200 else "",
        }
        together = "".join(keys)
        self._answer(
            status,
            json.dumps(said, ensure_ascii=False).encode(),
            X_Echo=quote(together),
            X_Echo_64=base64.b64encode(together.encode()).decode(),
        )

    def _answer(
        self, status: int, body: bytes, media_type: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _in_chunks(self, media_type: str, pieces: list[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (*pieces, b""):
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()

    def _speak(self, key: str) -> None:
        """Write as a model does, the secret in three pieces."""
        self.server.listens.wait(20)
        third = len(key) // 3
        words = ["I was given ", key[:third], key[third : 2 * third], key[2 * third :], " to keep."]
        events = [
            {"id": "1", "object": "chat.completion.chunk", "model": "m", "created": 1}
            | {"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]}
            for word in words
        ]
        events[-1]["choices"][0]["finish_reason"] = "stop"  # type: ignore[index]  # a list of one
        lines = [f"data: {json.dumps(event)}\n\n".encode() for event in events]
        self._in_chunks("text/event-stream", [*lines, b"data: [DONE]\n\n"])

    def log_message(self, *_: object) -> None: ...


def _plain(given: str) -> str:
    """Return the secret of a header: all of it, or what Basic wraps."""
    text = given.encode("latin-1").decode("utf-8", "replace").removeprefix("Bearer ")
    if not text.startswith("Basic "):
        return text
    pair = base64.b64decode(text.removeprefix("Basic ")).decode()
    return unquote(pair.partition(":")[2])


def _texts_in(body: str) -> list[str]:
    """Return the texts of a JSON object."""
    try:
        found = json.loads(body)
    except ValueError:
        return []
    return [text for text in found.values() if isinstance(text, str)]


def _as_written(secret: str) -> dict[str, str]:
    """Return the forms in which servers really write: those that a mask is to know."""
    raw = secret.encode()
    return {
        "plain": secret,
        "upper": secret.upper(),
        "lower": secret.lower(),
        "url": quote(secret, safe=""),
        "plus": quote_plus(secret),
        "json": json.dumps(secret),
        "json twice": json.dumps(json.dumps(secret)),
        "json with slashes": json.dumps(secret).replace("/", r"\/"),
        "html": html.escape(secret),
        "hex": raw.hex(),
        **{f"base64 {size}": base64.b64encode(b":" * size + raw).decode() for size in range(3)},
        "base64url": base64.urlsafe_b64encode(b"user:" + raw).decode(),
    }


class Mail(socketserver.ThreadingTCPServer):
    """A mail server that lets nobody in, and says with what it was tried."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.shown: list[str] = []
        super().__init__(("127.0.0.1", 0), _Counter)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class _Counter(socketserver.StreamRequestHandler):
    server: Mail

    def handle(self) -> None:
        self.wfile.write(b"220 far.test\r\n")
        for line in self.rfile:
            word, _, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO":
                    self.wfile.write(b"250-far.test\r\n250 AUTH PLAIN\r\n")
                case "AUTH":
                    secret = base64.b64decode(rest.split()[-1]).decode().split("\0")[-1]
                    self.server.shown.append(secret)
                    said = f"535 5.7.8 {rest} is {secret}, and not known here\r\n"
                    self.wfile.write(said.encode())
                case "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")


class Reports(ThreadingHTTPServer):
    """A stand-in for the service of error reports; it keeps the texts of all it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        self.texts: list[str] = []
        super().__init__(("127.0.0.1", 0), _Letterbox)

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_address[1]}/1"


class _Letterbox(BaseHTTPRequestHandler):
    server: Reports

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.texts.append(f"{self.headers} {brotli.decompress(sent).decode()}")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        if isinstance(server, FarSide):
            server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
