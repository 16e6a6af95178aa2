import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from apps.core import db, tenancy
from apps.executions.models import Execution
from gorax import celery
from gorax.beat import Beat
from tests.eventually import eventually
from tests.executions.crew import Beside
from tests.executions.makers import SCHEMA, forget_worker
from tests.schedules.clocks import clock, let_come, make_live, minutes_ago, started, yearly

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rung(redis_server):
    """Return how often each tick lies in the broker."""

    def count() -> Counter[str]:
        messages = redis_server.lrange("celery", 0, -1)
        return Counter(json.loads(each)["headers"]["task"] for each in messages)

    return count


@pytest.fixture
def ticks(monkeypatch):
    """Set beat's list for one test: task and interval in seconds."""

    def choose(**interval_s_by_task: float) -> None:
        schedule = {
            name: {"task": name, "schedule": interval_s}
            for name, interval_s in interval_s_by_task.items()
        }
        monkeypatch.setitem(current_app.conf, "beat_schedule", schedule)

    return choose


@pytest.fixture
def make_due():
    """Make a schedule whose time came two minutes ago."""

    def make() -> None:
        moment = minutes_ago(db.fetch("SELECT clock_timestamp()")[0][0], 2)
        let_come(make_live(clock(yearly(moment))), moment)

    return make


@contextmanager
def running() -> Iterator[None]:
    """Beat, as the dispatcher's process starts and ends it."""
    stopping = threading.Event()
    beat = Beat(stopping, longest_nap_s=0.02)
    beat.start()
    yield
    stopping.set()
    beat.stop()
    beat.join()
    assert not beat.has_failed


def test_a_long_tick_is_called_soon_after_the_first_start_and_not_after_the_next(
    rung, ticks
) -> None:
    ticks(daily=86_400, short=0.01)

    with running():
        assert eventually(lambda: rung()["short"] > 2)
    before = rung()
    with running():
        assert eventually(lambda: rung()["short"] > before["short"] + 2)

    assert rung()["daily"] == 1


def test_a_tick_whose_time_passed_while_nobody_ran_is_called_at_the_next_start(rung, ticks) -> None:
    ticks(daily=86_400)
    with running():
        assert eventually(lambda: rung()["daily"] == 1)
    db.execute(
        "UPDATE public.django_celery_beat_periodictask SET last_run_at = last_run_at - interval '25 hours'"
    )

    with running():
        assert eventually(lambda: rung()["daily"] == 2)


@pytest.fixture
def own_signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_dispatcher_fires_schedules_until_it_is_told_to_stop(
    own_signals, redis_server, make_due
) -> None:
    make_due()
    seen: list[int] = []

    def stop_when_it_has() -> None:
        with tenancy.entered(SCHEMA):
            eventually(lambda: len(started()) == 1)
            seen.append(len(started()))
        os.kill(os.getpid(), signal.SIGTERM)

    beside = Beside(stop_when_it_has)
    call_command("dispatcher")
    beside.join_it()

    assert seen == [1]


def test_a_worker_fires_schedules_too_and_runs_what_they_start(
    monkeypatch, redis_server, make_due
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(celery, "_stopping", stopping)
    make_due()

    celery._start_worker(sender=SimpleNamespace(pool_cls="threads"))
    with tenancy.entered(SCHEMA):
        assert eventually(
            lambda: [each.status for each in Execution.objects.all()] == ["completed"]
        )

    stopping.set()
    for thread in threading.enumerate():
        if thread.name in {"clock", "sweep"}:
            thread.join(10)
    forget_worker()


def test_the_process_ends_if_beat_does(own_signals, redis_server) -> None:
    table = "public.django_celery_beat_periodictask"
    db.execute(f"ALTER TABLE {table} RENAME TO away")
    try:
        with pytest.raises(CommandError, match="Beat ended by itself"):
            call_command("dispatcher")
    finally:
        db.execute("ALTER TABLE public.away RENAME TO django_celery_beat_periodictask")
