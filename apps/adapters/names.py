"""Looking up names without letting a slow name server hold a call beyond its time."""

import queue
import socket
import threading
from ipaddress import ip_address

from apps.adapters.addresses import Address
from apps.adapters.calls import Call
from apps.adapters.destination import Resolve
from apps.adapters.errors import DnsFailedError, HttpError

# The system's resolver cannot be interrupted, so each look-up has a thread that may stay behind;
# this many may be stuck before further calls are refused.
MAX_LOOKUPS = 64

_UNKNOWN_NAME = {socket.EAI_NONAME, socket.EAI_NODATA}


def system_resolve(name: str, port: int) -> tuple[Address, ...]:
    """Return every address that the system knows for `name`, the preferred first.

    Raises:
        DnsFailedError: there is none; retryable unless the name is known not to exist.
    """
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as reason:
        is_unknown = reason.errno in _UNKNOWN_NAME
        raise DnsFailedError(
            "its name has no address" if is_unknown else "its name could not be looked up",
            is_retryable=not is_unknown,
        ) from None
    except UnicodeError:
        raise DnsFailedError("its name is none that can be looked up") from None
    # A zone (`%eth0`) belongs to link-local addresses alone, which are refused anyway.
    texts = [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
    return tuple(ip_address(text) for text in dict.fromkeys(texts))


class Names:
    """Look-ups with a time limit."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._places = threading.BoundedSemaphore(MAX_LOOKUPS)

    def look_up(self, name: str, port: int, call: Call) -> tuple[Address, ...]:
        """Return the addresses of `name`, asked for once.

        Raises:
            DnsFailedError: it has none, or too many look-ups hang.
            CallTimedOutError, CallAbortedError: the call ended first.
        """
        if not self._places.acquire(timeout=call.remaining_s()):
            raise DnsFailedError("too many names are being looked up", is_retryable=True)
        answers: queue.SimpleQueue[tuple[Address, ...] | HttpError | None] = queue.SimpleQueue()
        threading.Thread(
            target=self._work, args=(name, port, answers), name="look-up", daemon=True
        ).start()
        with call.cancellation.waking(lambda: answers.put(None)):
            try:
                answer = answers.get(timeout=call.remaining_s())
            except queue.Empty:
                raise call.timed_out() from None
        call.check()
        if isinstance(answer, HttpError):
            raise answer
        return answer or ()

    def _work(
        self,
        name: str,
        port: int,
        answers: "queue.SimpleQueue[tuple[Address, ...] | HttpError | None]",
    ) -> None:
        answer: tuple[Address, ...] | HttpError = DnsFailedError(
            "its name could not be looked up", is_retryable=True
        )
        try:
            answer = self._resolve(name, port)
        except HttpError as reason:
            answer = reason
        finally:
            self._places.release()
            answers.put(answer)
