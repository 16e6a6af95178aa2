"""Pages of other origins: those on the list read what a key gets, no other does, and nobody's cookies count."""

import pytest
from django.test import Client

from apps.core.origins import is_origin
from apps.tenants import facade
from tests.callers import make_caller
from tests.contracts.test_problems import assert_problem

HOST = "demo.localhost"
SHOP = "https://shop.example.com"
EVIL = "https://evil.example.com"
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


@pytest.fixture
def _listed(settings) -> None:
    settings.GORAX_CORS_ORIGINS = (SHOP,)


def preflight(origin: str, method: str = "POST", path: str = "/api/v1/workflows"):
    headers = {"origin": origin, "access-control-request-method": method}
    return Client(HTTP_HOST=HOST).options(path, headers=headers)


def of_cors(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-")}


@pytest.mark.usefixtures("_listed")
def test_a_listed_page_is_told_what_it_may(tenant) -> None:
    answer = preflight(SHOP)

    assert (answer.status_code, answer.content) == (204, b"")
    assert of_cors(answer) == {
        ALLOW: SHOP,
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": (
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-Range, Range, X-Request-Id, "
            "traceparent, tracestate"
        ),
        "Access-Control-Max-Age": "7200",
    }
    assert "Origin" in answer["Vary"]


@pytest.mark.usefixtures("_listed")
def test_a_listed_page_may_read_an_answer_and_a_refusal(owner) -> None:
    for answer in (owner.get("/workflows", Origin=SHOP), owner.get("/nowhere", Origin=SHOP)):
        assert answer[ALLOW] == SHOP
        assert "RateLimit" in answer["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Origin" in answer["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        *(
            EVIL,
            "null",
            "",
            SHOP.upper(),
            f"{SHOP}:443",
            f"{SHOP}/",
            f"{SHOP}.evil.test",
            f" {SHOP}",
        ),
        *("http://shop.example.com", "https://evil.test?" + SHOP, "https://xshop.example.com", "*"),
        f"{SHOP}, {EVIL}",
    ],
)
@pytest.mark.usefixtures("_listed")
def test_no_other_page_is_told_or_given_anything(owner, origin) -> None:
    refused = preflight(origin)

    assert_problem(refused, 403)
    assert refused.json()["code"] == "origin_refused"
    assert of_cors(refused) == of_cors(owner.get("/workflows", Origin=origin)) == {}


def test_without_a_list_no_page_is_told_anything(owner) -> None:
    assert of_cors(preflight(SHOP)) == of_cors(owner.get("/workflows", Origin=SHOP)) == {}


@pytest.mark.usefixtures("_listed")
def test_signing_in_is_for_our_own_pages_alone(owner) -> None:
    assert of_cors(preflight(SHOP, path="/api/v1/auth/cross")) == {}


def test_a_tenant_lists_its_own_origins_and_no_other_tenant_has_them(
    tenant, owner, settings
) -> None:
    settings.GORAX_CORS_ORIGINS = (EVIL,)

    said = owner.call(
        "PUT", "/tenant/cors", {"origins": [SHOP], "methods": ["GET"], "max_age_s": 60}
    )

    assert said.json()["origins"] == [EVIL, SHOP]
    assert owner.get("/tenant/cors").json() == said.json()
    answer = preflight(SHOP)
    assert (answer["Access-Control-Allow-Methods"], answer["Access-Control-Max-Age"]) == (
        *("GET", "60"),
    )
    public = Client(HTTP_HOST="localhost")
    headers = {"origin": SHOP, "access-control-request-method": "GET"}
    assert of_cors(public.options("/api/v1/me", headers=headers)) == {}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/origins"),
        ({"origins": "*"}, "/origins"),
        ({"origins": ["*"]}, "/origins/0"),
        ({"origins": [SHOP, "null"]}, "/origins/1"),
        ({"origins": [f"{SHOP}/path"]}, "/origins/0"),
        ({"origins": [1]}, "/origins/0"),
        ({"origins": [], "methods": ["TRACE"]}, "/methods/0"),
        ({"origins": [], "methods": []}, "/methods"),
        ({"origins": [], "headers": ["X\r\nY"]}, "/headers/0"),
        ({"origins": [], "max_age_s": -1}, "/max_age_s"),
        ({"origins": [], "credentials": True}, "/credentials"),
    ],
)
def test_what_is_no_list_is_refused_by_its_place_and_changes_nothing(owner, body, path) -> None:
    refused = owner.call("PUT", "/tenant/cors", body)

    assert_problem(refused, 422)
    assert path in {each["path"] for each in refused.json()["errors"]}
    assert owner.get("/tenant/cors").json()["origins"] == []


def test_who_may_read_and_who_may_change_the_list(tenant, redis_server) -> None:
    callers = {role: make_caller(tenant, role) for role in ("viewer", "operator")}
    statuses = {
        role: (
            caller.get("/tenant/cors").status_code,
            caller.call("PUT", "/tenant/cors", {"origins": []}).status_code,
        )
        for role, caller in callers.items()
    }

    assert statuses == {"viewer": (200, 403), "operator": (403, 403)}
    facade.forget()
    assert facade.by_slug("demo").cors is None


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example",
        "http://localhost:8000",
        "http://[::1]:3000",
        "https://xn--bcher-kva.test",
    ],
)
def test_this_is_an_origin(text) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "*",
            "null",
            "https://*.a.test",
            "https://a.test/",
            "https://a.test:443",
            "http://a.test:80",
        ),
        *(
            "HTTPS://a.test",
            "https://A.test",
            "ftp://a.test",
            "https://u@a.test",
            "https://a..test",
        ),
        *(
            "https://-a.test",
            "https://a.test:999999",
            "https://a_b.test",
            "https://" + "a" * 300,
            "https://a.test\n",
        ),
        *(None, 7),
    ],
)
def test_this_is_no_origin(text) -> None:
    assert not is_origin(text)
