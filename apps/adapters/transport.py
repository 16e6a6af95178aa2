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
from functools import cached_property

import httpcore2

from apps.adapters.addresses import Address
from apps.adapters.calls import Call
from apps.adapters.destination import Resolve, Url
from apps.adapters.errors import CallTimedOutError, ConnectFailedError, HttpError, TlsFailedError
from apps.adapters.idle import Held, IdleConnections, Key
from apps.adapters.names import Names, system_resolve
from apps.adapters.wire import Dial, Wire

# At level DEBUG the library writes whole header lists, credentials included.
logging.getLogger("httpcore2").setLevel(logging.INFO)

# Below the five seconds after which the common servers hang up, so that we nearly always go first.
KEPT_IDLE_S = 4.0


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
        self, url: Url, addresses: tuple[Address, ...], call: Call, owner: str, *, may_be_old: bool
    ) -> Iterator[httpcore2.HTTP11Connection]:
        """Lend a connection to one of `addresses`, if allowed an idle one of the same owner.

        While it is lent, aborting the call ends its blocking operations at once. Afterwards it is
        kept if its exchange is complete.

        Raises:
            ConnectFailedError, TlsFailedError: none of the addresses could be reached.
            CallTimedOutError, CallAbortedError: the call ended first.
        """
        keys = [Key(owner, *url.origin, str(address)) for address in addresses]
        held = self._kept(keys, call) if may_be_old else None
        if held is None:
            held = self._opened(url, addresses, keys, call)
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
        return self._dialled(url, addresses, call)[1]

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
    def _mail_tls(self) -> ssl.SSLContext:
        # Mail servers know no protocols to choose from, and some refuse to hear of any.
        return self._given_tls or httpcore2.default_ssl_context()

    def _kept(self, keys: list[Key], call: Call) -> Held | None:
        for key in keys:
            held = self.idle.take(key)
            if held is not None:
                held.wire.call = call
                return held
        return None

    def _opened(
        self, url: Url, addresses: tuple[Address, ...], keys: list[Key], call: Call
    ) -> Held:
        index, wire = self._dialled(url, addresses, call)
        origin = httpcore2.Origin(url.scheme.encode(), url.name.encode(), url.port)
        connection = httpcore2.HTTP11Connection(origin, wire, keepalive_expiry=KEPT_IDLE_S)
        return Held(keys[index], wire, connection)

    def _dialled(self, url: Url, addresses: tuple[Address, ...], call: Call) -> tuple[int, Wire]:
        failure: HttpError = ConnectFailedError(f"{url.shown} has no address")
        for index, address in enumerate(addresses):
            # Each gets its share of the time, so that a dead first one leaves the next a chance.
            share_s = call.remaining_s() / (len(addresses) - index)
            wire = Wire(address, call)
            try:
                self._connect(wire, url, share_s)
            except (ConnectFailedError, CallTimedOutError) as reason:
                wire.close()
                failure = reason
            except BaseException:
                wire.close()
                raise
            else:
                return index, wire
        raise failure

    def _connect(self, wire: Wire, url: Url, timeout_s: float) -> None:
        call = wire.call
        try:
            with call.cancellation.waking(wire.wake):
                wire.connect(self._dial, url.port, timeout_s)
                if url.scheme == "https":
                    wire.encrypt(self._tls, url.name)
                elif url.scheme == "smtps":
                    wire.encrypt(self._mail_tls, url.name)
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
