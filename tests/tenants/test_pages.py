"""Health, headers, the screen's shell, the API's description and the browsable API."""

import json
import re
from uuid import UUID

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory

from apps.core import db, redis_client
from apps.core.api import screen as shell
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Tenant
from gorax import health
from tests.tenants.browser import CSRF, Browser, member, person, signed_in

pytestmark = pytest.mark.django_db

HTML = "text/html,application/xhtml+xml"


@pytest.fixture
def crew(db) -> dict[str, UUID]:
    """A worker that looks for work and a dispatcher that sweeps, as each writes itself down."""
    ids = {"worker": uuid7(), "dispatcher": uuid7()}
    dispatch.register(ids["worker"], name="test", pid=1)
    dispatch.note_sweep(ids["dispatcher"], name="test", pid=2)
    return ids


@pytest.mark.parametrize("host", ["localhost", "demo.localhost", "10.0.0.7:8000", "unknown.test"])
def test_health_answers_probes_that_know_no_host(
    host: str, crew, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        alive = Browser(host).get("/healthz")

    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert Browser(host).get("/readyz").status_code == 200
    assert Browser(host).post("/healthz").status_code == 405


ALL_OK = dict.fromkeys(("database", "broker", "migrations", "worker", "dispatcher"), "ok")


def test_ready_is_an_installation_of_which_nothing_is_missing(crew) -> None:
    response = Browser().get("/readyz")

    said = {"status": "ready", "checks": ALL_OK, "warnings": {}}
    assert (response.status_code, response.json()) == (200, said)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("worker", "no worker has looked for work in the last 30 s"),
        ("dispatcher", "no dispatcher sweeps"),
    ],
)
def test_a_process_that_stands_still_is_named(crew, gone: str, said: str) -> None:
    db.execute(
        "UPDATE public.dispatch_worker SET alive_until = clock_timestamp() - interval '1 s' WHERE id = %(id)s",
        {"id": crew[gone]},
    )

    response = Browser().get("/readyz")

    assert (response.status_code, response.json()["checks"]) == (503, {**ALL_OK, gone: said})


def test_tenants_behind_the_newest_state_are_counted_and_not_named_and_stop_no_other(crew) -> None:
    facade.provision(slug="behind", name="Behind", owner_id=person().pk)
    Tenant.objects.filter(slug="behind").update(migration_state="an older state")

    response = Browser().get("/readyz")

    said = {"tenants": "1 tenants are behind: run `migrate`"}
    assert (response.status_code, response.json()["checks"]) == (200, ALL_OK)
    assert response.json()["warnings"] == said


def test_a_process_that_an_update_is_about_to_replace_stays_ready_and_calls_nobody_behind(
    crew,
) -> None:
    MigrationRecorder(connection).record_applied("workflows", "9999_from_the_future")
    Tenant.objects.update(migration_state="a newer state")

    response = Browser().get("/readyz")

    said = {"status": "ready", "checks": ALL_OK, "warnings": {}}
    assert (response.status_code, response.json()) == (200, said)


@pytest.mark.parametrize(
    ("label", "name"), [("tenants", "0001_initial"), ("workflows", "0001_initial")]
)
def test_a_migration_that_public_has_not_seen_is_named(crew, label: str, name: str) -> None:
    MigrationRecorder(connection).record_unapplied(label, name)

    response = Browser().get("/readyz")

    assert (response.status_code, response.json()["checks"]) == (
        503,
        {**ALL_OK, "migrations": f"not applied: {label}.{name}"},
    )


def test_a_dead_broker_makes_us_unready_but_not_broken(monkeypatch, crew) -> None:
    import redis

    dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(health, "client", lambda: dead)

    response = Browser().get("/readyz")

    assert (response.status_code, response.json()["checks"]["broker"]) == (503, "does not answer")
    assert redis_client.client().ping() is True


def test_metrics_are_for_who_shows_the_token(settings) -> None:
    settings.GORAX_METRICS_TOKEN = "metrics-token"
    answers = [
        Browser().get("/metrics", authorization=header)
        for header in (None, "Bearer wrong", "Bearer metrics-token")
    ]
    settings.GORAX_METRICS_TOKEN = ""
    without = Browser().get("/metrics", authorization="Bearer ")

    assert [each.status_code for each in [*answers, without]] == [404, 404, 200, 404]
    assert b"django_db_execute_total" in answers[2].content


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("demo.localhost", "/"),
        ("demo.localhost", "/api/v1/me"),
        ("demo.localhost", "/api/v1/nope"),
        ("demo.localhost", "/api/docs"),
        ("demo.localhost", "/webhooks/none"),
        ("unknown.localhost", "/"),
        ("localhost", "/admin/login/"),
        ("localhost", "/sign-in"),
        ("localhost", "/healthz"),
        ("bad host", "/"),
    ],
)
def test_every_answer_carries_the_headers_that_protect_a_browser(
    host: str, path: str, built
) -> None:
    response = Browser(host).get(path)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,128}", response["X-Request-Id"])
    policy = response["Content-Security-Policy"]
    for directive in (
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "default-src 'none'",
    ):
        assert directive in policy
    if not path.startswith("/admin/"):
        assert re.search(r"script-src 'self'(;|$)", policy)
    if path.startswith("/api/"):
        assert response["Cache-Control"] == "no-store"


@pytest.fixture
def built(monkeypatch, tmp_path) -> None:
    """A built front end: the shell asks its manifest for the files to load."""
    from django_vite.core.asset_loader import DjangoViteAssetLoader

    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        json.dumps(
            {
                "src/main.tsx": {
                    "file": "assets/main-12345678.js",
                    "isEntry": True,
                    "src": "src/main.tsx",
                }
            }
        )
    )
    loader = DjangoViteAssetLoader.instance()
    client = loader._apps["default"].manifest
    monkeypatch.setattr(client, "manifest_path", manifest)
    monkeypatch.setattr(client, "_entries", client._parse_manifest().entries)


@pytest.mark.parametrize(
    ("host", "path", "is_public", "tenant"),
    [
        ("localhost", "/sign-in", True, None),
        ("localhost", "/", True, None),
        ("demo.localhost", "/", False, {"slug": "demo", "name": "Demo"}),
        ("demo.localhost", "/workflows/deep/inside", False, {"slug": "demo", "name": "Demo"}),
        ("demo.localhost", "/apix", False, {"slug": "demo", "name": "Demo"}),
    ],
)
def test_any_other_path_is_the_screen_with_its_facts(
    host: str, path: str, is_public: bool, tenant: dict | None, built
) -> None:
    response = Browser(host).get(path)

    page = response.content.decode()
    facts = json.loads(
        re.search(r'<script id="facts" type="application/json">(.*?)</script>', page)[1]
    )
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert facts == {
        "is_public_host": is_public,
        "public_url": "http://localhost",
        "live_url": f"ws://{host}",
        "csrf_cookie_name": CSRF,
        "theme": "system",
        "tenant": tenant,
    }
    nonce = re.search(r'nonce="([^"]+)"', page)[1]
    policy = response["Content-Security-Policy"]
    assert f"style-src 'self' 'nonce-{nonce}'" in policy
    assert f"connect-src 'self' ws://{host}" in policy
    assert "no-store" in response["Cache-Control"]


def test_a_theme_is_taken_from_the_cookie_if_it_is_one(built) -> None:
    pages = []
    for theme in ("dark", '"><script>'):
        browser = Browser("demo.localhost")
        browser.client.cookies["gorax_theme"] = theme
        pages.append(browser.get("/").content.decode())

    assert '"theme": "dark"' in pages[0]
    assert '"theme": "system"' in pages[1]
    assert '"><script>' not in pages[1]


def test_without_its_build_the_screen_says_so(monkeypatch) -> None:
    from django_vite.core.asset_loader import DjangoViteAssetLoader

    client = DjangoViteAssetLoader.instance()._apps["default"].manifest
    monkeypatch.setattr(client, "_entries", {})

    response = Browser("demo.localhost").get("/")

    assert (response.status_code, response.json()["code"]) == (503, "screen_not_built")


def test_the_screen_is_read_only(built) -> None:
    assert Browser("demo.localhost").post("/").status_code in {403, 405}


@pytest.mark.parametrize(
    ("host", "is_secure", "url"),
    [
        ("demo.localhost:8000", False, "ws://demo.localhost:8001"),
        ("demo.localhost:9999", False, "ws://demo.localhost:9999"),
        ("acme.example.test", True, "wss://acme.example.test"),
    ],
)
def test_sockets_are_on_the_next_port_unless_an_ingress_stands_before(
    host: str, is_secure: bool, url: str
) -> None:
    request = RequestFactory().get("/", headers={"host": host}, secure=is_secure)

    assert shell.live_url(request) == url


def test_the_api_describes_itself_and_every_operation_of_ours_is_in_it() -> None:
    response = Browser("demo.localhost").get(
        "/api/schema", accept="application/vnd.oai.openapi+json"
    )

    document = response.json()
    assert (response.status_code, document["openapi"][:4]) == (200, "3.1.")
    for path in (
        "auth/sign-up",
        "auth/sign-in",
        "auth/sign-out",
        "auth/refresh",
        "auth/cross",
        "me",
        "tenants",
    ):
        assert f"/api/v1/{path}" in document["paths"]
    keys = document["paths"]["/api/v1/api-keys"]["get"]["responses"]["200"]["content"]
    assert set(document["components"]["securitySchemes"]) == {"apiKey", "cookie"}
    assert "application/json" in keys


def test_the_documentation_page_loads_only_our_own_files() -> None:
    response = Browser("demo.localhost").get("/api/docs", accept=HTML)

    page = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []
    assert re.findall(r"<script>[^<]", page) == []


def test_the_browsable_api_works_signed_in_and_sends_our_token(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)

    page = browser.get("/api/v1/api-keys", accept=HTML)

    text = page.content.decode()
    script = json.loads(re.search(r'id="drf_csrf">(.*?)</script>', text, re.DOTALL)[1])
    form = re.search(r"<select[^>]*_content_type.*?</select>", text, re.DOTALL)[0]
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert script == {"csrfHeaderName": "X-CSRF-TOKEN", "csrfToken": browser.cookie(CSRF)}
    assert "application/json" in form
    assert re.findall(r"<script>|<script (?!src|type=\"application/json\")|\son\w+=", text) == []
    assert "require-trusted-types-for" not in page["Content-Security-Policy"]
    made = browser.post(
        "/api/v1/api-keys",
        {"name": "x", "scopes": ["workflow.read"]},
        accept="text/html; q=1.0, */*",
        x_csrf_token=script["csrfToken"],
    )
    assert (made.status_code, made["Content-Type"]) == (201, "text/html; charset=utf-8")
    assert "gx_" in made.content.decode()


def test_the_browsable_api_shows_refusals_as_pages(demo: TenantInfo) -> None:
    stranger = Browser("demo.localhost").get("/api/v1/api-keys", accept=HTML)
    stale = Browser("demo.localhost")
    stale.client.cookies["__Host-gorax_access"] = "stale"
    viewer = signed_in(member(demo, "viewer"), demo).get("/api/v1/invitations", accept=HTML)

    pages = [stranger, stale.get("/api/v1/api-keys", accept=HTML), viewer]

    assert [page.status_code for page in pages] == [401, 401, 403]
    assert {page["Content-Type"] for page in pages} == {"text/html; charset=utf-8"}


def test_a_fault_of_ours_is_a_500_problem_without_details(monkeypatch, demo: TenantInfo) -> None:
    from apps.tenants.api.views import people

    def fail(_: object) -> None:
        raise RuntimeError("secret detail")

    browser = signed_in(member(demo), demo)
    browser.client = _patient(browser.client)
    monkeypatch.setattr(people.accounts, "by_id", fail)

    response = browser.get("/api/v1/me")

    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "secret" not in response.content.decode()
    assert response["X-Request-Id"] == response.json()["request_id"]
    assert response["X-Content-Type-Options"] == "nosniff"


def _patient(client: Client) -> Client:
    other = Client(raise_request_exception=False)
    other.cookies = client.cookies
    return other


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("editor/assets/main-Dk3_x-9Q.js", "max-age=315360000, public, immutable"),
        ("editor/assets/main-Dk3_x-9Q.css", "max-age=315360000, public, immutable"),
        ("editor/manifest.json", "max-age=60, public"),
        ("editor/assets/logo.svg", "max-age=60, public"),
    ],
)
def test_what_carries_a_hash_of_its_content_is_kept_for_ever_and_nothing_else(
    path: str, kept: str, settings, tmp_path
) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("x")
    settings.STATICFILES_DIRS = [tmp_path]
    settings.WHITENOISE_AUTOREFRESH = False  # as everywhere but in tests

    response = Browser("demo.localhost").get(f"/static/{path}")

    assert b"".join(response.streaming_content) == b"x"
    response.close()
    assert (response.status_code, response["Cache-Control"]) == (200, kept)
