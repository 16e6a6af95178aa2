"""What is sent: method and headers checked before anything else, and what a redirect makes of them."""

import re
from dataclasses import dataclass, replace

from apps.adapters import streams
from apps.adapters.bodies import ACCEPT_ENCODING
from apps.adapters.destination import Url, join, parse
from apps.adapters.errors import BadRequestError
from apps.engine.ports import HttpRequest, Stream
from apps.engine.secret import Secret

MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 * 1024
USER_AGENT = "gorax"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_LINE_BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# The connection's own affairs: whoever sets them can make two servers read two different requests.
_OWN_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# CONNECT asks for a tunnel, TRACE for an echo of credentials.
_REFUSED_METHODS = frozenset(("CONNECT", "TRACE"))
_BODY_HEADERS = frozenset(("content-type", "content-encoding", "content-language"))
# All that travels to another host on a redirect; a credential may hide in any other header.
_HARMLESS_HEADERS = _BODY_HEADERS | {
    "accept",
    "accept-encoding",
    "accept-language",
    "idempotency-key",
    "user-agent",
    "x-gorax-attempt",
}
# Methods whose repetition means nothing (RFC 9110 §9.2.2).
_REPEATABLE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
REDIRECT_STATUSES = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Message:
    """One request on its way to one server; `headers` have lower-case names and end with no secret."""

    method: str
    url: Url
    headers: tuple[tuple[str, bytes], ...]
    body: bytes | Stream | None

    @property
    def may_use_old_connection(self) -> bool:
        """Say whether it is harmless if an idle connection turns out to be closing.

        The request is never sent a second time by itself, but whether the first arrived stays unknown.
        """
        keyed = any(name == "idempotency-key" for name, _ in self.headers)
        return keyed or self.method in _REPEATABLE_METHODS

    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers as they are sent, the connection's own ones included."""
        own = [(b"host", self.url.authority.encode("ascii"))]
        if self.body is not None or self.method in {"POST", "PUT", "PATCH"}:
            own.append((b"content-length", str(streams.size_of(self.body)).encode("ascii")))
        return own + [(name.encode("ascii"), value) for name, value in self.headers]


def first(request: HttpRequest) -> Message:
    """Return the message that opens an exchange.

    Raises:
        BadUrlError, BlockedDestinationError: the URL, as `destination.parse` says.
        BadRequestError: a method or header that may not be sent.
    """
    method = request.method.upper()
    if not _TOKEN.fullmatch(method) or method in _REFUSED_METHODS:
        raise BadRequestError("this method cannot be sent")
    headers = [_header(name, value) for name, value in request.headers.items()]
    if len(headers) > MAX_HEADERS or sum(len(n) + len(v) for n, v in headers) > MAX_HEADER_BYTES:
        raise BadRequestError(
            f"more than {MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them"
        )
    names = {name for name, _ in headers}
    for name, value in (
        ("user-agent", USER_AGENT),
        ("accept", "*/*"),
        ("accept-encoding", ACCEPT_ENCODING),
    ):
        if name not in names:
            headers.append((name, value.encode("ascii")))
    return Message(method, parse(request.url), tuple(headers), _bytes(request.body))


def after_redirect(message: Message, status: int, location: str) -> Message:
    """Return the message that a redirect asks for; its destination still has to be judged.

    303 always, 301 and 302 after a POST, turn into a GET without a body; all others repeat method
    and body. To another scheme, host or port only harmless headers travel.

    Raises:
        BadUrlError, BlockedDestinationError: the location, as `destination.join` says.
    """
    url = join(message.url, location)
    becomes_get = status == 303 or (status in {301, 302} and message.method == "POST")
    moved = replace(message, url=url)
    if becomes_get and message.method != "HEAD":
        kept = tuple(pair for pair in message.headers if pair[0] not in _BODY_HEADERS)
        moved = replace(moved, method="GET", body=None, headers=kept)
    if url.origin != message.url.origin:
        kept = tuple(pair for pair in moved.headers if pair[0] in _HARMLESS_HEADERS)
        moved = replace(moved, headers=kept)
    return moved


def _header(name: str, value: str | Secret) -> tuple[str, bytes]:
    if not _TOKEN.fullmatch(name):
        raise BadRequestError("a header's name has characters that no header name may have")
    lower = name.lower()
    if lower in _OWN_HEADERS:
        raise BadRequestError(f"the header {lower} is set by the connection itself")
    text = value.reveal() if isinstance(value, Secret) else value
    if _LINE_BREAKING.search(text):
        raise BadRequestError(
            f"the value of the header {lower} contains a line break or control character"
        )
    try:
        return lower, text.strip(" \t").encode()
    except UnicodeEncodeError:
        raise BadRequestError(f"the value of the header {lower} is no text") from None


def _bytes(body: bytes | str | Secret | Stream | None) -> bytes | Stream | None:
    if body is None or isinstance(body, bytes | Stream):
        return body
    try:
        return (body.reveal() if isinstance(body, Secret) else body).encode()
    except UnicodeEncodeError:
        raise BadRequestError("the body is no text that can be sent") from None
