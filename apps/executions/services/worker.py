"""One worker process: what it holds, how it renews, and how much more it can take."""

import logging
import os
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from apps.adapters.blobs.store import StoreFailedError
from apps.core import db
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7
from apps.credentials import facade as credentials
from apps.dispatch import facade as dispatch
from apps.keys.errors import KeyAwayError

logger = logging.getLogger(__name__)

WAITING_SLOTS = 50
# The last quarter goes only to tenants that hold none, so that 50 slow calls of one tenant don't stop the others.
KEPT_FOR_OTHERS = WAITING_SLOTS // 4
# A process of the prefork pool does one thing at a time: what runs there takes a core, or its process with it.
PREFORK_SLOTS = 1
WRITERS = 4
FINISH_WITHIN_S = 20.0
# How long a result is held for a database that is away: as long as a worker that is asked to go may take. Whoever took
# the ticket over meanwhile is found out by its token.
RESULT_PATIENCE_S = 20.0
# Threads that hang in calls whose tickets were taken from them: more than this, and the process is worth less than a
# new one.
MOST_ZOMBIES = 3
HAUNTED = 70  # the exit code; whoever supervises starts another


def leave_at_once(code: int) -> None:
    """End the process without waiting for threads that hang."""
    os._exit(code)


@dataclass(slots=True)
class Holding:
    """A ticket in hand. `stop` is set when the run is asked to end or the lease is lost: whoever waits looks at it."""

    claimed: dispatch.Claimed
    stop: threading.Event = field(default_factory=threading.Event)
    request: str = ""
    is_lost: bool = False
    is_overdue: bool = False
    is_asked: bool = False
    # Its tenant is suspended: what is under way is recorded, and then the ticket goes back to the queue.
    is_suspended: bool = False
    is_waiting: bool = False
    since: float = field(default_factory=time.monotonic)
    on_stop: Callable[[], None] | None = None

    def note(self, asked: dispatch.Asked) -> None:
        """Note what the ticket is asked by now, and wake whoever waits if that is to end: a pause lets calls finish."""
        if asked.request != self.request != "cancel":
            self.request = asked.request
            if self.request == "cancel":
                self._wake()

    def lose(self) -> None:
        """Note that another worker may own the ticket now: nothing more may be started or written."""
        self.is_lost = True
        self._wake()

    def expire(self) -> None:
        """Note that the execution's own time is up: a call that is under way ends."""
        self.is_overdue = True
        self._wake()

    def _wake(self) -> None:
        self.stop.set()
        if self.on_stop is not None:
            self.on_stop()


def is_on_its_last_chance(holding: Holding) -> bool:
    """Say whether another crash would make the ticket poison: a worker holds one such at a time."""
    return holding.claimed.crash_count >= dispatch.last_chance()


class Worker:
    """The claims, slots and lease of this process. Made after the fork; threads share it."""

    def __init__(self, pool: str = "threads") -> None:
        self.id = uuid7()
        self.pool = pool
        self.pid = os.getpid()
        self.name = socket.gethostname()
        self.stopping = threading.Event()
        self.gone = threading.Event()
        is_prefork = pool == "prefork"
        turns = PREFORK_SLOTS if is_prefork else settings.GORAX_WORKER_THREADS
        self.turns = threading.BoundedSemaphore(turns)
        self.claiming = threading.Lock()
        self._slots, self._kept = (
            (PREFORK_SLOTS, 0) if is_prefork else (WAITING_SLOTS, KEPT_FOR_OTHERS)
        )
        self.waiting = ThreadPoolExecutor(self._slots, thread_name_prefix="node")
        # They write what long runs have done while these go on; a writer only waits for the database.
        self.writing = ThreadPoolExecutor(WRITERS, thread_name_prefix="writer")
        self._held: dict[UUID, Holding] = {}
        self._waiting_by_schema: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._held_s_by_schema: defaultdict[str, float] = defaultdict(float)
        self._polled = False
        self._unknown: set[UUID] = set()
        self._lease_over_at = time.monotonic() + settings.GORAX_LEASE_S
        self._register()

    def _register(self) -> None:
        # Code alone makes nobody ready.
        dispatch.register(self.id, name=self.name, pid=self.pid, polls=self.pool == "threads")

    def may_act(self) -> bool:
        """Say whether this process still holds its leases by its own clock; if not, it starts no external call."""
        return time.monotonic() < self._lease_over_at

    def take(self, claimed: dispatch.Claimed) -> Holding:
        """Remember a claimed ticket, with the request it came with."""
        holding = Holding(claimed)
        holding.note(dispatch.Asked(claimed.request))
        with self._lock:
            self._held[claimed.id] = holding
            if claimed.next_kind == "external":
                holding.is_waiting = True
                self._waiting_by_schema[claimed.schema] += 1
        return holding

    def move_to_waiting(self, holding: Holding) -> None:
        """Count a pure ticket whose run met its first external step as one that waits."""
        with self._lock:
            holding.is_waiting = True
            self._waiting_by_schema[holding.claimed.schema] += 1

    def drop(self, holding: Holding) -> None:
        """Forget a ticket that was settled, released, handed back or lost."""
        claimed = holding.claimed
        with self._lock:
            was_in_the_way = holding.is_waiting and self._slots == PREFORK_SLOTS
            if self._held.get(claimed.id) is holding:
                del self._held[claimed.id]
                self._held_s_by_schema[claimed.schema] += time.monotonic() - holding.since
            if holding.is_waiting:
                holding.is_waiting = False
                self._waiting_by_schema[claimed.schema] -= 1
        if is_on_its_last_chance(holding) or was_in_the_way:
            dispatch.ring(self.pool)  # another may wait for this place

    def room(self, schema: str) -> dispatch.Room:
        """Return how much more of this tenant's work the process can take."""
        with self._lock:
            free = self._slots - self._waiting_by_schema.total()
            if self._waiting_by_schema[schema]:
                free -= self._kept
            is_taken = any(map(is_on_its_last_chance, self._held.values()))
        return dispatch.Room(
            pure=dispatch.BATCH, external=max(0, free), takes_last_chances=not is_taken
        )

    def note_poll(self) -> None:
        """Note that this process looked for work: alive is more than renewing."""
        self._polled = self.pool == "threads"

    def renew(self) -> None:
        """Renew all leases with one row, then pass requests and losses on to those who wait."""
        began = time.monotonic()
        failpoint("renew.before")
        has_polled, self._polled = self._polled, False
        if not dispatch.beat(self.id, has_polled=has_polled) and not self.gone.is_set():
            self._register()
        self._lease_over_at = began + settings.GORAX_LEASE_S
        with self._lock:
            holdings = list(self._held.values())
            held_s, self._held_s_by_schema = self._held_s_by_schema, defaultdict(float)
        if held_s:
            dispatch.charge_held(list(held_s.items()))
        zombies = sum(holding.is_lost for holding in holdings)
        rows = {row.ticket_id: row for row in dispatch.held_by(self.id)}
        self._disown(rows)
        for holding in holdings:
            row = rows.get(holding.claimed.id)
            if row is None or row.token != holding.claimed.token:
                self._lose_unless_dropped(holding)
                continue
            holding.is_suspended = row.is_suspended
            if row.request == "cancel":
                holding.note(dispatch.Asked(row.request))
            elif row.request != holding.request:
                holding.is_asked = (
                    True  # whoever owns the run reads it anew: a pause may be over since
                )
        if zombies > MOST_ZOMBIES and not self.stopping.is_set():
            logger.critical("worker.haunted", extra={"zombies": zombies})
            self.stopping.set()
            threading.Thread(target=self._leave, name="leave").start()

    def _leave(self) -> None:
        try:
            self.shut_down()
        finally:
            leave_at_once(HAUNTED)

    def _lose_unless_dropped(self, holding: Holding) -> None:
        """A ticket that was settled between the two reads is gone rightly; only one still in hand is lost."""
        with self._lock:
            is_held = self._held.get(holding.claimed.id) is holding
        if is_held:
            holding.lose()

    def renew_forever(self) -> None:
        """Renew until the process ends; a database that is away is tried again at once, before anything else."""
        while True:
            try:
                self.renew()
                pause_s = settings.GORAX_RENEW_S
            except Exception:
                logger.exception("worker.renew_failed")
                pause_s = min(0.5, settings.GORAX_RENEW_S)
                if not self.may_act():
                    for holding in self._working():
                        holding.lose()
            finally:
                db.give_back()
            # Who is leaving renews as before until he is gone; `stopping` would not make him wait any more. What is
            # still in hand then was lost before, and whoever hangs in it needs no lease.
            over = self.gone if self.stopping.is_set() else self.stopping
            if over.wait(pause_s) and (self.gone.is_set() or not self._held):
                return

    def hand_back(self, holdings: list[Holding]) -> None:
        """Return tickets that were claimed but not begun, at once and without a crash count."""
        failpoint("hand_back.before")
        dispatch.hand_back((holding.claimed.id, holding.claimed.token) for holding in holdings)
        for holding in holdings:
            self.drop(holding)

    def in_hand(self, holdings: Iterable[Holding]) -> list[Holding]:
        """Return those of `holdings` that were not dropped since."""
        return [holding for holding in holdings if self._held.get(holding.claimed.id) is holding]

    def stumble(self, holdings: list[Holding], failure: Exception) -> None:
        """Give tickets back whose turn raised: later each time, alone, and in the end as poison.

        A database, a store or a key service that is away is no fault of theirs. If even giving them back fails, the next renewals find tickets
        that nobody here knows and hand them back.
        """
        held = self.in_hand(holdings)
        failpoint("stumble.before")
        try:
            db.give_back()
            dispatch.stumble(
                ((holding.claimed.id, holding.claimed.token) for holding in held),
                is_lone=len(held) == 1
                and not (
                    db.is_away(failure) or isinstance(failure, StoreFailedError | KeyAwayError)
                ),
            )
        except Exception:
            logger.exception("worker.stumbled_twice")
        for holding in held:
            self.drop(holding)

    def _disown(self, rows: dict[UUID, dispatch.Held]) -> None:
        """Hand back what the database says is ours and nobody here knows, if that was so at the last renewal too."""
        with self._lock:
            unknown = {row.token for row in rows.values() if row.ticket_id not in self._held}
        twice = unknown & self._unknown
        self._unknown = unknown
        if twice:
            dispatch.hand_back(
                (row.ticket_id, row.token) for row in rows.values() if row.token in twice
            )

    def _working(self) -> list[Holding]:
        """What is in hand and not lost."""
        with self._lock:
            return [holding for holding in self._held.values() if not holding.is_lost]

    def shut_down(self) -> None:
        """Stop claiming, let what was begun finish for up to 20 s, hand the rest back, then leave."""
        self.stopping.set()
        over_at = time.monotonic() + FINISH_WITHIN_S
        pause = threading.Event()
        while self._working() and time.monotonic() < over_at:
            pause.wait(0.05)
        self.waiting.shutdown(wait=False, cancel_futures=True)
        left = self._working()
        for holding in left:
            holding.lose()
        self.hand_back(left)
        self.gone.set()
        dispatch.unregister(self.id)
        credentials.flush_accesses()
        db.give_back()


_current: Worker | None = None
_pool = "threads"
_lock = threading.Lock()


def serve(pool: str) -> None:
    """Choose the pool whose tickets this process works on, before it becomes a worker."""
    global _pool  # noqa: PLW0603 - a process has one
    _pool = pool


def served() -> str:
    """Return the pool whose tickets this process works on."""
    return _pool


def current() -> Worker:
    """Return this process's worker, registered and renewing since the first call (after a fork: a new one)."""
    global _current  # noqa: PLW0603 - one per process is the point
    with _lock:
        if _current is None or _current.pid != os.getpid():
            _current = Worker(_pool)
            threading.Thread(target=_current.renew_forever, name="renew", daemon=True).start()
        return _current


def stop_claiming() -> None:
    """Take nothing new from now on, if this process ever became a worker; what is in hand goes on."""
    if _current is not None and _current.pid == os.getpid():
        _current.stopping.set()


def shut_down() -> None:
    """Leave gracefully, if this process ever became a worker."""
    if _current is not None and _current.pid == os.getpid():
        _current.shut_down()
