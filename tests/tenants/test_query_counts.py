"""How many statements each endpoint costs, and that rows do not add any.

Django's cursor sends `SET search_path` before each statement; counted are the statements themselves.
"""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import db
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.queries import directory
from tests.tenants.browser import PASSWORD, Browser, member, signed_in

pytestmark = pytest.mark.django_db


def statements(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        call()
    return [
        each["sql"]
        for each in asked
        if not each["sql"].startswith(("SET ", "SAVEPOINT", "RELEASE"))
    ]


@pytest.fixture
def browser(demo: TenantInfo) -> Browser:
    browser = signed_in(member(demo), demo)
    assert directory.by_host("demo.localhost") == demo
    return browser


def key_of(browser: Browser, *scopes: str) -> str:
    body = {"name": "k", "scopes": list(scopes) or ["api_key.manage"]}
    return browser.post("/api/v1/api-keys", body).json()["secret"]


@pytest.mark.parametrize(
    ("method", "path", "body", "most"),
    [
        ("GET", "/api/v1/me", None, 2),
        ("GET", "/api/v1/tenants", None, 2),
        ("GET", "/api/v1/api-keys", None, 2),
        ("POST", "/api/v1/api-keys", {"name": "k", "scopes": ["workflow.read"]}, 3),
        ("GET", "/api/v1/members", None, 3),
        ("GET", "/api/v1/roles", None, 2),
        ("GET", "/api/v1/roles/built-in", None, 1),
        ("POST", "/api/v1/roles", {"name": "r", "permissions": ["audit.read"]}, 5),
        ("POST", "/api/v1/auth/cross", {"tenant": "demo"}, 5),
        ("POST", "/api/v1/auth/refresh", None, 3),
        ("POST", "/api/v1/auth/sign-out", None, 2),
    ],
)
def test_a_call_costs_no_more_than_this(
    method: str, path: str, body: dict | None, most: int, browser: Browser
) -> None:
    asked = statements(lambda: browser.send(method, path, body))

    assert len(asked) == most, "\n".join(asked)


def test_a_known_host_costs_nothing_and_a_session_one_statement(browser: Browser) -> None:
    asked = statements(lambda: browser.get("/api/v1/auth/cross"))

    assert len(asked) == 1
    assert "tenants_session" in asked[0]


def test_an_api_key_costs_one_statement(browser: Browser) -> None:
    secret = key_of(browser)
    bare = Browser("demo.localhost")
    bare.get("/api/v1/api-keys", authorization=f"Bearer {secret}")

    asked = statements(lambda: bare.get("/api/v1/api-keys", authorization=f"Bearer {secret}"))

    assert ["tenants_apikey" in each for each in asked] == [True, True]


def test_signing_in_costs_the_same_for_one_tenant_and_for_ten(demo: TenantInfo) -> None:
    user = member(demo)
    body = {"email": user.email, "password": PASSWORD, "tenant": "demo"}
    with_one = statements(lambda: Browser().post("/api/v1/auth/sign-in", body))
    for number in range(9):
        facade.provision(slug=f"more-{number}", name="More", owner_id=user.pk)

    with_ten = statements(lambda: Browser().post("/api/v1/auth/sign-in", body))

    assert len(with_one) == len(with_ten) == 10


def test_more_keys_and_more_tenants_cost_no_more_statements(
    browser: Browser, demo: TenantInfo
) -> None:
    key_of(browser)

    def counts() -> list[int]:
        return [
            len(statements(partial(browser.get, f"/api/v1/{path}")))
            for path in ("api-keys", "tenants")
        ]

    few = counts()
    for _ in range(10):
        key_of(browser)

    many = counts()

    assert few == many == [2, 2]


def test_an_unknown_host_costs_one_statement_and_then_none(monkeypatch) -> None:
    by_hand: list[str] = []
    fetch = db.fetch

    def counted(statement: str, params: dict[str, object]) -> list[tuple[object, ...]]:
        by_hand.append(statement)
        return fetch(statement, params)

    monkeypatch.setattr(db, "fetch", counted)
    first = statements(lambda: Browser("nobody.localhost").get("/"))
    assert (len(first), len(by_hand)) == (0, 1)

    second = statements(lambda: Browser("nobody.localhost").get("/"))
    assert (len(second), len(by_hand)) == (0, 1)
