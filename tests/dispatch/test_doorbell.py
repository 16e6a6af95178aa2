"""Bells: few, cheap, and nobody's business if they are lost."""

import re
from pathlib import Path

import pytest

from apps.dispatch.services import doorbell
from apps.dispatch.services.doorbell import MOST_UNREAD, Doorbell
from tests.eventually import eventually

APPS = Path(__file__).parents[2] / "apps"


class DeadBrokerError(Exception):
    pass


@pytest.fixture
def pool(request) -> str:
    """A pool of this test's own: the bells of the tests before may still be ringing, and so may this one's after it."""
    name = request.node.name
    doorbell.TASK_BY_POOL[name] = "executions.work"
    doorbell.QUEUE_BY_POOL[name] = name
    return name


def test_a_ring_becomes_a_message_that_carries_no_work(redis_server, pool) -> None:
    Doorbell().ring(pool)

    assert eventually(lambda: redis_server.llen(pool) == 1)
    assert b"executions.work" in redis_server.lindex(pool, 0)


def test_rings_that_nobody_hears_do_not_pile_up(redis_server, pool) -> None:
    bell = Doorbell()
    rounds = [0]

    def ring_on() -> bool:
        rounds[0] += 1
        bell.ring(pool)
        return rounds[0] >= 100

    assert eventually(ring_on)
    assert eventually(lambda: redis_server.llen(pool) == MOST_UNREAD)


def test_a_dead_broker_fails_no_caller_and_is_rung_again_when_it_is_back(
    redis_server, pool, monkeypatch
) -> None:
    from celery import current_app

    bell = Doorbell()
    tries: list[int] = []

    def refuse() -> None:
        tries.append(1)
        raise DeadBrokerError

    with monkeypatch.context() as dead:
        dead.setattr(current_app, "connection_for_write", refuse)
        bell.ring(pool)
        assert eventually(lambda: tries)
    assert redis_server.llen(pool) == 0

    bell.ring(pool)
    assert eventually(lambda: redis_server.llen(pool) == 1)


@pytest.mark.parametrize("word", ["NOTIFY", "pg_notify"])
def test_nothing_is_announced_through_the_database(word: str) -> None:
    # One NOTIFY in a transaction costs the group commit of all others.
    pattern = re.compile(rf"[\"'\s]{word}[\s(]")

    assert [file for file in APPS.rglob("*.py") if pattern.search(file.read_text())] == []
