"""The HTTP client that the SDKs of OpenAI and Anthropic are given: it knows no other way out than a Line."""

from collections.abc import Iterable, Iterator, Mapping

import httpx2

from apps.adapters import bodies
from apps.adapters.llm.line import Flow, Line
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret

# What an SDK may say of itself. All else it takes from this machine or tells about it, and a tenant chooses the server.
_PASSED_ON = frozenset({"accept", "content-type", "anthropic-version", "anthropic-beta"})


# The SDKs copy all that they have of an event with each of its lines, so one event of megabytes takes quadratic time.
MAX_EVENT_BYTES = 256 * 1024
_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")


class _Body(httpx2.SyncByteStream):
    """A reply's body as the client reads it; of one that comes in events each is bounded."""

    def __init__(self, flow: Flow, *, is_in_events: bool) -> None:
        self._flow = flow
        self._is_in_events = is_in_events

    def __iter__(self) -> Iterator[bytes]:
        return _in_events(self._flow) if self._is_in_events else iter(self._flow)

    def close(self) -> None:
        self._flow.close()


def _in_events(pieces: Iterable[bytes]) -> Iterator[bytes]:
    open_bytes = 0
    for piece in pieces:
        end = max(piece.rfind(mark) for mark in _EVENT_ENDS)
        open_bytes = open_bytes + len(piece) if end < 0 else len(piece) - end
        if open_bytes > MAX_EVENT_BYTES:
            raise bodies.too_large(MAX_EVENT_BYTES)
        yield piece


class GuardedTransport(httpx2.BaseTransport):
    """What the SDKs of OpenAI and Anthropic send through. `headers` are ours and replace what they would say."""

    def __init__(
        self, line: Line, headers: Mapping[str, str | Secret], *, is_in_events: bool
    ) -> None:
        self._line = line
        self._headers = headers
        self._is_in_events = is_in_events

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        passed = {name: text for name, text in request.headers.items() if name in _PASSED_ON}
        flow = self._line.open(
            HttpRequest(
                request.method,
                str(request.url),
                {**passed, "accept-encoding": "identity", **self._headers},
                request.read(),
            )
        )
        return httpx2.Response(
            flow.status, headers=flow.headers, stream=_Body(flow, is_in_events=self._is_in_events)
        )


def client_of(
    line: Line, headers: Mapping[str, str | Secret], *, is_in_events: bool
) -> httpx2.Client:
    """Return the HTTP client to give to an SDK for one call, whose answer comes as a whole or in events."""
    transport = GuardedTransport(line, headers, is_in_events=is_in_events)
    return httpx2.Client(transport=transport, trust_env=False, follow_redirects=False)
