"""Syslog servers that a tenant chooses, under the same guard as calls over HTTP: RFC 6587's octet counting over TCP or TLS.

    judge name and port → resolve once → judge every address → dial the literal one → encrypt → send → hang up, and wait for theirs

Syslog knows no answer. A connection that the server closes without a reset after we have closed our side is the nearest to
one: its program has read everything. So each batch has a connection of its own.
"""

from collections.abc import Iterable

import httpcore2

from apps.adapters.addresses import Address
from apps.adapters.calls import Call, Cancellation
from apps.adapters.destination import Policy, syslog_server
from apps.adapters.errors import BadRequestError, ConnectionLostError, HttpError
from apps.adapters.http import MAX_TIMEOUT_S
from apps.adapters.transport import Transport, process_transport

_PUBLIC_ONLY = Policy()


class GuardedSyslog:
    """Sends messages to syslog servers for one tenant, within its policy. Cheap to make; threads may share it."""

    def __init__(
        self,
        policy: Policy = _PUBLIC_ONLY,
        *,
        cancellation: Cancellation | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._policy = policy
        self._cancellation = cancellation or Cancellation()
        self._transport = transport

    def send(
        self,
        host: str,
        port: int,
        messages: Iterable[bytes],
        *,
        is_encrypted: bool,
        timeout_s: float,
    ) -> None:
        """Send messages in order over one connection and return when the server has taken all of them.

        Raises:
            HttpError: it has not, or nobody knows; apps.adapters.errors lists the family.
        """
        if not timeout_s > 0:
            raise BadRequestError("the time limit must be above zero seconds")
        call = Call(min(timeout_s, MAX_TIMEOUT_S), self._cancellation)
        transport = self._transport or process_transport()
        url = syslog_server(host, port, is_encrypted=is_encrypted)

        def resolve(name: str, port: int) -> tuple[Address, ...]:
            return transport.names.look_up(name, port, call)

        wire = transport.wire(url, self._policy.addresses(url, resolve), call)
        try:
            with call.cancellation.waking(wire.wake):
                wire.write(b"".join(framed(message) for message in messages))
                wire.finish()
        except HttpError as failure:
            failure.may_have_arrived = call.may_have_arrived
            raise
        except httpcore2.NetworkError:
            call.check()
            why = f"{url.shown} ended the connection before it had taken everything"
            raise ConnectionLostError(why) from None
        finally:
            wire.close()


def framed(message: bytes) -> bytes:
    """Return a message as RFC 6587 3.4.1 sends it: its length in octets, a space, itself."""
    return b"%d %s" % (len(message), message)
