"""One request as bytes, and its answer as it came over a real connection."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A request. `is_http` is false where a server may refuse it before there is an application to ask.

    One that is not whole would be waited for; its sender goes away instead.
    """

    seed: str
    family: str
    raw: bytes
    is_http: bool = True
    is_whole: bool = True
    operation: tuple[str, str] | None = None

    @property
    def is_clean(self) -> bool:
        """Whether the request line and headers hold nothing that HTTP forbids there."""
        head = self.raw.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"")
        return not any(byte < 0x20 or byte == 0x7F for byte in head)

    @property
    def asks_for_a_page(self) -> bool:
        """Whether it wants HTML, as a browser does."""
        return b"\r\naccept: text/html" in self.raw.partition(b"\r\n\r\n")[0].lower()

    @property
    def method(self) -> str:
        return self.raw.split(b" ", 1)[0].decode("latin-1")


@dataclass(slots=True)
class Answer:
    """What came back; status 0: the connection was closed without a word."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""
    took_s: float = 0.0
    has_hung: bool = False


def request(
    method: str, target: str | bytes, headers: list[tuple[str, str | bytes]], body: bytes = b""
) -> bytes:
    """Return the bytes of a request, as wrong as they are given; a body gets its length unless the headers say one."""
    names = {name.lower() for name, _ in headers}
    if (body or method in {"POST", "PUT", "PATCH"}) and not names & {
        "content-length",
        "transfer-encoding",
    }:
        headers = [*headers, ("Content-Length", str(len(body)))]
    if "connection" not in names:
        headers = [*headers, ("Connection", "close")]
    lines = [method.encode() + b" " + _bytes(target) + b" HTTP/1.1"]
    lines += [name.encode() + b": " + _bytes(value) for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes, size: int) -> bytes:
    """Return a body in chunks."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def send(port: int, trial: Trial) -> Answer:
    """Send a request over a connection of its own, and return what came."""
    answer = Answer()
    began_s = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
            # A server that refuses early closes while we still send; what it said is there to be read.
            with suppress(OSError):
                connection.sendall(trial.raw)
                if not trial.is_whole:
                    connection.shutdown(socket.SHUT_WR)
            got = HTTPResponse(connection, method=trial.method)
            got.begin()
            answer.status = got.status
            answer.headers = {name.lower(): value for name, value in got.getheaders()}
            answer.cookies = got.headers.get_all("set-cookie", [])
            answer.body = got.read()
    except TimeoutError:
        answer.has_hung = True
    except (ConnectionError, HTTPException):
        pass
    answer.took_s = time.perf_counter() - began_s
    return answer


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
