"""Token buckets: exact at the edge, one per subject, and still there when Redis is not."""

from functools import partial

import pytest
import redis
from prometheus_client import REGISTRY

from apps.core import rate_limit
from apps.core.rate_limit import Limit, Want, put_back, put_back_each, take, take_each

LIMIT = Limit(burst=3, per_s=0.001)


@pytest.fixture(params=["shared", "local"])
def bucket(request, redis_server, monkeypatch):
    """Both kinds of bucket keep the same promises."""
    if request.param == "local":
        dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
        monkeypatch.setattr(rate_limit, "client", lambda: dead)
        monkeypatch.setattr(rate_limit, "_local", rate_limit._Local())
    return partial(take, "test", limit=LIMIT)


def test_a_burst_passes_and_the_next_one_is_told_how_long_to_wait(bucket) -> None:
    waits = [bucket("a") for _ in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 900 < waits[3] <= 1000


def test_every_subject_has_a_bucket_of_its_own(bucket) -> None:
    assert [bucket("a") for _ in range(3)] == [0, 0, 0]
    assert bucket("b") == 0
    assert bucket("a") > 0


def test_a_token_that_is_put_back_can_be_taken_again_but_none_is_made(bucket) -> None:
    assert [bucket("a") for _ in range(3)] == [0, 0, 0]
    put_back("test", "a")
    put_back("test", "unknown")

    assert bucket("a") == 0
    assert bucket("a") > 0


def test_the_subject_itself_never_reaches_redis(redis_server) -> None:
    take("test", "somebody@example.test", LIMIT)

    (name,) = redis_server.keys("*")
    assert name.startswith(b"gorax:rate:test:")
    assert b"somebody" not in name
    assert redis_server.ttl(name) > 0


def test_what_is_judged_without_redis_is_allowed_and_counted(monkeypatch) -> None:
    dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(rate_limit, "client", lambda: dead)
    monkeypatch.setattr(rate_limit, "_local", rate_limit._Local())
    counted = partial(
        REGISTRY.get_sample_value, "gorax_rate_limit_judged_alone_total", {"limit": "counted"}
    )
    before = counted() or 0

    assert [take("counted", "a", LIMIT) for _ in range(2)] == [0, 0]

    assert counted() == before + 2


def test_what_redis_judges_is_not_counted(redis_server) -> None:
    take("shared", "a", LIMIT)

    sample = "gorax_rate_limit_judged_alone_total"
    assert REGISTRY.get_sample_value(sample, {"limit": "shared"}) is None


@pytest.fixture(params=["shared", "local"])
def _either(request, redis_server, monkeypatch) -> None:
    if request.param == "local":
        dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
        monkeypatch.setattr(rate_limit, "client", lambda: dead)
        monkeypatch.setattr(rate_limit, "_local", rate_limit._Local())


@pytest.mark.usefixtures("_either")
def test_of_several_buckets_all_give_or_none_does() -> None:
    wide, narrow = Want("wide", "a", LIMIT), Want("narrow", "a", Limit(burst=1, per_s=0.001))

    first, second = take_each([wide, narrow]), take_each([wide, narrow])

    assert [state.wait_s for state in first] == [0, 0]
    assert [round(state.left) for state in first] == [2, 0]
    assert (second[0].wait_s, round(second[0].left)) == (0, 2)
    assert 900 < second[1].wait_s <= 1000


@pytest.mark.usefixtures("_either")
def test_what_was_taken_of_several_buckets_can_be_put_back() -> None:
    wants = [Want("wide", "a", LIMIT), Want("narrow", "a", Limit(burst=1, per_s=0.001))]
    take_each(wants)

    put_back_each(wants)

    assert [state.wait_s for state in take_each(wants)] == [0, 0]


@pytest.mark.usefixtures("_either")
def test_a_look_that_takes_nothing_says_what_is_left() -> None:
    take("wide", "a", LIMIT)

    (state,) = take_each([Want("wide", "a", LIMIT, tokens=0)])

    assert (round(state.left), state.wait_s) == (2, 0)


def test_a_subject_may_be_anything(redis_server) -> None:
    assert [take("test", subject, LIMIT) for subject in ("\ud800", "\x00", "é" * 9000)] == [0, 0, 0]
