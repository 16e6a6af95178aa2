"""How fast a tenant may call: by its plan, one bucket for all and one more for what costs more."""

import pytest
import redis

from apps.core import rate_limit
from apps.core.rate_limit import Limit
from apps.tenants import facade
from apps.tenants.api import authentication
from apps.tenants.rules import classes
from tests.callers import Caller, make_caller
from tests.contracts.test_problems import assert_problem

LIMITED = {"RateLimit", "RateLimit-Policy", "X-RateLimit-Limit"}


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def agree(tenant, **agreed) -> None:
    facade.set_plan(tenant.id, plan="unlimited", agreed=agreed)


def test_without_a_limit_nothing_is_said_of_limits_and_redis_is_not_asked(
    owner, redis_server
) -> None:
    answer = owner.get("/workflows")

    assert not LIMITED & set(answer.headers)
    assert redis_server.keys("gorax:rate:*") == []


def test_an_answer_says_what_is_left(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=60)

    answer = owner.get("/workflows")

    assert answer["RateLimit-Policy"] == '"calls";q=60;w=60'
    assert answer["RateLimit"] == '"calls";r=59;t=1'
    assert [answer[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == [
        *("60", "59", "1")
    ]


def test_beyond_its_plan_a_tenant_is_told_when_to_come_back(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=2)

    statuses = [owner.get("/workflows").status_code for _ in range(2)]
    refused = owner.post("/workflows", {"name": "a"})

    assert statuses == [200, 200]
    assert_problem(refused, 429)
    assert (refused.json()["code"], refused["X-RateLimit-Remaining"]) == ("rate_limited", "0")
    assert 1 <= int(refused["Retry-After"]) <= 30
    facade.set_plan(tenant.id, plan="unlimited", agreed={})
    assert owner.get("/workflows").json()["results"] == []


def test_all_callers_of_a_tenant_share_its_calls_and_no_other_tenant_does(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=2)
    viewer = make_caller(tenant, "viewer")

    answers = [owner.get("/me"), viewer.get("/me"), owner.get("/me"), viewer.get("/me")]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


def test_what_costs_more_has_a_bucket_of_each_caller(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=60)
    admin = make_caller(tenant, "admin")

    answers = [owner.call("DELETE", f"/api-keys/{tenant.id}") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    assert answers[0]["RateLimit-Policy"] == '"remove";q=5;w=30, "calls";q=60;w=60'
    assert admin.call("DELETE", f"/api-keys/{tenant.id}").status_code == 404
    assert owner.get("/me").status_code == 200


def test_a_refused_call_costs_nothing(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=60)
    for _ in range(6):
        owner.call("DELETE", f"/api-keys/{tenant.id}")

    before = int(owner.get("/me")["X-RateLimit-Remaining"])
    owner.call("DELETE", f"/api-keys/{tenant.id}")

    assert int(owner.get("/me")["X-RateLimit-Remaining"]) == before - 1


def test_whoever_may_not_spends_nothing_of_the_tenant(tenant, owner) -> None:
    agree(tenant, api_calls_per_min=1)
    viewer = make_caller(tenant, "viewer")

    assert [viewer.post("/workflows", {}).status_code for _ in range(3)] == [403] * 3
    assert owner.get("/me").status_code == 200


def test_without_redis_a_call_is_judged_by_this_process_alone(tenant, owner, monkeypatch) -> None:
    agree(tenant, api_calls_per_min=2)
    dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(rate_limit, "client", lambda: dead)
    monkeypatch.setattr(rate_limit, "_local", rate_limit._Local())

    assert [owner.get("/me").status_code for _ in range(3)] == [200, 200, 429]


def test_an_address_may_show_only_so_many_keys_that_are_not_good(owner, monkeypatch) -> None:
    monkeypatch.setattr(authentication, "REFUSED_KEYS", Limit(burst=2, per_s=0.001))
    guesser = Caller("gx_aaaaaaaaaaaa_bbbb")

    answers = [guesser.get("/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].json()["code"] == "too_many_keys"
    assert_problem(answers[2], 429)
    assert owner.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "is_search", "name"),
    [
        ("POST", "workflows/x/execute", False, "execute"),
        ("POST", "workflows/x/dry-run", False, "execute"),
        ("POST", "executions/retry", False, "start"),
        ("POST", "executions/x/cancel", False, "start"),
        ("POST", "events/x/replay", False, "start"),
        ("GET", "workflows", True, "search"),
        ("GET", "api-keys", False, "look"),
        ("GET", "tenant/usage", False, "look"),
        ("PATCH", "members/x", False, "manage"),
        ("DELETE", "api-keys/x", False, "remove"),
        ("GET", "workflows", False, None),
        ("POST", "workflows", True, None),
        ("GET", "tenants", False, None),
    ],
)
def test_kinds_of_calls(method, path, is_search, name) -> None:
    found = classes.class_of(method, path, is_search=is_search)

    assert (found and found.name) == name


def test_a_larger_plan_has_as_many_times_more_of_each_kind() -> None:
    execute = classes.class_of("POST", "workflows/x/execute", is_search=False)

    assert (execute.limit(60).burst, execute.limit(60).per_s) == (10, 0.5)
    assert (execute.limit(300).burst, execute.limit(300).per_s) == (50, 2.5)
    assert execute.limit(1).burst == 1
