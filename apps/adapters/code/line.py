"""Who may run a script next: a few places, and a line in which tenants take turns."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from apps.adapters.calls import Cancellation
from apps.adapters.errors import CallAbortedError

# Of how many tenants the last turn is kept; then all begin anew.
REMEMBERED = 4096


class NoPlaceError(Exception):
    """No place came free in time."""


@dataclass(slots=True, eq=False)
class _Waiter:
    called: threading.Event = field(default_factory=threading.Event)
    has_place: bool = False


class Line:
    """`places` scripts at a time. A free place goes to the tenant whose last turn is longest ago."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[_Waiter]] = {}
        self._last_turn: dict[str, int] = {}
        self._turn = 0

    @contextmanager
    def place(self, owner: str, cancellation: Cancellation, patience_s: float) -> Iterator[None]:
        """Hold a place while the block runs.

        Raises:
            CallAbortedError: it was aborted while it waited.
            NoPlaceError: none came free within `patience_s`.
        """
        waiter = self._enter(owner)
        try:
            with cancellation.waking(waiter.called.set):
                waiter.called.wait(patience_s)
            if cancellation.is_aborted:
                raise CallAbortedError("the call was aborted while it waited for its turn")
            if not waiter.has_place:
                raise NoPlaceError
            yield
        finally:
            self._leave(owner, waiter)

    def _enter(self, owner: str) -> _Waiter:
        waiter = _Waiter()
        with self._lock:
            self._waiting.setdefault(owner, deque()).append(waiter)
            self._call_next()
        return waiter

    def _leave(self, owner: str, waiter: _Waiter) -> None:
        """Give a place back, or the wish for one."""
        with self._lock:
            if waiter.has_place:
                self._free += 1
            else:
                self._waiting[owner].remove(waiter)
                if not self._waiting[owner]:
                    del self._waiting[owner]
            self._call_next()

    def _call_next(self) -> None:
        while self._free and self._waiting:
            owner = min(self._waiting, key=lambda name: self._last_turn.get(name, 0))
            waiter = self._waiting[owner].popleft()
            if len(self._last_turn) >= REMEMBERED:
                self._last_turn.clear()
            self._turn += 1
            self._last_turn[owner] = self._turn
            if not self._waiting[owner]:
                del self._waiting[owner]
            self._free -= 1
            waiter.has_place = True
            waiter.called.set()
