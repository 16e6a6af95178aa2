"""Connections kept open between two calls."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import httpcore2

from apps.adapters.wire import Wire

MAX_IDLE = 100
MAX_IDLE_PER_KEY = 8


class Key(NamedTuple):
    """What two calls must have in common to share a connection.

    The literal address is part of it: a call is given only what its own look-up has found and its
    own policy allows. So is the owner, because some servers sign in a connection, not a request; so is the
    proxy with its user; and a connection whose certificate nobody checked serves none that wants it checked.
    """

    owner: str
    scheme: str
    name: str
    port: int
    address: str
    proxy: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """A connection lent to one call."""

    key: Key
    wire: Wire
    connection: httpcore2.HTTP11Connection

    @property
    def is_reusable(self) -> bool:
        """Say whether its last exchange is complete and the server has not hung up."""
        return self.connection.is_idle() and not self.connection.has_expired()


class IdleConnections:
    """At most MAX_IDLE connections, MAX_IDLE_PER_KEY to the same place; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held_by_key: dict[Key, deque[Held]] = {}
        self._count = 0

    def take(self, key: Key) -> Held | None:
        """Return the connection to `key` that was used last, or None."""
        while True:
            with self._lock:
                held = self._pop(key)
            if held is None or held.is_reusable:
                return held
            held.connection.close()

    def put(self, held: Held) -> None:
        """Keep a connection, or close it if it cannot serve again or there are enough."""
        if not held.is_reusable:
            held.connection.close()
            return
        with self._lock:
            if self._count >= MAX_IDLE:
                self._drop_dead()
            same = self._held_by_key.setdefault(held.key, deque())
            is_kept = self._count < MAX_IDLE and len(same) < MAX_IDLE_PER_KEY
            if is_kept:
                same.append(held)
                self._count += 1
        if not is_kept:
            held.connection.close()

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            self.abandon()

    def abandon(self) -> None:
        """Close this process's share of all connections, without the lock: for a forked child."""
        for same in self._held_by_key.values():
            for held in same:
                held.wire.close()
        self._held_by_key.clear()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def _pop(self, key: Key) -> Held | None:
        same = self._held_by_key.get(key)
        if not same:
            return None
        held = same.pop()
        self._count -= 1
        if not same:
            del self._held_by_key[key]
        return held

    def _drop_dead(self) -> None:
        """Close what has expired; called under the lock, and only when all places are taken."""
        for key in list(self._held_by_key):
            alive: deque[Held] = deque()
            for held in self._held_by_key.pop(key):
                if held.is_reusable:
                    alive.append(held)
                else:
                    held.connection.close()
                    self._count -= 1
            if alive:
                self._held_by_key[key] = alive
