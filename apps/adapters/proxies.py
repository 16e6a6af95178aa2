"""A tunnel through a proxy: to the literal address that was judged, never to a name that the proxy would look up."""

import base64
import hashlib
import re
from dataclasses import dataclass, field

from apps.adapters.addresses import Address
from apps.adapters.destination import Url
from apps.adapters.errors import BadReplyError, BadRequestError, ProxyRefusedError
from apps.adapters.wire import Wire
from apps.engine.ports import HttpProxy
from apps.engine.secret import Secret

MAX_ANSWER_BYTES = 16 * 1024

_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?:[ \r]|$)")
_UNAUTHORISED = 407
# Too many requests, and gateways in trouble.
_HEALING = frozenset((429, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy whose addresses were judged; `authorization` is what its user signs in with."""

    url: Url
    addresses: tuple[Address, ...]
    authorization: Secret | None = field(default=None)

    @property
    def identity(self) -> str:
        """Return what tells its tunnels from those of other proxies and other users, and shows no secret."""
        signed = b"" if self.authorization is None else self.authorization.reveal().encode()
        addresses = ",".join(str(address) for address in self.addresses)
        return f"{self.url.authority} {addresses} {hashlib.sha256(signed).hexdigest()}"

    def tunnel(self, wire: Wire, address: Address, port: int) -> None:
        """Ask for a tunnel to `address` on a wire that is connected to the proxy.

        Raises:
            ProxyRefusedError: it makes none.
            BadReplyError: what it answered is not HTTP, or more than an answer.
        """
        place = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        if self.authorization is not None:
            lines.append(f"Proxy-Authorization: {self.authorization.reveal()}")
        had_arrived = wire.call.may_have_arrived
        wire.write("\r\n".join([*lines, "", ""]).encode("ascii"))
        # So far the proxy knows where to, and the server nothing.
        wire.call.may_have_arrived = had_arrived
        self._judge(self._answer(wire))

    def _answer(self, wire: Wire) -> bytes:
        answer = b""
        while _END not in answer:
            piece = wire.read(MAX_ANSWER_BYTES)
            if not piece or len(answer) + len(piece) > MAX_ANSWER_BYTES:
                raise BadReplyError(f"the proxy {self.url.shown} did not answer as one")
            answer += piece
        return answer

    def _judge(self, answer: bytes) -> None:
        found = _STATUS.match(answer)
        if found is None:
            raise BadReplyError(f"the proxy {self.url.shown} did not answer as one")
        status = int(found[1])
        if not 200 <= status <= 299:
            why = "it wants another user or password" if status == _UNAUTHORISED else "it refused"
            raise ProxyRefusedError(
                f"the proxy {self.url.shown} answered {status}: {why}",
                is_retryable=status in _HEALING,
            )
        if not answer.endswith(_END):
            # The server has not been spoken to, so whatever follows is not its word.
            raise BadReplyError(f"the proxy {self.url.shown} did not answer as one")


def authorization_of(proxy: HttpProxy) -> Secret | None:
    """Return the header by which a proxy's user signs in; None if it has no user.

    Raises:
        BadRequestError: user or password cannot be sent.
    """
    user, password = _revealed(proxy.user), _revealed(proxy.password)
    if not user:
        return None
    try:
        pair = f"{user}:{password}".encode()
    except UnicodeEncodeError:
        raise BadRequestError("the proxy's user or password is no text") from None
    if ":" in user:
        raise BadRequestError("the name of a proxy's user must have no colon")
    return Secret(f"Basic {base64.b64encode(pair).decode()}")


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
