"""A socket that belongs to one call at a time and never outlasts it."""

import fcntl
import os
import select
import socket
import ssl
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpcore2

from apps.adapters.addresses import Address
from apps.adapters.calls import Call
from apps.adapters.nested import NestedTls

# Starts connecting a socket that does not block.
Dial = Callable[[socket.socket, tuple[str, int]], None]

_LOOK_S = 0.1
_PAUSE_S = 0.005
# Who only listens has nothing to say.
_MOST_HEARD_BYTES = 4096


class Wire(httpcore2.NetworkStream):
    """A TCP connection, encrypted or not, whose every operation ends with the call that holds it.

    The timeouts that the HTTP library hands in are ignored: they count from each read anew, and a
    server that drips one byte at a time would never meet them.
    """

    def __init__(self, address: Address, call: Call) -> None:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        self._sock = socket.socket(family, socket.SOCK_STREAM)
        # What bytes are read from and written to: the socket, or the encryption inside of its encryption.
        self._way: socket.socket | NestedTls = self._sock
        self._address = address
        self.call = call

    def connect(self, dial: Dial, port: int, timeout_s: float) -> None:
        """Open the connection to this very address: no name is looked up from here on.

        Raises:
            OSError: the connection failed; a TimeoutError if `timeout_s` was not enough.
            CallAbortedError: the call was aborted meanwhile.
        """
        self._sock.settimeout(0)
        try:
            dial(self._sock, (str(self._address), port))
        except BlockingIOError:
            self._await_connection(timeout_s)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _await_connection(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        poll = select.poll()
        poll.register(self._sock, select.POLLOUT)
        # In short looks: a wake that comes before the connection is under way is not noticed by it.
        while not poll.poll(min(_LOOK_S, max(deadline - time.monotonic(), 0)) * 1000):
            self.call.check()
            if time.monotonic() >= deadline:
                raise TimeoutError
        number = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number))

    def encrypt(self, context: ssl.SSLContext, name: str) -> None:
        """Shake hands with the server as `name`, which its certificate must be for; a second time inside of the first."""
        way: ssl.SSLSocket | NestedTls
        if isinstance(self._sock, ssl.SSLSocket):
            way = NestedTls(self._sock, context, name)
        else:
            way = context.wrap_socket(
                self._sock, server_hostname=name, do_handshake_on_connect=False
            )
            self._sock = way
        self._way = way
        way.settimeout(self.call.remaining_s())
        way.do_handshake()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, or none at the end of the connection."""
        try:
            self._way.settimeout(self.call.remaining_s())
            data = self._way.recv(max_bytes)
        except TimeoutError:
            raise self.call.timed_out() from None
        except OSError as reason:
            self.call.check()
            raise httpcore2.ReadError(str(reason)) from reason
        self.call.check()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        view = memoryview(buffer)
        try:
            while view:
                self._way.settimeout(self.call.remaining_s())
                self.call.may_have_arrived = True
                view = view[self._way.send(view) :]
        except TimeoutError:
            raise self.call.timed_out() from None
        except OSError as reason:
            self.call.check()
            # The library reads on: a server may refuse a body early and still have answered.
            raise httpcore2.WriteError(str(reason)) from reason

    def finish(self) -> None:
        """Close our side, and return when the other side has taken every byte and closed its own.

        It has, as far as TCP can tell: all is acknowledged, and who closes with bytes that were not read resets.
        """
        try:
            self._way.settimeout(self.call.remaining_s())
            if isinstance(self._sock, ssl.SSLSocket):
                # Who answers our farewell only by hanging up has heard it.
                with suppress(ssl.SSLEOFError):
                    self._sock.unwrap()
            socket.socket.shutdown(self._sock, socket.SHUT_WR)
            self._await_end()
        except TimeoutError:
            raise self.call.timed_out() from None
        except OSError as reason:
            self.call.check()
            raise httpcore2.WriteError(str(reason)) from reason

    def _await_end(self) -> None:
        heard = 0
        while data := socket.socket.recv(self._sock, _MOST_HEARD_BYTES):
            heard += len(data)
            if heard > _MOST_HEARD_BYTES:
                raise ConnectionAbortedError("it goes on talking")
            self._sock.settimeout(self.call.remaining_s())
        # An end that came before our last bytes arrived is none: it is followed by a reset, or by nothing.
        while fcntl.ioctl(self._sock.fileno(), termios.TIOCOUTQ, bytes(4)) != bytes(4):
            self.call.remaining_s()
            threading.Event().wait(_PAUSE_S)
        number = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number))

    def close(self) -> None:
        """Give the socket back to the system."""
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """Answer what the library asks before it reuses a connection: has the server hung up?"""
        if info != "is_readable":
            return None
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))

    def wake(self) -> None:
        """End the operation in which another thread is blocked; harmless at any time."""
        # The plain socket's method: the encrypted one's takes its state away under the reader.
        with suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
