"""The engine's Http port: calls to servers that a tenant chooses, from inside our network.

    parse once → judge name and port → resolve once → judge every address → dial the literal one

and the same again for each redirect. docs/explanation/egress.md says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import httpcore2

from apps.adapters import bodies, messages, streams
from apps.adapters.calls import Call, Cancellation
from apps.adapters.destination import Policy, Resolve, parse, refuse_strange_host
from apps.adapters.errors import (
    BadReplyError,
    BadRequestError,
    ConnectionLostError,
    HttpError,
    TooManyRedirectsError,
)
from apps.adapters.messages import Message
from apps.adapters.proxies import Proxy, authorization_of
from apps.adapters.transport import Route, Transport, process_transport
from apps.engine.ports import HttpReply, HttpRequest

MAX_REDIRECTS = 5
MAX_TIMEOUT_S = 300.0
_PUBLIC_ONLY = Policy()


class GuardedHttp:
    """Calls HTTP servers for one tenant, within its policy. Cheap to make; threads may share it.

    `owner` is the tenant's schema: connections are never shared across owners. Aborting
    `cancellation` ends the calls under way within milliseconds. All instances of a process share
    its connections unless `transport` says otherwise.
    """

    def __init__(
        self,
        policy: Policy = _PUBLIC_ONLY,
        *,
        owner: str = "",
        cancellation: Cancellation | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._policy = policy
        self._owner = owner
        self._cancellation = cancellation or Cancellation()
        self._transport = transport

    def send(self, request: HttpRequest) -> HttpReply:
        """Make one call and return its reply, whatever its status.

        `timeout_s` covers everything: look-up, connection, redirects and the last byte of the body;
        more than MAX_TIMEOUT_S counts as that. The body comes unpacked (gzip, deflate). Nothing is
        ever sent twice by itself.

        Raises:
            HttpError: no usable reply came; apps.adapters.errors lists the family.
        """
        if not request.timeout_s > 0:
            raise BadRequestError("the time limit must be above zero seconds")
        call = Call(min(request.timeout_s, MAX_TIMEOUT_S), self._cancellation)
        transport = self._transport or process_transport()
        try:
            return self._follow(request, call, transport)
        except HttpError as failure:
            # Also of a refused redirect: the server that redirected may have acted.
            failure.may_have_arrived = failure.may_have_arrived or call.may_have_arrived
            raise

    def _follow(self, request: HttpRequest, call: Call, transport: Transport) -> HttpReply:
        """Send the request and what its redirects make of it; return the last reply."""
        message = messages.first(request)
        route = self._route(request, call, transport)
        asked = request.max_redirects
        most_redirects = MAX_REDIRECTS if asked is None else min(MAX_REDIRECTS, asked)
        for redirects in range(most_redirects + 1):
            refuse_strange_host(message.url, request.allowed_hosts)
            if route.proxy is not None and (message.url.scheme == "http" or not route.is_verified):
                # It can read what passes, so the credentials go to it as well.
                refuse_strange_host(route.proxy.url, request.allowed_hosts)
            reply = self._exchange(message, call, transport, route, request)
            if not _leads_on(request, reply.status, reply.headers):
                return replace(reply, redirects=redirects) if redirects else reply
            location = reply.headers["location"]
            message = messages.after_redirect(message, reply.status, location)
        raise TooManyRedirectsError(f"the server redirected more than {most_redirects} times")

    def _most_bytes(self, request: HttpRequest) -> int:
        own = self._policy.max_response_bytes
        return own if request.max_reply_bytes is None else min(own, request.max_reply_bytes)

    def _route(self, request: HttpRequest, call: Call, transport: Transport) -> Route:
        """Return how every hop of a request is reached; a proxy is judged like any other place."""
        proxy = None
        if request.proxy is not None:
            url = parse(request.proxy.url)
            addresses = self._policy.addresses(url, _resolver(call, transport))
            proxy = Proxy(url, addresses, authorization_of(request.proxy))
        return Route(
            self._owner,
            proxy=proxy,
            connect_timeout_s=request.connect_timeout_s,
            is_verified=request.verify_tls,
        )

    def _exchange(
        self, message: Message, call: Call, transport: Transport, route: Route, request: HttpRequest
    ) -> HttpReply:
        """Send one message to one judged address and read its reply."""
        url = message.url
        addresses = self._policy.addresses(url, _resolver(call, transport))
        lent = transport.connection(
            url, addresses, call, route, may_be_old=message.may_use_old_connection
        )
        try:
            with lent as connection:
                return self._converse(connection, message, request)
        except httpcore2.LocalProtocolError:
            raise BadRequestError("the request is not valid HTTP") from None
        except httpcore2.RemoteProtocolError as reason:
            raise _broken(reason, url.shown) from None
        except httpcore2.NetworkError:
            raise _lost(url.shown) from None

    def _converse(
        self, connection: httpcore2.HTTP11Connection, message: Message, request: HttpRequest
    ) -> HttpReply:
        url = message.url
        sent = httpcore2.Request(
            message.method,
            httpcore2.URL(scheme=url.scheme, host=url.name, port=url.port, target=url.target),
            headers=message.wire_headers(),
            content=streams.content_of(message.body),
        )
        response = connection.handle_request(sent)
        try:
            headers = _headers(response.headers)
            leads_on = _leads_on(request, response.status, headers)
            sink = None if leads_on else streams.begun(request.sink, response.status, headers)
            return _reply(message.method, response, headers, self._most_bytes(request), sink)
        finally:
            response.close()


def _resolver(call: Call, transport: Transport) -> Resolve:
    return lambda name, port: transport.names.look_up(name, port, call)


def _reply(
    method: str,
    response: httpcore2.Response,
    headers: dict[str, str],
    most_bytes: int,
    sink: streams.Begun | None,
) -> HttpReply:
    limit = most_bytes if sink is None else sink.most_bytes
    length = headers.get("content-length", "0")
    # Twenty digits are more than any machine holds, and longer numbers are slow to read.
    if method != "HEAD" and length[:20].isdecimal() and int(length[:20]) > limit:
        raise bodies.too_large(limit)
    chunks: Iterable[bytes] = response.iter_stream()
    encoding = headers.get("content-encoding", "")
    if sink is None:
        body = bodies.read(chunks, encoding, max_bytes=limit)
    else:
        bodies.pour(chunks, encoding, sink.into, max_bytes=limit)
        body = b""
    if (body or sink is not None) and bodies.is_packed(encoding):
        # They describe what was sent, not what the caller is given.
        headers = {
            name: value
            for name, value in headers.items()
            if name not in {"content-encoding", "content-length"}
        }
    return HttpReply(response.status, headers, body)


def _leads_on(request: HttpRequest, status: int, headers: Mapping[str, str]) -> bool:
    """Say whether a reply only tells where to ask instead."""
    is_redirect = request.follow_redirects and status in messages.REDIRECT_STATUSES
    return is_redirect and "location" in headers


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        value = _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _broken(reason: Exception, shown: str) -> BadReplyError | ConnectionLostError:
    # The library has one class for both; an early end is the only one that time may heal.
    if "disconnect" in str(reason) or "closed" in str(reason):
        return _lost(shown)
    return BadReplyError(f"{shown} answered something that is not HTTP")


def _lost(shown: str) -> ConnectionLostError:
    return ConnectionLostError(f"{shown} ended the connection before its reply was complete")
