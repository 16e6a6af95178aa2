"""The second factor over HTTP: no cookie before it, one use of each code, and an owner whom nobody locks out."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.models import Letter, RecoveryCode, Ticket, Totp, User
from apps.accounts.services import totp
from apps.core import clock
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.tenants.app import App, set_up
from tests.tenants.browser import ACCESS, CSRF, PASSWORD, REFRESH, Browser, member, signed_in

pytestmark = pytest.mark.django_db

SIGN_IN, SECOND = "/api/v1/auth/sign-in", "/api/v1/auth/second-factor"
ACCOUNT = "/api/v1/account"


@pytest.fixture(autouse=True)
def _still(monkeypatch):
    """Time stands still unless a test moves it: codes would turn in the middle."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def user(demo: TenantInfo) -> User:
    return member(demo)


def first_step(user: User, browser: Browser | None = None) -> dict:
    body = {"email": user.email, "password": PASSWORD}
    response = (browser or Browser()).post(SIGN_IN, body)
    assert response.status_code == 200, response.json()
    return response.json()


def answer(ticket: str, code: str, method: str = "totp", browser: Browser | None = None):
    body = {"ticket": ticket, "method": method, "code": code}
    return (browser or Browser()).post(SECOND, body)


def test_the_password_alone_opens_nothing_and_tells_nothing(user: User) -> None:
    set_up(user)
    browser, before = Browser(), Session.objects.count()

    said = first_step(user, browser)

    assert said["user"] is None
    assert (said["tenants"], said["redirect"]) == ([], None)
    assert said["challenge"]["methods"] == ["totp", "recovery"]
    assert [browser.cookie(name) for name in (ACCESS, REFRESH, CSRF)] == [None, None, None]
    assert Session.objects.count() == before


def test_a_ticket_is_no_token_anywhere_else(user: User) -> None:
    set_up(user)
    ticket = first_step(user)["challenge"]["ticket"]
    browser = Browser()
    browser.client.cookies[CSRF] = "c" * 32
    for name in (ACCESS, REFRESH):
        browser.client.cookies[name] = ticket

    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/auth/refresh").status_code == 401
    assert Browser().get("/api/v1/me", authorization=f"Bearer {ticket}").status_code == 401


def test_the_code_of_the_app_opens_the_session(user: User) -> None:
    app, _ = set_up(user)
    browser = Browser()

    said = answer(first_step(user)["challenge"]["ticket"], app.code(), browser=browser)

    assert (said.status_code, said.json()["user"]["email"]) == (200, user.email)
    assert browser.get("/api/v1/me").status_code == 200
    assert Session.objects.filter(has_second_factor=True).count() == 2  # where it was set up, too


@pytest.mark.parametrize("periods", [-2, 2, 10])
def test_codes_of_another_time_are_refused(user: User, periods: int) -> None:
    app, _ = set_up(user)

    refused = answer(first_step(user)["challenge"]["ticket"], app.code(periods))

    assert (refused.status_code, refused.json()["code"]) == (422, "code_refused")


def test_a_code_is_good_once_and_so_is_every_older_one(user: User) -> None:
    app, _ = set_up(user)
    assert answer(first_step(user)["challenge"]["ticket"], app.code()).status_code == 200

    for periods in (0, -1):
        again = answer(first_step(user)["challenge"]["ticket"], app.code(periods))
        assert (again.status_code, again.json()["code"]) == (422, "code_refused")
    assert answer(first_step(user)["challenge"]["ticket"], app.code(1)).status_code == 200


def test_a_ticket_is_good_once_for_five_minutes_and_five_tries(user: User) -> None:
    app, codes = set_up(user)
    used = first_step(user)["challenge"]["ticket"]
    assert answer(used, app.code()).status_code == 200
    old = first_step(user)["challenge"]["ticket"]
    Ticket.objects.filter(used_at=None).update(expires_at=clock.now() - timedelta(seconds=1))
    tried = first_step(user)["challenge"]["ticket"]
    for _ in range(5):
        assert answer(tried, "x" * 16, "recovery").status_code == 422

    for ticket in (used, old, tried, "", "x" * 43):
        refused = answer(ticket, codes[0], "recovery")
        assert refused.status_code in {401, 422}
        assert refused.json()["code"] in {"ticket_over", "invalid"}
    assert RecoveryCode.objects.exclude(used_at=None).count() == 0


def test_guessing_codes_ends_and_does_not_lock_the_owner_out(user: User) -> None:
    _, codes = set_up(user)
    evaluated = 0
    for number in range(6):
        ticket = first_step(user)["challenge"]["ticket"]
        for _ in range(5):
            guess = Browser()
            guess.client.defaults["REMOTE_ADDR"] = f"10.0.{number}.1"
            evaluated += answer(ticket, "000000", browser=guess).status_code == 422

    owner = answer(first_step(user)["challenge"]["ticket"], codes[0], "recovery")

    assert evaluated == totp.GUESSES.burst
    assert owner.status_code == 200
    assert Letter.objects.filter(kind="codes_guessed", to=user.email).count() == 1


def test_a_recovery_code_is_good_once_in_any_spelling_and_stored_as_a_hash(user: User) -> None:
    _, codes = set_up(user)
    spelt = codes[0].upper().replace("-", " ")

    first = answer(first_step(user)["challenge"]["ticket"], spelt, "recovery")
    again = answer(first_step(user)["challenge"]["ticket"], codes[0], "recovery")

    assert (len(codes), len(set(codes)), len(codes[0])) == (10, 10, 19)
    assert (first.status_code, again.status_code) == (200, 422)
    assert codes[1] not in repr(list(RecoveryCode.objects.values()))
    assert Letter.objects.get(kind="recovery_used").facts == {"left": 9}


def test_new_recovery_codes_end_the_old_ones(user: User) -> None:
    _, old = set_up(user)
    new = signed_in(user, None).post(f"{ACCOUNT}/recovery-codes").json()["recovery_codes"]

    assert answer(first_step(user)["challenge"]["ticket"], old[0], "recovery").status_code == 422
    assert answer(first_step(user)["challenge"]["ticket"], new[0], "recovery").status_code == 200


def test_the_secret_is_sealed_and_an_app_that_was_not_confirmed_does_not_count(user: User) -> None:
    browser = signed_in(user, None)
    secret = browser.post(f"{ACCOUNT}/app").json()["secret"]

    stored = Totp.objects.get()
    assert secret not in repr(stored.sealed)
    assert bytes(stored.sealed_secret) == b""
    assert first_step(user)["challenge"] is None
    assert browser.post(f"{ACCOUNT}/app/confirm", {"code": "000000"}).status_code == 422
    assert first_step(user)["challenge"] is None


def test_taking_the_app_away_takes_its_recovery_codes(user: User) -> None:
    set_up(user)
    browser = signed_in(user, None)

    assert browser.post(f"{ACCOUNT}/app").json()["code"] == "second_factor_exists"
    assert browser.delete(f"{ACCOUNT}/app").status_code == 204

    assert browser.delete(f"{ACCOUNT}/app").json()["code"] == "no_second_factor"
    assert browser.post(f"{ACCOUNT}/recovery-codes").json()["code"] == "no_second_factor"
    assert RecoveryCode.objects.count() == 0
    assert first_step(user)["challenge"] is None


SENSITIVE = [
    ("POST", f"{ACCOUNT}/app", None),
    ("DELETE", f"{ACCOUNT}/app", None),
    ("POST", f"{ACCOUNT}/app/confirm", {"code": "000000"}),
    ("POST", f"{ACCOUNT}/recovery-codes", None),
    ("POST", f"{ACCOUNT}/email", {"email": "new@x.test"}),
    ("POST", f"{ACCOUNT}/close", {"password": PASSWORD}),
    ("POST", f"{ACCOUNT}/passkeys/begin", None),
    ("POST", f"{ACCOUNT}/passkeys", {"ticket": "x", "name": "x", "passkey": {}}),
    ("DELETE", f"{ACCOUNT}/passkeys/01a22b40-f562-76a9-839d-344b9c5d0a96", None),
]


@pytest.mark.parametrize(("method", "path", "body"), SENSITIVE)
def test_what_a_thief_of_a_session_would_do_asks_who_it_is(
    user: User, method: str, path: str, body: dict | None
) -> None:
    browser = signed_in(user, None)
    Session.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    before = (Letter.objects.count(), Totp.objects.count(), User.objects.get(pk=user.pk).is_active)

    refused = browser.send(method, path, body)

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    after = (Letter.objects.count(), Totp.objects.count(), User.objects.get(pk=user.pk).is_active)
    assert after == before


def test_the_password_confirms_who_has_nothing_else(user: User) -> None:
    browser = signed_in(user, None)
    Session.objects.update(confirmed_at=None)

    assert browser.post("/api/v1/auth/confirm/begin").json() == {"challenge": None}
    assert browser.post("/api/v1/auth/confirm", {"password": "wrong"}).status_code == 422
    assert browser.get(ACCOUNT).json()["is_confirmed"] is False
    assert browser.post("/api/v1/auth/confirm", {"password": PASSWORD}).status_code == 204

    assert browser.get(ACCOUNT).json()["is_confirmed"] is True


def test_who_has_a_second_factor_confirms_with_it_and_not_with_the_password(user: User) -> None:
    app, _ = set_up(user)
    browser = signed_in(user, None)
    Session.objects.update(confirmed_at=None)

    by_password = browser.post("/api/v1/auth/confirm", {"password": PASSWORD})
    ticket = browser.post("/api/v1/auth/confirm/begin").json()["challenge"]["ticket"]
    as_sign_in = answer(ticket, app.code())
    shown = browser.post("/api/v1/auth/confirm", {"ticket": ticket, "code": app.code()})

    assert (by_password.status_code, as_sign_in.status_code) == (401, 401)
    assert shown.status_code == 204


def test_a_ticket_of_one_person_confirms_nobody_else(user: User, demo: TenantInfo) -> None:
    app, _ = set_up(user)
    other = member(demo)
    theirs = signed_in(user, None).post("/api/v1/auth/confirm/begin").json()["challenge"]["ticket"]
    set_up(other)

    refused = signed_in(other, None).post(
        "/api/v1/auth/confirm", {"ticket": theirs, "code": app.code()}
    )

    assert (refused.status_code, refused.json()["code"]) == (401, "ticket_over")


def demand(user: User, demo: TenantInfo) -> Browser:
    """Let the owner ask for a second factor of everybody; return their browser."""
    set_up(user)
    browser = signed_in(user, demo)
    Session.objects.filter(user=user).update(has_second_factor=True)
    response = browser.send("PATCH", "/api/v1/tenant/security", {"requires_second_factor": True})
    assert response.status_code == 200
    return browser


def test_a_tenant_that_asks_for_it_keeps_out_whoever_has_shown_none(
    user: User, demo: TenantInfo
) -> None:
    other = member(demo, "editor")
    open_before = signed_in(other, demo)
    owner = demand(user, demo)

    kept_out = open_before.get("/api/v1/me")
    signed = Browser().post(SIGN_IN, {"email": other.email, "password": PASSWORD})
    crossing = signed_in(other, None).post("/api/v1/auth/cross", {"tenant": "demo"})

    assert owner.get("/api/v1/me").status_code == 200
    assert (kept_out.status_code, kept_out.json()["code"]) == (403, "second_factor_needed")
    assert signed.json()["redirect"] == "/account?notice=second_factor_needed"
    assert (crossing.status_code, crossing.json()["code"]) == (403, "second_factor_needed")


def test_whoever_sets_it_up_is_let_in_from_the_next_request_on(
    user: User, demo: TenantInfo
) -> None:
    demand(user, demo)
    other = member(demo, "editor")
    browser = signed_in(other, None)
    app = App(browser.post(f"{ACCOUNT}/app").json()["secret"])

    assert browser.post(f"{ACCOUNT}/app/confirm", {"code": app.code()}).status_code == 200

    crossing = browser.post("/api/v1/auth/cross", {"tenant": "demo"})
    assert crossing.json()["redirect"].startswith("http://demo.localhost/auth/cross?code=")


def test_nobody_locks_themselves_out_by_asking_for_what_they_have_not_shown(
    user: User, demo: TenantInfo
) -> None:
    path = "/api/v1/tenant/security"
    refused = signed_in(user, demo).send("PATCH", path, {"requires_second_factor": True})
    by_editor = signed_in(member(demo, "editor"), demo).send(
        "PATCH", path, {"requires_second_factor": True}
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    assert (by_editor.status_code, by_editor.json()["code"]) == (403, "forbidden")
    assert signed_in(user, demo).get(path).json()["requires_second_factor"] is False


@pytest.mark.django_db(transaction=True)
def test_of_four_that_show_one_code_at_once_one_gets_in(demo: TenantInfo) -> None:
    user = member(demo)
    app, _ = set_up(user)
    tickets = [first_step(user)["challenge"]["ticket"] for _ in range(4)]
    code, statuses = app.code(), []
    together = threading.Barrier(4)

    def show(ticket: str) -> None:
        together.wait()
        statuses.append(answer(ticket, code).status_code)
        connection.close()

    threads = [threading.Thread(target=show, args=(ticket,)) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 422, 422, 422]
