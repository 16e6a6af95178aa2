"""Token buckets: exact at the edge, one per subject, and still there when Redis is not."""

from functools import partial

import pytest
import redis
from prometheus_client import REGISTRY

from apps.core import rate_limit
from apps.core.rate_limit import Limit, put_back, take

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
