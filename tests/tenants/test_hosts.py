"""Which host is served, by what, and that nobody falls through to `public`."""

import json

import pytest
from django.db import connection

from apps.core import tenancy
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Domain
from apps.tenants.queries import directory
from tests.tenants.browser import Browser, member, signed_in

pytestmark = pytest.mark.django_db


def code_of(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(
    "host",
    [
        "unknown.localhost",
        "localhost.evil.test",
        "demo.localhost.evil.test",
        "xdemo.localhost",
        "a.demo.localhost",
        "127.0.0.1",
        "[::1]",
        "public.localhost",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/admin/", "/webhooks/x", "/static/x.js"])
def test_an_unknown_host_is_404_on_every_path(host: str, path: str) -> None:
    assert code_of(Browser(host).get(path)) == (404, "unknown_host")


@pytest.mark.parametrize(
    "host", ["", "t_demo", "a b", "demo_x.localhost\\", "demo.localhost:port", "de/mo", "@"]
)
def test_a_malformed_host_is_refused(host: str) -> None:
    status, code = code_of(Browser(host).get("/api/v1/me"))

    assert (status, code) in {(400, "bad_host"), (404, "unknown_host")}


@pytest.mark.parametrize(
    "host", ["demo.localhost", "DEMO.localhost", "demo.localhost.", "demo.localhost:8000"]
)
def test_a_tenants_host_is_its_own_in_every_spelling(host: str, demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)
    browser.host = host

    response = browser.get("/api/v1/me")

    assert (response.status_code, response.json()["tenant"]["slug"]) == (200, "demo")


def test_headers_that_only_claim_a_host_change_nothing(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)

    response = browser.get(
        "/api/v1/me", x_forwarded_host="localhost", x_tenant_id="other", forwarded="host=localhost"
    )

    assert response.json()["tenant"]["slug"] == "demo"


def test_a_suspended_tenant_is_403_and_comes_back_when_resumed(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)
    assert browser.get("/api/v1/me").status_code == 200

    facade.suspend(demo.id)
    assert [code_of(browser.get(path)) for path in ("/", "/api/v1/me", "/webhooks/x")] == [
        (403, "tenant_suspended")
    ] * 3

    facade.resume(demo.id)
    assert browser.get("/api/v1/me").status_code == 200


def test_a_deleted_tenant_is_as_unknown_as_any_other_host(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)
    facade.delete(demo.id)

    gone, never = browser.get("/api/v1/me"), Browser("never.localhost").get("/api/v1/me")

    assert code_of(gone) == code_of(never) == (404, "unknown_host")
    assert facade.by_schema("t_demo") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_demo')")
        assert cursor.fetchone() == (None,)


def test_the_thread_is_back_in_public_after_a_tenants_request(demo: TenantInfo) -> None:
    signed_in(member(demo), demo).get("/api/v1/me")
    assert tenancy.current_schema() == "public"

    Browser("demo.localhost").get("/api/v1/me")
    assert tenancy.current_schema() == "public"


def test_the_domain_is_asked_for_once_and_forgotten_on_demand(
    demo: TenantInfo, django_assert_num_queries
) -> None:
    assert directory.by_host("demo.localhost") == demo
    with django_assert_num_queries(0):
        assert directory.by_host("demo.localhost") == demo
        assert facade.by_slug("demo") == demo

    Domain.objects.filter(tenant_id=demo.id).update(domain="moved.localhost")
    directory.forget()

    assert directory.by_host("demo.localhost") is None
    assert directory.by_host("moved.localhost") == demo


def test_the_memory_of_strange_hosts_is_bounded(db, monkeypatch) -> None:
    monkeypatch.setattr(directory, "MOST_KEPT", 5)
    for number in range(20):
        assert directory.by_host(f"h{number}.localhost") is None

    assert 1 <= len(directory.remembered()) <= 5


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("localhost", "/api/v1/workflows", 404),
        ("localhost", "/api/v1/api-keys", 404),
        ("localhost", "/auth/cross", 404),
        ("localhost", "/webhooks/x", 404),
        ("demo.localhost", "/api/v1/auth/sign-in", 404),
        ("demo.localhost", "/api/v1/auth/sign-up", 404),
        ("demo.localhost", "/admin/", 404),
        ("demo.localhost", "/admin/login/", 404),
    ],
)
def test_each_kind_of_host_serves_its_own_routes_only(host: str, path: str, status: int) -> None:
    assert Browser(host).get(path).status_code == status


@pytest.mark.parametrize("host", ["localhost", "demo.localhost"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v2/x",
        "/api/v1/unknown",
        "/admin/unknown/",
        "/graphql",
        "/graphql/x",
        "/healthz/x",
        "/mcp",
        "/mcp/x",
        "/metrics/x",
        "/readyz/",
        "/static/editor/assets/gone.js",
        "/webhooks/",
        "/ws/",
        "/ws/executions",
    ],
)
def test_an_unknown_path_below_a_known_prefix_is_never_the_screen(host: str, path: str) -> None:
    response = Browser(host).get(path)

    if path.startswith("/admin/") and host == "localhost":
        assert response.status_code in {302, 404}
        assert "facts" not in response.content.decode()
    else:
        assert code_of(response) in {(404, "not_found"), (404, "webhook_not_found")}


def test_current_is_the_tenant_of_the_entered_schema(demo: TenantInfo) -> None:
    with tenancy.entered("t_demo"):
        assert facade.current() == demo
    with pytest.raises(Exception, match="no such tenant"):
        facade.current()


def test_every_answer_is_a_problem_with_a_request_id(demo: TenantInfo) -> None:
    response = Browser("demo.localhost").get("/api/v1/nope", x_request_id="mine-1234")

    assert response["X-Request-Id"] == json.loads(response.content)["request_id"] == "mine-1234"
