"""The prefork pool with real processes: forked from one that opens nothing, each a worker of its own."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from celery import signals
from django.db.models.functions import Now

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.dispatch.models import Ticket, Worker
from gorax.settings import environment
from gorax.stack import roles
from tests.eventually import eventually
from tests.executions.makers import begin, call, chain, execution, make_version, steps, tickets

pytestmark = pytest.mark.stack

CHILDREN = 2
# What the database calls the connections of these processes.
NAME = "code"


@pytest.fixture
def parent(demo) -> Iterator[psutil.Process]:
    """The parent of a running prefork pool; its children have become workers."""
    given = os.environ | {
        "GORAX_DATABASE_URL": f"{os.environ['GORAX_DATABASE_URL']}&application_name={NAME}",
        "GORAX_CODE_PROCESSES": str(CHILDREN),
        "GORAX_POOL_MAX": "4",
        "GORAX_LEASE_S": "2",
        "GORAX_RENEW_S": "0.6",
        "GORAX_SWEEP_S": "0.3",
    }
    started = subprocess.Popen(roles.code(environment.read(given)), env=given)
    try:
        process = psutil.Process(started.pid)
        assert eventually(lambda: len(workers()) == CHILDREN, within_s=60)
        yield process
    finally:
        started.terminate()
        try:
            assert started.wait(timeout=40) == 0
        finally:
            started.kill()
    # Each child has handed back what it held and said that it is gone.
    assert workers() == {}


def workers() -> dict[UUID, int]:
    """The process id of each live worker."""
    living = Worker.objects.filter(alive_until__gt=Now())
    return dict(living.values_list("id", "pid"))


def children(parent: psutil.Process) -> set[int]:
    return {child.pid for child in parent.children()}


def connections() -> set[int]:
    statement = "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s"
    return {row[0] for row in db.fetch(statement, {"name": NAME})}


def sockets(pid: int) -> set[str]:
    folder = Path(f"/proc/{pid}/fd")
    found = set()
    for entry in folder.iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            found.add(str(entry.readlink()))
    return {link for link in found if link.startswith("socket:")}


def begin_as_code(version, payload: object) -> UUID:
    """Begin an execution whose ticket belongs to the prefork pool from its first moment."""
    execution_id = begin(version, payload)
    Ticket.objects.filter(pk=execution_id).update(pool="prefork")
    dispatch.ring("prefork")
    return execution_id


def holders() -> dict[UUID, UUID | None]:
    return dict(Ticket.objects.values_list("id", "worker_id"))


def test_tickets_of_the_pool_are_worked_by_forked_processes_that_share_nothing(
    parent, receiver
) -> None:
    #  start ──► call, twice: each process has one slot, so both calls are open only if both processes work
    assert set(workers().values()) == children(parent)
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/60000"))))

    begun = [begin_as_code(version, {}) for _ in range(CHILDREN)]

    assert eventually(lambda: receiver.book.read(None)["count"] == CHILDREN)
    assert set(holders()) == set(begun)
    assert set(holders().values()) == set(workers())
    pids = [parent.pid, *children(parent)]
    opened = [sockets(pid) for pid in pids]
    assert len(set().union(*opened)) == sum(map(len, opened))
    receiver.stopping.set()
    assert eventually(lambda: tickets() == 0)
    assert [execution(each).status for each in begun] == ["completed"] * CHILDREN
    assert steps(begun[0])["call"].status == "completed"


def test_a_killed_process_is_replaced_and_its_ticket_goes_to_another(parent, receiver) -> None:
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/60000"))))
    execution_id = begin_as_code(version, {})
    assert eventually(lambda: receiver.book.read(None)["count"] == 1)
    (holder,) = holders().values()
    before = workers()

    os.kill(before[holder], signal.SIGKILL)

    assert eventually(lambda: receiver.book.read(None)["count"] == 2)
    assert eventually(lambda: before[holder] not in children(parent))
    assert eventually(
        lambda: len(workers()) == CHILDREN and set(workers().values()) == children(parent)
    )
    receiver.stopping.set()
    assert eventually(lambda: tickets() == 0)
    assert execution(execution_id).status == "completed"


def test_of_what_is_done_around_a_bell_only_djangos_own_is_taken_away() -> None:
    import gorax.celery as wiring

    heard: list[object] = []

    def other(sender: object, **_: object) -> None:
        heard.append(sender)

    signals.task_prerun.connect(other)
    try:
        wiring._leave_connections_alone()
        signals.task_prerun.send(sender="a bell")
    finally:
        signals.task_prerun.disconnect(other)

    assert heard == ["a bell"]


def test_work_for_threads_is_left_to_threads_and_a_bell_closes_no_connection(parent) -> None:
    version = make_version(chain(("n", "control:no_op", {})))
    left = begin(version, {})
    before = connections()

    done = [begin_as_code(version, {}) for _ in range(5)]

    assert eventually(lambda: tickets() == 1)
    assert {execution(each).status for each in done} == {"completed"}
    assert db.fetch("SELECT id, token FROM public.dispatch_ticket") == [(left, None)]
    assert len(before) >= CHILDREN
    assert before <= connections()
