"""The HTTP client that the SDKs of OpenAI and Anthropic are given: it knows no other way out than a Line."""

from collections.abc import Iterator, Mapping

import httpx2

from apps.adapters.llm.line import Flow, Line
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret

# What an SDK may say of itself. All else it takes from this machine or tells about it, and a tenant chooses the server.
_PASSED_ON = frozenset({"accept", "content-type", "anthropic-version", "anthropic-beta"})


class _Body(httpx2.SyncByteStream):
    """A reply's body as the client reads it."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._flow)

    def close(self) -> None:
        self._flow.close()


class GuardedTransport(httpx2.BaseTransport):
    """What the SDKs of OpenAI and Anthropic send through. `headers` are ours and replace what they would say."""

    def __init__(self, line: Line, headers: Mapping[str, str | Secret]) -> None:
        self._line = line
        self._headers = headers

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
        return httpx2.Response(flow.status, headers=flow.headers, stream=_Body(flow))


def client_of(line: Line, headers: Mapping[str, str | Secret]) -> httpx2.Client:
    """Return the HTTP client to give to an SDK for one call."""
    transport = GuardedTransport(line, headers)
    return httpx2.Client(transport=transport, trust_env=False, follow_redirects=False)
