"""One exchange under way: when it must be over, and how another thread ends it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apps.adapters.errors import CallAbortedError, CallTimedOutError


class Cancellation:
    """Ends every call that was started with it, at once, from any thread; it cannot be taken back.

    One belongs to one execution (or turn): its owner aborts it, the calls only listen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakers: set[Callable[[], None]] = set()
        self._is_aborted = False

    @property
    def is_aborted(self) -> bool:
        """Say whether `abort` was called."""
        return self._is_aborted

    def abort(self) -> None:
        """End the calls under way and refuse later ones; calling it again changes nothing."""
        # Wakers run under the lock: one that has been taken back must never touch its socket again,
        # because the connection may by then serve another call.
        with self._lock:
            self._is_aborted = True
            for wake in self._wakers:
                wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` on abort while the block runs; `wake` must not block or raise.

        Raises:
            CallAbortedError: it was aborted before.
        """
        with self._lock:
            if self._is_aborted:
                raise CallAbortedError("the call was aborted before it began")
            self._wakers.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakers.discard(wake)


class Call:
    """The time that one exchange has left, over all its redirects."""

    def __init__(self, timeout_s: float, cancellation: Cancellation) -> None:
        self._deadline = time.monotonic() + timeout_s
        self._awaited = f"reply within {timeout_s:g} s"
        self.cancellation = cancellation
        # True from the first byte sent: from then on the server may have acted.
        self.may_have_arrived = False

    def remaining_s(self) -> float:
        """Return the seconds left, always above zero.

        Raises:
            CallAbortedError: the call was aborted.
            CallTimedOutError: no time is left.
        """
        self.check()
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise self.timed_out()
        return remaining

    def check(self) -> None:
        """Raise CallAbortedError if the call was aborted."""
        if self.cancellation.is_aborted:
            raise CallAbortedError("the call was aborted")

    def timed_out(self) -> CallTimedOutError:
        """Return the failure that says that time is over."""
        return CallTimedOutError(f"no {self._awaited}")

    @contextmanager
    def connecting(self, timeout_s: float | None) -> Iterator[None]:
        """Let the block, in which a connection comes about, end after `timeout_s` at the latest."""
        deadline, awaited = self._deadline, self._awaited
        if timeout_s is not None and time.monotonic() + timeout_s < deadline:
            self._deadline = time.monotonic() + timeout_s
            self._awaited = f"connection within {timeout_s:g} s"
        try:
            yield
        finally:
            self._deadline, self._awaited = deadline, awaited
