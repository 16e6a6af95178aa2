"""A tenant that is suspended while a real worker process runs its calls: it stops, and goes on where it was."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from django.db.models.functions import Now

from apps.core import tenancy
from apps.dispatch import facade as dispatch
from apps.dispatch.models import Ticket, Worker
from apps.executions.services.doctor import examine
from apps.tenants import facade as tenants
from gorax.settings import environment
from gorax.stack import roles
from tests.eventually import eventually
from tests.executions.makers import SCHEMA, begin, call, chain, execution, make_version, tickets

pytestmark = pytest.mark.stack

CALLS = 6


@pytest.fixture
def process(demo) -> Iterator[None]:
    """A worker in a process of its own, which sweeps."""
    given = os.environ | {
        "GORAX_WORKER_THREADS": "4",
        "GORAX_POOL_MAX": "4",
        "GORAX_LEASE_S": "2",
        "GORAX_RENEW_S": "0.3",
        "GORAX_SWEEP_S": "0.3",
    }
    started = subprocess.Popen(roles.worker(environment.read(given)), env=given)
    try:
        assert eventually(lambda: polls() is not None, within_s=60)
        yield
    finally:
        started.terminate()
        try:
            assert started.wait(timeout=40) == 0
        finally:
            started.kill()


def polls() -> object:
    """When the live worker has last looked for work, None without one."""
    living = Worker.objects.filter(alive_until__gt=Now(), kind="worker")
    return living.values_list("polled_at", flat=True).first()


def switch(act) -> None:
    demo = tenants.by_schema(SCHEMA)
    assert demo is not None
    with tenancy.entered(tenancy.PUBLIC):
        act(demo.id)


def test_calls_stop_within_a_heartbeat_and_each_is_made_once_after_the_resume(
    process, receiver
) -> None:
    slow = call(f"{receiver.url}/slow/400")
    document = chain(*((f"call-{n}", "action:http", slow) for n in range(CALLS)))
    execution_id = begin(make_version(document), {})
    dispatch.ring()

    def made() -> int:
        return int(receiver.book.read(None)["count"])

    assert eventually(lambda: made() == 1)
    switch(tenants.suspend)
    assert eventually(lambda: not Ticket.objects.exclude(token=None).exists())
    stopped_at = made()
    seen = polls()
    # It has looked for work since, and found none that it may take.
    assert eventually(lambda: polls() != seen)

    assert stopped_at < CALLS
    assert (made(), execution(execution_id).ended_at) == (stopped_at, None)
    assert examine() == []
    switch(tenants.resume)
    assert eventually(lambda: tickets() == 0)
    assert execution(execution_id).status == "completed"
    assert made() == CALLS
    assert examine() == []
