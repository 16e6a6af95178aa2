"""Calls that our own pages did not make: every unsafe method, from every direction, changes nothing."""

import pytest

from apps.tenants.facade import TenantInfo
from apps.tenants.models import ApiKey, CrossingCode, Session
from tests.tenants.browser import CSRF, PASSWORD, Browser, member, person, signed_in

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
NEW_KEY = {"name": "k", "scopes": ["workflow.read"]}
OWN = "http://demo.localhost"
FORGERIES = {
    "no origin": {"origin": None},
    "null origin": {"origin": "null"},
    "empty origin": {"origin": ""},
    "sibling tenant": {"origin": "http://evil.localhost"},
    "public host": {"origin": "http://localhost"},
    "other scheme": {"origin": "https://demo.localhost"},
    "other port": {"origin": "http://demo.localhost:81"},
    "prefix": {"origin": "http://demo.localhost.evil.test"},
    "suffix": {"origin": "http://xdemo.localhost"},
    "user part": {"origin": "http://demo.localhost@evil.test"},
    "no token": {"x_csrf_token": None},
    "empty token": {"x_csrf_token": ""},
    "wrong token": {"x_csrf_token": "x" * 32},
    "prefix of the token": {"x_csrf_token": "c" * 31},
    "fetched across sites": {"sec_fetch_site": "cross-site"},
    "fetched by a sibling": {"sec_fetch_site": "same-site"},
}


def state() -> tuple[int, int, int, int]:
    return (
        ApiKey.objects.count(),
        ApiKey.objects.filter(revoked_at=None).count(),
        CrossingCode.objects.count(),
        Session.objects.filter(revoked_at=None).count(),
    )


def assert_refused(response) -> None:
    assert (response.status_code, response.json()["code"]) == (403, "csrf_refused")


@pytest.fixture
def browser(demo: TenantInfo) -> Browser:
    return signed_in(member(demo), demo)


@pytest.mark.parametrize("headers", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_call_changes_nothing(headers: dict, browser: Browser) -> None:
    key_id = browser.post(KEYS, NEW_KEY).json()["id"]
    before = state()

    for method, path, body in [
        ("POST", KEYS, NEW_KEY),
        ("DELETE", f"{KEYS}/{key_id}", None),
        ("POST", "/api/v1/auth/cross", {"tenant": "demo"}),
        ("POST", "/api/v1/auth/sign-out", None),
        ("POST", "/api/v1/auth/refresh", None),
    ]:
        assert_refused(browser.send(method, path, body, **headers))

    assert state() == before
    assert browser.get("/api/v1/me").status_code == 200


def test_our_own_page_is_let_through(browser: Browser) -> None:
    response = browser.post(KEYS, NEW_KEY, origin=OWN, sec_fetch_site="same-origin")

    assert response.status_code == 201


def test_a_token_without_its_cookie_proves_nothing(browser: Browser) -> None:
    del browser.client.cookies[CSRF]

    assert_refused(browser.post(KEYS, NEW_KEY, x_csrf_token=""))
    assert_refused(browser.post(KEYS, NEW_KEY, x_csrf_token="c" * 32))


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"name=k&scopes=workflow.read"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("text/plain", b'{"name":"k","scopes":["workflow.read"]}'),
    ],
)
def test_what_a_form_can_send_is_not_even_read(
    media_type: str, body: bytes, browser: Browser
) -> None:
    forged = browser.post(KEYS, body, content_type=media_type, origin="http://evil.localhost")
    own = browser.post(KEYS, body, content_type=media_type)

    assert_refused(forged)
    assert own.status_code == 415
    assert ApiKey.objects.count() == 0


def test_reading_needs_no_proof_of_origin(browser: Browser) -> None:
    for path in ("/api/v1/me", "/api/v1/tenants", KEYS):
        assert browser.get(path, origin="http://evil.localhost").status_code == 200
    assert "access-control-allow-origin" not in browser.get(
        "/api/v1/me", origin="http://evil.localhost"
    )


@pytest.mark.parametrize("path", ["/api/v1/auth/sign-in", "/api/v1/auth/sign-up"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://demo.localhost"},
        {"origin": None, "sec_fetch_site": "cross-site"},
        {"origin": None, "sec_fetch_site": "same-site"},
    ],
)
def test_nobody_is_signed_in_by_somebody_elses_page(path: str, headers: dict) -> None:
    user = person()
    body = {"email": user.email, "password": PASSWORD, "tenant_name": "X"}

    response = Browser().post(path, body, **headers)

    assert_refused(response)
    assert response.cookies == {}
    assert Session.objects.count() == 0


def test_a_program_without_origin_may_sign_in() -> None:
    user = person()

    response = Browser().post(
        "/api/v1/auth/sign-in",
        {"email": user.email, "password": PASSWORD},
        origin=None,
        x_csrf_token=None,
    )

    assert response.status_code == 200


def test_an_api_key_needs_no_proof_and_takes_no_cookie(browser: Browser, demo: TenantInfo) -> None:
    secret = browser.post(KEYS, NEW_KEY | {"scopes": ["api_key.manage", "workflow.read"]}).json()[
        "secret"
    ]
    bare = Browser("demo.localhost")
    sent = {"authorization": f"Bearer {secret}", "origin": None, "x_csrf_token": None}

    made = bare.post(KEYS, NEW_KEY, **sent)
    beside_a_cookie = browser.get("/api/v1/me", authorization=f"Bearer {secret}")
    wrong_key_good_cookie = browser.get("/api/v1/me", authorization="Bearer gx_x_y")

    assert made.status_code == 201
    assert beside_a_cookie.json()["kind"] == "api_key"
    assert (wrong_key_good_cookie.status_code, wrong_key_good_cookie.json()["code"]) == (
        401,
        "api_key_refused",
    )
