"""The way out for the SDKs: each of their requests goes through our guard, and its reply is read while it comes.

    SDK → Line.open → parse once → judge name, port and addresses → dial the literal one

An SDK never opens a connection itself, never follows a redirect, never sees proxies or settings of this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpcore2

from apps.adapters import bodies, messages, streams
from apps.adapters.addresses import Address
from apps.adapters.calls import Call, Cancellation
from apps.adapters.destination import Policy, Url, parse, refuse_strange_host
from apps.adapters.errors import BadReplyError, BadRequestError, ConnectionLostError
from apps.adapters.transport import Route, Transport, process_transport
from apps.engine.llm import Access
from apps.engine.ports import HttpRequest

MAX_TIMEOUT_S = 600.0
# The fields of credentials that lead to another server than the provider's own.
ADDRESSES = ("base_url", "endpoint_url")
_REDIRECTS = messages.REDIRECT_STATUSES


@dataclass(frozen=True, slots=True)
class Exit:
    """Where one tenant's calls leave: its policy, its own connections, and what ends its calls."""

    policy: Policy
    owner: str = ""
    cancellation: Cancellation | None = None
    transport: Transport | None = None

    @contextmanager
    def line(self, credential: Access, timeout_s: float) -> Iterator[Line]:
        """Lend a way out for one call that uses `credential`; what it leaves open is closed at the end.

        Raises:
            BadUrlError, BlockedDestinationError: the address in it, before an SDK reads it in its own way.
        """
        for name in ADDRESSES:
            if address := credential.text(name):
                parse(address)
        line = Line(self, credential, timeout_s)
        with line.flows:
            yield line


def spelt(credential: Access, name: str) -> str:
    """Return an address in a credential as it was judged, empty if there is none.

    An SDK that reads the author's text itself knows other hosts than we do, or fails over it.
    """
    address = credential.text(name)
    return parse(address).text.removesuffix("/") if address else ""


class Line:
    """One call's way out. `timeout_s` covers all of it, from the first look-up to the last byte."""

    def __init__(self, way: Exit, credential: Access, timeout_s: float) -> None:
        self.flows = ExitStack()
        self._exit = way
        self._hosts = credential.allowed_hosts
        self._transport = way.transport or process_transport()
        self._call = Call(min(timeout_s, MAX_TIMEOUT_S), way.cancellation or Cancellation())

    def open(self, request: HttpRequest) -> Flow:
        """Send a request and return its reply as soon as it begins; a redirect is refused.

        Raises:
            HttpError: no reply came; apps.adapters.errors lists the family.
        """
        message = messages.first(request)
        url = message.url
        refuse_strange_host(url, [self._hosts] if self._hosts else [])
        addresses = self._exit.policy.addresses(url, self._look_up)
        with ExitStack() as stack, _told(url):
            connection = stack.enter_context(
                self._transport.connection(
                    url,
                    addresses,
                    self._call,
                    Route(self._exit.owner),
                    may_be_old=message.may_use_old_connection,
                )
            )
            response = connection.handle_request(
                httpcore2.Request(
                    message.method,
                    httpcore2.URL(
                        scheme=url.scheme, host=url.name, port=url.port, target=url.target
                    ),
                    headers=message.wire_headers(),
                    content=streams.content_of(message.body),
                )
            )
            stack.callback(response.close)
            flow = Flow(url, response, self._exit.policy.max_response_bytes, stack.pop_all())
        self.flows.callback(flow.close)
        if flow.is_refused:
            raise BadReplyError(f"{url.shown} answered with a redirect or packed, as nobody asked")
        return flow

    def _look_up(self, name: str, port: int) -> tuple[Address, ...]:
        return self._transport.names.look_up(name, port, self._call)


class Flow:
    """A reply under way: status and headers are there, the body comes piece by piece, up to a bound."""

    def __init__(
        self, url: Url, response: httpcore2.Response, most_bytes: int, stack: ExitStack
    ) -> None:
        self.status = response.status
        self.headers: list[tuple[bytes, bytes]] = list(response.headers)
        self._url = url
        self._response = response
        self._most_bytes = most_bytes
        self._stack = stack

    @property
    def is_refused(self) -> bool:
        """Whether it leads elsewhere, or comes in a form that was not asked for and might unpack without end."""
        names = {name.lower(): value for name, value in self.headers}
        packing = names.get(b"content-encoding", b"identity").strip().lower()
        return self.status in _REDIRECTS or packing != b"identity"

    def __iter__(self) -> Iterator[bytes]:
        left = self._most_bytes
        with _told(self._url):
            for piece in self._response.iter_stream():
                left -= len(piece)
                if left < 0:
                    raise bodies.too_large(self._most_bytes)
                yield piece

    def close(self) -> None:
        """Give the connection back, or close it if the reply is not over."""
        self._stack.close()


@contextmanager
def _told(url: Url) -> Iterator[None]:
    """Turn what a connection raises into our family."""
    try:
        yield
    except httpcore2.LocalProtocolError:
        raise BadRequestError("the request is not valid HTTP") from None
    except httpcore2.RemoteProtocolError as reason:
        # The library has one class for both; an early end is the only one that time may heal.
        if "disconnect" in str(reason) or "closed" in str(reason):
            raise _lost(url) from None
        raise BadReplyError(f"{url.shown} answered something that is not HTTP") from None
    except httpcore2.NetworkError:
        raise _lost(url) from None


def _lost(url: Url) -> ConnectionLostError:
    return ConnectionLostError(f"{url.shown} ended the connection before its reply was complete")
