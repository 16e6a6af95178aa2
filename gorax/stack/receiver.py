"""The far side of the demo and of tests: a small real HTTP server that remembers what it was sent.

    python -m gorax.stack.receiver --port 8002 [--log received.jsonl]

It listens on 127.0.0.1 only and imports nothing of gorax, so that it costs little memory. What it
answers depends on the path, whatever the method:

    /ok              200 {"received": true, "key": "<Idempotency-Key>", "count": <requests with it>}
    /echo            200 with method, path, query, headers and body as they arrived
    /slow/<ms>       as /ok, after a pause of at most MAX_PAUSE_MS
    /status/<code>   that status
    /flaky/<n>       503 for the first n requests of a key, then as /ok
    /drop            counts, then resets the connection without an answer
    /redirect/<code>?to=<url>   a redirect, to /ok if `to` is missing

and these two are for the observer, not counted:

    GET /requests[?key=]   {"requests": [...], "count": n, "counts": {key: n}}, newest KEPT_REQUESTS
    DELETE /requests       204, forgets all
"""

import argparse
import json
import signal
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_PAUSE_MS = 60_000
# What is remembered whole; counts per key are kept for all.
KEPT_REQUESTS = 10_000
KEPT_BODY_CHARACTERS = 64 * 1024


class Book:
    """What has arrived, safe for threads; `log_path` gets one JSON line per request as it arrives."""

    def __init__(self, log_path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        self._counts: Counter[str] = Counter()
        # Line by line, so that the log is whole up to the last request even after a kill.
        self._log = log_path.open("a", buffering=1, encoding="utf-8") if log_path else None

    def write(self, entry: dict[str, Any]) -> int:
        """Remember one request; return how many with its key have come, this one included."""
        with self._lock:
            self._counts[entry["key"]] += 1
            count = self._counts[entry["key"]]
            self._requests.append({**entry, "count": count})
            if self._log is not None:
                self._log.write(json.dumps({**entry, "count": count}) + "\n")
        return count

    def read(self, key: str | None) -> dict[str, Any]:
        """Return the remembered requests, newest first, of one key or of all."""
        with self._lock:
            found = [entry for entry in reversed(self._requests) if key in {None, entry["key"]}]
            counts = dict(self._counts) if key is None else {key: self._counts[key]}
        return {"requests": found, "count": sum(counts.values()), "counts": counts}

    def forget(self) -> None:
        """Forget all requests and counts; the log stays."""
        with self._lock:
            self._requests.clear()
            self._counts.clear()

    def close(self) -> None:
        """Close the log."""
        if self._log is not None:
            self._log.close()


class Receiver(ThreadingHTTPServer):
    """The server; `port` 0 takes a free one, which `url` then names."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int = 0, log_path: Path | None = None) -> None:
        self.book = Book(log_path)
        # Set when the server closes, so that no pause outlives it.
        self.stopping = threading.Event()
        super().__init__((HOST, port), Handler)

    @property
    def url(self) -> str:
        """Return the base URL, without a slash at its end."""
        return f"http://{HOST}:{self.server_address[1]}"

    def server_close(self) -> None:
        """Close the socket and the log, and end the pauses."""
        self.stopping.set()
        super().server_close()
        self.book.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away in the middle are what this server is for."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "gorax-receiver"
    sys_version = ""
    timeout = 120
    # One packet per answer: small writes would wait for the client's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        """Route one request by its path."""
        body = self._body()
        if body is None:
            return
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/requests":
            self._observe(query.get("key"))
            return
        entry = self._entry(parts.path, parts.query, body)
        count = self._book.write(entry)
        word, _, argument = parts.path.strip("/").partition("/")
        self._play(word, argument, query, {**entry, "count": count})

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any  # noqa: N815 - named by http.server

    @property
    def _book(self) -> Book:
        return cast(Receiver, self.server).book

    def _play(self, word: str, argument: str, query: dict[str, str], entry: dict[str, Any]) -> None:
        number = int(argument[:9]) if argument.isascii() and argument.isdecimal() else -1
        received = {"received": True, "key": entry["key"], "count": entry["count"]}
        match word:
            case "ok" if not argument:
                self._answer(200, received)
            case "echo":
                self._answer(200, entry)
            case "slow" if 0 <= number <= MAX_PAUSE_MS:
                cast(Receiver, self.server).stopping.wait(number / 1000)
                self._answer(200, received)
            case "status" if 200 <= number <= 599:
                self._answer(number, received)
            case "flaky" if number >= 0:
                failed = entry["count"] <= number
                self._answer(503 if failed else 200, {**received, "received": not failed})
            case "drop" if not argument:
                self._drop()
            case "redirect" if 300 <= number <= 399:
                self._answer(number, received, {"Location": query.get("to", "/ok")})
            case _:
                self._answer(404, {"received": False, "path": entry["path"]})

    def _observe(self, key: str | None) -> None:
        if self.command == "DELETE":
            self._book.forget()
            self._answer(204, None)
        else:
            self._answer(200, self._book.read(key))

    def _body(self) -> bytes | None:
        """Return the body, or answer why it cannot be read and return None."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            self._answer(411, {"received": False})
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length[:20]) > MAX_BODY_BYTES:
            self.close_connection = True
            self._answer(413, {"received": False})
            return None
        return self.rfile.read(int(length))

    def _entry(self, path: str, query: str, body: bytes) -> dict[str, Any]:
        return {
            "at": datetime.now(UTC).isoformat(),
            "method": self.command,
            "path": path,
            "query": query,
            "key": self.headers.get("Idempotency-Key", ""),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode("utf-8", "replace")[:KEPT_BODY_CHARACTERS],
        }

    def _drop(self) -> None:
        # A linger of zero seconds makes the close a reset, as a crashed server's is.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _answer(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if status in {204, 304} else json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        if content:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by http.server
        """Write no access log: the book is the log."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; the first line printed names the URL."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--log", type=Path, default=None, help="append one JSON line per request")
    chosen = parser.parse_args(arguments)
    try:
        receiver = Receiver(chosen.port, chosen.log)
    except OSError as reason:
        print(f"receiver: port {chosen.port} cannot be used: {reason.strerror}", flush=True)
        return 1
    # shutdown() waits for the serving loop, so it must not run inside it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=receiver.shutdown).start())
    print(f"receiver: listening on {receiver.url}", flush=True)
    try:
        receiver.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        print("receiver: stopped", flush=True)
    finally:
        receiver.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
