"""Answering a bell: claim what is due in fair order and advance it, until nothing is left or five seconds are over."""

import threading
import time

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.executions.services import metrics, step, turn
from apps.executions.services.worker import Holding, Worker, current

LOOP_S = 5.0
# A newcomer waits for the list to be read again, so one thread in five or less is busy with that.
LEAST_AGE_S = 0.01
DUE_LIST_AGE_S = 0.1
AGE_PER_READ = 4.0
# Another worker holds the tenant's place for about a millisecond; then it is ours.
CONTENDED_PAUSE_S = 0.002
MOST_CONTENDED = 25


class DueList:
    """The tenants with due work, as this process last saw them: 10 to 100 ms old, four times what reading them takes."""

    def __init__(self) -> None:
        self._tenants: dict[str, dispatch.DueTenant] = {}
        self._good_until = float("-inf")
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def get(self, pool: str) -> list[dispatch.DueTenant]:
        """Return tenants with due work, least served first; an empty list is always freshly read.

        While one thread reads it anew the others go on by what they know.
        """
        db.take()
        known = self.known()
        if known and self._is_young():
            return known
        if not self._reading.acquire(blocking=not known):
            return known
        try:
            if not (self.known() and self._is_young()):
                self._read(pool)
            return self.known()
        finally:
            self._reading.release()

    def _read(self, pool: str) -> None:
        began_at = time.monotonic()
        found = {tenant.schema: tenant for tenant in dispatch.tenants_due(pool)}
        now = time.monotonic()
        with self._lock:
            self._tenants = found
            self._good_until = now + age_s(now - began_at)

    def known(self) -> list[dispatch.DueTenant]:
        """Return the tenants as they were last read, without those that were forgotten since; least served first."""
        with self._lock:
            return list(self._tenants.values())

    def _is_young(self) -> bool:
        return time.monotonic() <= self._good_until

    def forget(self, schema: str) -> None:
        """Take a tenant off the list: it has nothing claimable until the list is read again."""
        with self._lock:
            self._tenants.pop(schema, None)


def age_s(took_s: float) -> float:
    """Return how long a list that took so long to read may be used."""
    return min(DUE_LIST_AGE_S, max(LEAST_AGE_S, AGE_PER_READ * took_s))


due_list = DueList()


def work(pool: str, *, for_s: float = LOOP_S) -> int:
    """Claim and advance due tickets of `pool` until none can be claimed, or `for_s` seconds; return how many.

    Rings once if it stops while work is left. Nothing due is fine.
    """
    worker = current()
    if not worker.turns.acquire(blocking=False):
        return 0  # every turn slot is in a loop already, and loops look for work by themselves
    try:
        worker.note_poll()
        over_at = time.monotonic() + for_s
        count = 0
        while not worker.stopping.is_set():
            if time.monotonic() > over_at:
                dispatch.ring(pool)
                break
            batch = claim_next(worker, pool)
            if not batch:
                break
            if worker.stopping.is_set():
                worker.hand_back(batch)
                break
            count += len(batch)
            advance(worker, batch)
            db.give_back()  # a small pool serves every thread in turn, and the one that renews leases among them
        return count
    finally:
        worker.turns.release()
        db.give_back()


def claim_next(worker: Worker, pool: str) -> list[Holding]:
    """Claim for the least served tenant that has something claimable; empty only if no tenant has."""
    for _ in range(MOST_CONTENDED):
        if not due_list.get(pool):
            return []
        batch = _claim_in_turn(worker, pool)
        if batch is not None:
            return batch
        worker.stopping.wait(CONTENDED_PAUSE_S)
    return []


def _claim_in_turn(worker: Worker, pool: str) -> list[Holding] | None:
    """Claim for the first tenant on the list that has something. None: somebody else was about to, so look again.

    One thread of a process claims at a time, and for whoever is least served when its turn comes: a newcomer waits for
    one claim, not for those of all the threads that came before.
    """
    asked: set[str] = set()
    was_contended = False
    while True:
        db.take()
        with worker.claiming:
            known = due_list.known()
            schema = next((each.schema for each in known if each.schema not in asked), None)
            if schema is None:
                break
            asked.add(schema)
            batch = _claim(worker, schema, pool=pool, floor=known[0].virtual_time)
        if batch:
            return batch
        was_contended = was_contended or batch is None
    # Nobody asked: threads of ours have emptied the list meanwhile. What has become due since rings once, and this
    # thread may be the one that answers: the list is read anew.
    return None if was_contended or not asked else []


def _claim(worker: Worker, schema: str, *, pool: str, floor: float) -> list[Holding] | None:
    """Claim for one tenant, and take it off the list if nothing is left. None: another process was about to."""
    with metrics.CLAIM_SECONDS.time():
        claimed = dispatch.claim(
            worker.id, schema, pool=pool, room=worker.room(schema), floor=floor
        )
    if claimed is None:
        return None
    if not claimed or not claimed[0].has_more:
        due_list.forget(schema)
    return [worker.take(ticket) for ticket in claimed]


def advance(worker: Worker, batch: list[Holding]) -> None:
    """Advance pure runs here, in one commit; give each external one a waiting slot of its own."""
    if batch[0].claimed.next_kind == "pure":
        turn.own_batch(worker, batch)
        return
    for holding in batch:
        worker.waiting.submit(
            step.own if holding.claimed.kind == "step" else turn.own, worker, holding
        )
