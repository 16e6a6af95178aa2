"""How many statements each endpoint of one's own account costs; one without a row here is red."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts import urls
from apps.accounts.models import Passkey, User
from apps.core import clock
from tests.accounts.authenticator import Device
from tests.counting import operations_of
from tests.tenants.app import App, set_up
from tests.tenants.browser import PASSWORD, Browser, person, signed_in
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

ACCOUNT = "/api/v1/account"
Prepared = tuple[Browser, Any, str]


@pytest.fixture(autouse=True)
def _still(monkeypatch):
    """Time stands still: codes would turn in the middle."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


def bare(body: Any = None) -> Callable[[User], Prepared]:
    """Nothing has to be there before the call."""
    return lambda user: (signed_in(user, None), body, "")


def with_app(user: User) -> Prepared:
    set_up(user)
    return signed_in(user, None), None, ""


def with_begun_app(user: User) -> Prepared:
    browser = signed_in(user, None)
    app = App(browser.post(f"{ACCOUNT}/app").json()["secret"])
    return browser, {"code": app.code()}, ""


def with_begun_passkey(user: User) -> Prepared:
    browser = signed_in(user, None)
    asked = browser.post(f"{ACCOUNT}/passkeys/begin").json()
    made = Device().make(asked["options"])
    return browser, {"ticket": asked["ticket"], "name": "k", "passkey": made}, ""


def with_passkey(user: User) -> Prepared:
    browser, body, _ = with_begun_passkey(user)
    assert browser.post(f"{ACCOUNT}/passkeys", body).status_code == 201
    return browser, None, str(Passkey.objects.get().pk)


COSTS: dict[str, tuple[Callable[[User], Prepared], int, int]] = {
    "GET /api/v1/account": (bare(), 200, 4),
    "PATCH /api/v1/account": (bare({"name": "Ada"}), 200, 6),
    "POST /api/v1/account/verification": (bare(), 202, 3),
    "POST /api/v1/account/email": (bare({"email": "new@x.test"}), 202, 3),
    "POST /api/v1/account/password": (
        bare({"password": PASSWORD, "new_password": "another good sentence"}),
        204,
        8,
    ),
    "POST /api/v1/account/close": (bare({"password": PASSWORD}), 204, 8),
    "POST /api/v1/account/app": (bare(), 201, 5),
    "DELETE /api/v1/account/app": (with_app, 204, 9),
    "POST /api/v1/account/app/confirm": (with_begun_app, 200, 11),
    "POST /api/v1/account/recovery-codes": (with_app, 200, 6),
    "POST /api/v1/account/passkeys/begin": (bare(), 200, 4),
    "POST /api/v1/account/passkeys": (with_begun_passkey, 201, 10),
    "DELETE /api/v1/account/passkeys/<uuid:passkey_id>": (with_passkey, 204, 6),
    "GET /dev/mail": (bare(), 200, 0),
    "GET /dev/mail/<uuid:letter_id>": (bare(), 404, 0),
    "GET /dev/mail/<uuid:letter_id>/html": (bare(), 404, 0),
}


def test_every_endpoint_says_what_it_costs() -> None:
    assert operations_of(urls.urlpatterns) == COSTS.keys()


@pytest.mark.parametrize("operation", COSTS)
def test_a_call_costs_no_more_than_this(operation: str) -> None:
    prepare, status, most = COSTS[operation]
    browser, body, object_id = prepare(person())
    method, _, route = operation.partition(" ")
    path = route.replace("<uuid:passkey_id>", object_id)
    path = path.replace("<uuid:letter_id>", "01a22b40-f562-76a9-839d-344b9c5d0a96")
    answers: list[int] = []

    asked = statements(lambda: answers.append(browser.send(method, path, body).status_code))

    assert (answers, len(asked)) == ([status], most), "\n".join(asked)
