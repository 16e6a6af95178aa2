"""What protects a browser stands in every answer: of every route, by every method, and of every way to fail."""

import re

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.api.middleware import PROTECTION
from apps.tenants import facade
from apps.tenants.api.views.people import Me
from apps.tenants.queries import directory
from tests.callers import make_caller
from tests.flows.test_behind_a_proxy import make_door

EXACT = {
    **PROTECTION,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
FORBIDDEN = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "TRACE")
# The theme of the operators' admin works by attributes that are evaluated: docs/explanation/gateway.md.
INLINE_SCRIPTS = re.compile(r"/admin/")
UUID = "01990000-0000-7000-8000-000000000000"


def paths(patterns=None, before: str = "/") -> list[str]:
    """Every route of a one-host install, with something in the place of each parameter."""
    found: list[str] = []
    for pattern in get_resolver("gorax.urls_single").url_patterns if patterns is None else patterns:
        text = re.sub(r"<uuid:\w+>", UUID, str(pattern.pattern))
        text = re.sub(r"<int:\w+>", "1", text)
        text = re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "x", text)
        whole = before + re.sub(r"[\^$\\?]", "", text)
        if isinstance(pattern, URLResolver):
            found += paths(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            found.append(re.sub(r"\(:.*", "", whole) or "/")
    return found


@pytest.fixture
def client(tenant, redis_server, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    return Client(HTTP_HOST="demo.localhost", raise_request_exception=False)


def assert_protected(answer, path: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    assert answer.headers.get("Referrer-Policy") in {"same-origin", "no-referrer"}, path
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT, path
    if "sandbox" in policy:
        assert "default-src 'none'" in policy, path
    else:
        assert [each for each in FORBIDDEN if each not in policy] == [], path
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None, path
        assert "unsafe" not in scripts[1] or INLINE_SCRIPTS.match(path), path
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,128}", answer["X-Request-Id"]), path
    if path.startswith("/api/"):
        assert "no-store" in answer.headers.get("Cache-Control", ""), path


def test_every_route_is_protected_for_a_stranger_and_for_an_owner(tenant, client) -> None:
    key = make_caller(tenant, "owner")._headers
    every = sorted(set(paths()))

    assert len(every) > 90
    for path in every:
        for method in METHODS:
            for headers in ({}, key) if path.startswith("/api/") else ({},):
                for host in ("demo.localhost", "localhost"):
                    answer = client.generic(
                        method, path, secure=True, headers={**headers, "host": host}
                    )
                    assert answer.status_code < 500 or path in {"/", "/readyz"}, (method, path)
                    assert_protected(answer, path)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/nowhere", "/admin/nowhere", "/static/nowhere.js"]
)
def test_what_is_not_there_is_protected(client, path) -> None:
    assert_protected(client.get(path, secure=True), path)


def test_a_file_of_the_screen_is_protected(client) -> None:
    asked_by_another = {"origin": "https://evil.example"}
    answer = client.get("/static/favicon.svg", secure=True, headers=asked_by_another)

    assert (answer.status_code, answer.getvalue()[:4]) == (200, b"<svg")
    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
    assert_protected(answer, "/static/favicon.svg")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "nobody.example"}, 404),
        ({"host": "a b"}, 400),
        ({"content-type": "application/json", "content-length": "99999999999"}, 413),
        ({"transfer-encoding": "gzip"}, 415),
        ({"authorization": "Bearer gx_x_y"}, 401),
    ],
)
def test_a_refusal_before_any_view_is_protected(client, headers, status) -> None:
    answer = client.post("/api/v1/workflows", secure=True, headers=headers)

    assert answer.status_code == status
    assert_protected(answer, "/api/v1/workflows")


def test_a_fault_of_ours_is_protected(tenant, client, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Me, "get", broken)
    key = make_caller(tenant, "owner")._headers

    answer = client.get("/api/v1/me", secure=True, headers=key)

    assert answer.status_code == 500
    assert_protected(answer, "/api/v1/me")


def test_an_absence_is_protected(client, monkeypatch) -> None:
    def away(_host: str) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(directory, "by_host", away)

    answer = client.get("/api/v1/me", secure=True)

    assert answer.status_code == 503
    assert_protected(answer, "/api/v1/me")


def test_too_many_calls_are_refused_protected(tenant, client) -> None:
    facade.set_plan(tenant.id, plan="unlimited", agreed={"api_calls_per_min": 1})
    key = make_caller(tenant, "owner")._headers

    answers = [client.get("/api/v1/me", secure=True, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    for answer in answers:
        assert_protected(answer, "/api/v1/me")


def test_the_answer_to_a_delivery_is_protected(client) -> None:
    make_door()

    for path in ("/webhooks/orders", "/webhooks/nowhere", "/webhooks/-/nowhere"):
        for method in METHODS:
            assert_protected(client.generic(method, path, b"{}", secure=True), path)
