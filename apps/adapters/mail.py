"""The engine's Mail port: messages to mail servers that a tenant chooses, under the same guard as calls over HTTP.

    judge name and port → resolve once → judge every address → dial the literal one → encrypt → sign in → hand over

All recipients or none: a message goes out only if the server takes every one of them.
"""

import base64
import io
import re
import smtplib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import httpcore2

from apps.adapters import streams
from apps.adapters.addresses import Address
from apps.adapters.calls import Call, Cancellation
from apps.adapters.destination import Policy, Url, mail_server
from apps.adapters.errors import (
    BadReplyError,
    BadRequestError,
    CallTimedOutError,
    ConnectionLostError,
    HttpError,
    MailAuthFailedError,
    MailRefusedError,
    MailUnknownError,
    TlsFailedError,
)
from apps.adapters.http import MAX_TIMEOUT_S
from apps.adapters.transport import Transport, process_transport
from apps.adapters.wire import Wire
from apps.engine.ports import MailReply, MailRequest
from apps.engine.secret import Secret

# The end of the data; what comes before it is thrown away by every server if this does not come.
END = b".\r\n"
SHOWN_CHARACTERS = 200
# Ten times what the longest honest dialogue takes; one that never ends would fill the worker's memory.
MAX_HEARD_BYTES = 256 * 1024
SECURITIES = frozenset({"starttls", "tls", "none"})

_PUBLIC_ONLY = Policy()
_ADDRESS = re.compile(r"[\x21-\x7e]{1,320}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]+")


class GuardedMail:
    """Hands messages to mail servers for one tenant, within its policy. Cheap to make; threads may share it."""

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

    def send(self, request: MailRequest) -> MailReply:
        """Hand one message over, once; `timeout_s` covers everything from the look-up on.

        Raises:
            HttpError: it was not taken, or nobody knows; apps.adapters.errors lists the family.
        """
        return self._spoken(request, _Session.deliver)

    def sign_in(self, request: MailRequest) -> MailReply:
        """Greet a server and sign in as a message would, and hand nothing over.

        Raises:
            HttpError: as `send`.
        """
        return self._spoken(request, _Session.sign_in)

    def _spoken(self, request: MailRequest, talk: Callable[["_Session"], MailReply]) -> MailReply:
        _refuse_odd(request)
        call = Call(min(request.timeout_s, MAX_TIMEOUT_S), self._cancellation)
        transport = self._transport or process_transport()
        url = mail_server(request.host, request.port, is_encrypted=request.security == "tls")

        def resolve(name: str, port: int) -> tuple[Address, ...]:
            return transport.names.look_up(name, port, call)

        wire = transport.wire(url, self._policy.addresses(url, resolve), call)
        try:
            with call.cancellation.waking(wire.wake):
                return talk(_Session(wire, url, transport, request))
        finally:
            wire.close()


class _Session(smtplib.SMTP):
    """The standard library's dialogue over a wire that was dialled and is bounded elsewhere."""

    def __init__(self, wire: Wire, url: Url, transport: Transport, request: MailRequest) -> None:
        domain = request.sender.rpartition("@")[2]
        # Named here, because the library would otherwise ask the name server for this machine's name.
        super().__init__(local_hostname=domain or "localhost")
        self._wire = wire
        self._url = url
        self._transport = transport
        self._request = request
        self._is_handed_over = False
        self.sock = _Socket(wire)  # type: ignore[assignment]  # as much of one as the library uses

    def deliver(self) -> MailReply:
        """Go through the whole dialogue and return the server's last word."""
        try:
            with self._told():
                self._greet()
                self._sign_in()
                answer = self._hand_over()
        except (CallTimedOutError, ConnectionLostError, BadReplyError) as reason:
            if not self._is_handed_over:
                raise
            message = f"{self._url.shown} did not say whether it took the message: {reason.message}"
            raise MailUnknownError(message) from None
        with suppress(HttpError, httpcore2.NetworkError):
            # Its farewell is not waited for: the message is in its hands.
            self._wire.write(b"QUIT\r\n")
        return MailReply(answer)

    def sign_in(self) -> MailReply:
        """Go as far as the name and the password, and take leave."""
        with self._told():
            self._greet()
            self._sign_in()
        with suppress(HttpError, httpcore2.NetworkError):
            self._wire.write(b"QUIT\r\n")
        return MailReply("")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the library's failures into ours."""
        try:
            yield
        except smtplib.SMTPServerDisconnected:
            self._wire.call.check()
            raise self._lost() from None
        except httpcore2.NetworkError:
            raise self._lost() from None
        except smtplib.SMTPResponseException as reason:
            raise BadReplyError(f"{self._url.shown}: {_shown(reason.smtp_error)}") from None
        except smtplib.SMTPException:
            raise BadReplyError(f"{self._url.shown} answered something that is not SMTP") from None

    def _lost(self) -> ConnectionLostError:
        return ConnectionLostError(f"{self._url.shown} ended the connection")

    def _greet(self) -> None:
        self._expect(self.getreply(), 220)
        self._expect(self.ehlo(), 250)
        if self._request.security == "starttls":
            if not self.has_extn("starttls"):
                raise TlsFailedError(f"{self._url.shown} offers no encryption (STARTTLS)")
            self._expect(self.docmd("STARTTLS"), 220)
            # Whatever was sent along before the encryption is not heard: it may be anybody's.
            self.file = None
            self.esmtp_features = {}
            self._transport.encrypt(self._wire, self._url)
            self._expect(self.ehlo(), 250)

    def _sign_in(self) -> None:
        username, password = self._request.username, self._request.password
        if not username or password is None:
            return
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            who = _packed(f"\0{username}\0", password)
            code, text = self.docmd("AUTH", f"PLAIN {who}")
        elif "LOGIN" in offered:
            self._expect(self.docmd("AUTH", f"LOGIN {_packed(username)}"), 334)
            code, text = self.docmd(_packed("", password))
        else:
            raise MailAuthFailedError(
                f"{self._url.shown} offers no way to sign in that is known here"
            )
        if code != 235:
            why = f"{self._url.shown} does not accept name and password: {code} {_shown(text)}"
            raise MailAuthFailedError(why, is_retryable=code // 100 == 4)

    def _hand_over(self) -> str:
        message = self._request.message
        size = [f"SIZE={streams.size_of(message)}"] if self.has_extn("size") else []
        self._expect(self.mail(self._request.sender, size), 250)
        refused = []
        for address in self._request.recipients:
            code, text = self.rcpt(address)
            if code not in {250, 251}:
                refused.append((code, f"{address} ({code} {_shown(text)})"))
        if refused:
            # For now only if each of them is: one that is refused for good will be so again.
            is_for_now = all(code // 100 == 4 for code, _ in refused)
            why = f"{self._url.shown} does not take mail for {', '.join(why for _, why in refused)}"
            raise MailRefusedError(why[: SHOWN_CHARACTERS * 5], is_retryable=is_for_now)
        self._expect(self.docmd("DATA"), 354)
        end = b""
        for piece in _stuffed(streams.pieces_of(message)):
            self._wire.write(piece)
            end = (end + piece)[-2:]
        if end != b"\r\n":
            self._wire.write(b"\r\n")
        self._is_handed_over = True
        self._wire.write(END)
        return _shown(self._expect(self.getreply(), 250))

    def _expect(self, reply: tuple[int, bytes], wanted: int) -> bytes:
        code, text = reply
        if code == wanted:
            return text
        if code // 100 not in {4, 5}:
            raise BadReplyError(f"{self._url.shown} answered something that is not SMTP")
        why = f"{self._url.shown} refuses: {code} {_shown(text)}"
        raise MailRefusedError(why, is_retryable=code // 100 == 4)


class _Socket:
    """As much of a socket as the library uses, over a wire, and never more than a dialogue says."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._heard_bytes = 0

    def sendall(self, data: bytes) -> None:
        self._wire.write(data)

    def read(self, max_bytes: int) -> bytes:
        data = self._wire.read(max_bytes)
        self._heard_bytes += len(data)
        if self._heard_bytes > MAX_HEARD_BYTES:
            raise BadReplyError(f"the mail server said more than {MAX_HEARD_BYTES} bytes")
        return data

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        self._wire.close()


class _Incoming(io.RawIOBase):
    def __init__(self, sock: "_Socket") -> None:
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only kind of buffer that comes
        data = self._sock.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _refuse_odd(request: MailRequest) -> None:
    if not request.timeout_s > 0:
        raise BadRequestError("the time limit must be above zero seconds")
    if request.security not in SECURITIES:
        raise BadRequestError("the encryption must be one of starttls, tls, none")
    addresses = (request.sender, *request.recipients)
    if not request.recipients or not all(map(_ADDRESS.fullmatch, addresses)):
        raise BadRequestError("an address cannot be sent")
    if any(bad in "".join(addresses) for bad in "<>"):
        raise BadRequestError("an address cannot be sent")
    if request.username and request.security == "none":
        raise MailAuthFailedError("name and password are only sent over an encrypted connection")


def _stuffed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of a message in which no line is the end of it."""
    is_at_start = True
    for piece in pieces:
        dotted = piece.replace(b"\n.", b"\n..")
        yield b"." + dotted if is_at_start and piece.startswith(b".") else dotted
        if piece:
            is_at_start = piece.endswith(b"\n")


def _packed(text: str, secret: Secret | None = None) -> str:
    plain = text if secret is None else text + secret.reveal()
    return base64.b64encode(plain.encode("utf-8", "surrogatepass")).decode()


def _shown(text: bytes | str) -> str:
    """Return as much of what a server said as helps a person, on one line."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return _UNPRINTABLE.sub(" ", plain).strip()[:SHOWN_CHARACTERS]
