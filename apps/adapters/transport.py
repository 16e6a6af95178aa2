"""Connections to literal addresses: dialled, encrypted, lent to a call, kept for a moment.

A request is sent at most once. Whether a lost one may be sent again is for the engine to decide,
which counts attempts and knows the idempotency key.
"""

import logging
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import httpcore2

from apps.adapters.addresses import Address
from apps.adapters.calls import Call
from apps.adapters.destination import Resolve, Url
from apps.adapters.errors import CallTimedOutError, ConnectFailedError, HttpError, TlsFailedError
from apps.adapters.idle import Held, IdleConnections, Key
from apps.adapters.names import Names, system_resolve
from apps.adapters.proxies import Proxy
from apps.adapters.wire import Dial, Wire

# At level DEBUG the library writes whole header lists, credentials included.
logging.getLogger("httpcore2").setLevel(logging.INFO)

# Below the five seconds after which the common servers hang up, so that we nearly always go first.
KEPT_IDLE_S = 4.0


@dataclass(frozen=True, slots=True)
class Route:
    """How a call of `owner` reaches its servers: by which proxy, how soon, and whether they must prove themselves."""

    owner: str
    proxy: Proxy | None = None
    connect_timeout_s: float | None = None
    is_verified: bool = True

    def goals(self, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        """Return the addresses to be tried; a proxy is asked for one alone, of the kind that every proxy speaks."""
        if self.proxy is None:
            return addresses
        return tuple(sorted(addresses, key=lambda address: address.version)[:1])

    def key(self, url: Url, address: Address) -> Key:
        """Return what a connection to `address` that comes about by this route is kept under."""
        proxy = "" if self.proxy is None else self.proxy.identity
        return Key(self.owner, *url.origin, str(address), proxy, self.is_verified)


class Transport:
    """The connections of one process, shared by all its threads and tenants.

    `resolve` makes addresses of a name, `dial` connects a socket to one of them; whoever passes
    others decides alone what this process talks to. `tls` is the trust in certificates.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        dial: Dial = socket.socket.connect,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.names = Names(resolve)
        self.idle = IdleConnections()
        self._dial = dial
        self._given_tls = tls

    @contextmanager
    def connection(
        self,
        url: Url,
        addresses: tuple[Address, ...],
        call: Call,
        route: Route,
        *,
        may_be_old: bool,
    ) -> Iterator[httpcore2.HTTP11Connection]:
        """Lend a connection to one of `addresses`, if allowed an idle one that came about alike.

        While it is lent, aborting the call ends its blocking operations at once. Afterwards it is
        kept if its exchange is complete.

        Raises:
            ConnectFailedError, TlsFailedError, ProxyRefusedError: none of the addresses could be reached.
            CallTimedOutError, CallAbortedError: the call ended first.
        """
        goals = route.goals(addresses)
        keys = {address: route.key(url, address) for address in goals}
        held = self._kept(list(keys.values()), call) if may_be_old else None
        if held is None:
            with call.connecting(route.connect_timeout_s):
                address, wire = self._opened(url, goals, call, route)
            origin = httpcore2.Origin(url.scheme.encode(), url.name.encode(), url.port)
            connection = httpcore2.HTTP11Connection(origin, wire, keepalive_expiry=KEPT_IDLE_S)
            held = Held(keys[address], wire, connection)
        try:
            with call.cancellation.waking(held.wire.wake):
                yield held.connection
        finally:
            self.idle.put(held)

    def wire(self, url: Url, addresses: tuple[Address, ...], call: Call) -> Wire:
        """Return a socket to one of `addresses`, encrypted if the scheme says so; the caller closes it.

        Raises:
            ConnectFailedError, TlsFailedError: none of the addresses could be reached.
            CallTimedOutError, CallAbortedError: the call ended first.
        """
        return self._opened(url, addresses, call, Route(owner=""))[1]

    def encrypt(self, wire: Wire, url: Url) -> None:
        """Encrypt a socket that is open, as `url`, whose name its certificate must be for.

        Raises:
            TlsFailedError, CallTimedOutError, CallAbortedError: no trusted encryption came about.
        """
        try:
            wire.encrypt(self._mail_tls, url.name)
        except OSError as reason:
            wire.call.check()
            raise _failure(url, reason, wire.call) from None

    def close(self) -> None:
        """Close the connections that are not lent."""
        self.idle.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Reading the certificate store takes tens of milliseconds, so only the first https call does.
        context = self._given_tls or httpcore2.default_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    @cached_property
    def _blind_tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["http/1.1"])
        return context

    @cached_property
    def _mail_tls(self) -> ssl.SSLContext:
        # Mail servers know no protocols to choose from, and some refuse to hear of any.
        return self._given_tls or httpcore2.default_ssl_context()

    def _context(self, url: Url, *, is_verified: bool) -> ssl.SSLContext:
        if url.scheme in {"smtps", "syslogs"}:
            return self._mail_tls
        return self._tls if is_verified else self._blind_tls

    def _kept(self, keys: list[Key], call: Call) -> Held | None:
        for key in keys:
            held = self.idle.take(key)
            if held is not None:
                held.wire.call = call
                return held
        return None

    def _opened(
        self, url: Url, goals: tuple[Address, ...], call: Call, route: Route
    ) -> tuple[Address, Wire]:
        """Return a wire to the first of `goals` that can be reached, and which it is."""
        proxy = route.proxy
        dialled = goals if proxy is None else proxy.addresses
        failure: HttpError = ConnectFailedError(f"{url.shown} has no address")
        for index, address in enumerate(dialled):
            # Each gets its share of the time, so that a dead first one leaves the next a chance.
            share_s = call.remaining_s() / (len(dialled) - index)
            wire = Wire(address, call)
            try:
                self._connect(wire, url if proxy is None else proxy.url, share_s)
                if proxy is not None:
                    self._lead(wire, proxy, url, goals[0])
                self._encrypt(wire, url, is_verified=route.is_verified)
            except (ConnectFailedError, CallTimedOutError) as reason:
                wire.close()
                failure = reason
            except BaseException:
                wire.close()
                raise
            else:
                return (address if proxy is None else goals[0]), wire
        raise failure

    def _connect(self, wire: Wire, dialled: Url, timeout_s: float) -> None:
        call = wire.call
        try:
            with call.cancellation.waking(wire.wake):
                wire.connect(self._dial, dialled.port, timeout_s)
                call.check()
        except OSError as reason:
            call.check()
            raise _failure(dialled, reason, call) from None

    def _lead(self, wire: Wire, proxy: Proxy, url: Url, goal: Address) -> None:
        """Lead a connected wire through a proxy, which must prove itself whatever is asked of the server."""
        self._encrypt(wire, proxy.url, is_verified=True)
        call = wire.call
        try:
            with call.cancellation.waking(wire.wake):
                proxy.tunnel(wire, goal, url.port)
        except httpcore2.NetworkError:
            raise ConnectFailedError(f"the proxy {proxy.url.shown} hung up") from None

    def _encrypt(self, wire: Wire, url: Url, *, is_verified: bool) -> None:
        if url.scheme not in {"https", "smtps", "syslogs"}:
            return
        call = wire.call
        try:
            with call.cancellation.waking(wire.wake):
                wire.encrypt(self._context(url, is_verified=is_verified), url.name)
                call.check()
        except OSError as reason:
            call.check()
            raise _failure(url, reason, call) from None


def _failure(url: Url, reason: OSError, call: Call) -> HttpError:
    match reason:
        case ssl.SSLCertVerificationError():
            why = f"its certificate is not trusted ({reason.verify_message})"
            return TlsFailedError(f"{url.shown}: {why}")
        case TimeoutError():
            return call.timed_out()
        case ssl.SSLError():
            why = f"no encrypted connection ({reason.reason or 'it ended early'})"
            return TlsFailedError(f"{url.shown}: {why}", is_retryable=True)
        case _:
            why = os.strerror(reason.errno) if reason.errno else "no connection"
            return ConnectFailedError(f"{url.shown}: {why}")


_lock = threading.Lock()
_process_transport: Transport | None = None


def process_transport() -> Transport:
    """Return this process's transport, made when first asked for and never inherited by a fork."""
    global _process_transport  # noqa: PLW0603 - one per process is the point
    with _lock:
        if _process_transport is None:
            _process_transport = Transport()
        return _process_transport


def _forget() -> None:
    # Two processes on one connection would read each other's replies, and the lock may be held by a
    # thread that does not exist in the child.
    global _process_transport, _lock  # noqa: PLW0603
    _lock = threading.Lock()
    if _process_transport is not None:
        _process_transport.idle.abandon()
    _process_transport = None


os.register_at_fork(after_in_child=_forget)
