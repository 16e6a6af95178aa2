"""One log line per answered request: who asked for what, how it ended, how long it took, and no secret."""

import logging

import pytest

from apps.core.api import middleware
from apps.core.pace import Pace
from apps.tenants.facade import TenantInfo
from tests.tenants.browser import Browser, member, signed_in

pytestmark = pytest.mark.django_db
LOGGER = "apps.core.api.middleware"


@pytest.fixture
def lines(caplog, monkeypatch):
    """The lines that requests leave, from a second in which none has been written."""
    monkeypatch.setattr(middleware, "_pace", Pace(50))
    with caplog.at_level(logging.INFO, logger=LOGGER):
        yield lambda: [each for each in caplog.records if each.name == LOGGER]


def test_a_line_says_what_was_asked_by_whom_and_how_it_ended(lines, demo: TenantInfo) -> None:
    browser = signed_in(member(demo), demo)
    before = len(lines())

    browser.get("/api/v1/workflows?status=active", x_request_id="asked-12345678")

    (line,) = lines()[before:]
    assert line.message == "request.answered"
    assert (line.method, line.path, line.status) == ("GET", "/api/v1/workflows", 200)
    assert line.tenant == "t_demo"
    assert 0 < line.duration_ms < 60_000


@pytest.mark.parametrize(
    ("host", "path", "shown", "status"),
    [
        ("unknown.localhost", "/api/v1/me", "/api/v1/me", 404),
        ("demo.localhost", "/api/v1/me", "/api/v1/me", 401),
        ("demo.localhost", "/webhooks/Zm9yZ290dGVu", "/webhooks/…", 404),
        ("demo.localhost", "/auth/cross?code=swordfish", "/auth/cross", 401),
        ("demo.localhost", "/api/v1/a%0Ab", "/api/v1/a%0Ab", 404),
        ("demo.localhost", f"/api/{'x' * 999}", f"/api/{'x' * 195}", 404),
    ],
)
def test_a_path_is_shown_without_what_is_secret_or_breaks_a_line(
    lines, host: str, path: str, shown: str, status: int
) -> None:
    Browser(host).get(path)

    (line,) = lines()
    assert (line.path, line.status) == (shown, status)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/none.js"])
def test_probes_and_files_leave_no_line(lines, path: str) -> None:
    Browser("demo.localhost").get(path)

    assert lines() == []


def test_beyond_a_pace_that_somebody_could_read_requests_leave_no_line(lines, monkeypatch) -> None:
    monkeypatch.setattr(middleware, "_pace", Pace(0))

    Browser("demo.localhost").get("/api/v1/me")

    assert lines() == []
