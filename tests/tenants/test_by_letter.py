"""Verification, reset and change over HTTP: what each does to sessions, and what strangers learn."""

import pytest

from apps.accounts.models import User
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Membership, Session
from tests.accounts.mailbox import Mailbox
from tests.tenants.browser import PASSWORD, Browser, member, person, signed_in

pytestmark = pytest.mark.django_db

AUTH, ACCOUNT = "/api/v1/auth", "/api/v1/account"
NEW = {"email": "ada@x.test", "password": PASSWORD, "name": "Ada", "tenant_name": "Ada"}
VERIFY, RESET, CHANGE = (
    "Confirm your e-mail address",
    "Set a new password",
    "Confirm your new e-mail address",
)
OTHER = "another good sentence"


def status_and_code(response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_who_signs_up_is_asked_to_confirm_and_does_so_once(mailbox: Mailbox) -> None:
    browser = Browser()
    browser.post(f"{AUTH}/sign-up", NEW)
    assert browser.get(ACCOUNT).json()["is_verified"] is False

    token = mailbox.token(VERIFY)
    confirmed = Browser().post(f"{AUTH}/confirm-email", {"token": token})

    assert (confirmed.status_code, confirmed.json()) == (200, {"email": "ada@x.test"})
    assert browser.get(ACCOUNT).json()["is_verified"] is True
    again = Browser().post(f"{AUTH}/confirm-email", {"token": token})
    assert status_and_code(again) == (404, "link_refused")


def test_links_stand_behind_a_hash_that_no_server_sees(mailbox: Mailbox) -> None:
    from tests.accounts.mailbox import text_of

    Browser().post(f"{AUTH}/sign-up", NEW)

    (letter,) = mailbox.letters()
    assert "http://localhost:8000/verify#" in text_of(letter)
    assert "?" not in text_of(letter).partition("http://")[2].partition("#")[0]


def test_the_letter_can_be_had_again_three_times(mailbox: Mailbox) -> None:
    browser = Browser()
    browser.post(f"{AUTH}/sign-up", NEW)

    answers = [browser.post(f"{ACCOUNT}/verification").status_code for _ in range(4)]

    assert answers == [202, 202, 202, 429]
    assert mailbox.to("ada@x.test") == [VERIFY] * 4


def test_a_reset_ends_every_session_on_every_host(demo: TenantInfo, mailbox: Mailbox) -> None:
    user = member(demo)
    browsers = [signed_in(user, None), signed_in(user, demo)]
    assert Browser().post(f"{AUTH}/forgot", {"email": user.email}).status_code == 202
    token = mailbox.token(RESET)

    done = Browser().post(f"{AUTH}/reset", {"token": token, "password": OTHER})

    assert done.status_code == 204
    assert [each.get("/api/v1/me").status_code for each in browsers] == [401, 401]
    assert [each.post(f"{AUTH}/refresh").status_code for each in browsers] == [401, 401]
    again = Browser().post(f"{AUTH}/reset", {"token": token, "password": OTHER})
    assert status_and_code(again) == (404, "link_refused")


def test_asking_about_an_unknown_address_is_answered_alike(
    demo: TenantInfo, mailbox: Mailbox
) -> None:
    user = member(demo)

    answers = [
        Browser().post(f"{AUTH}/forgot", {"email": email})
        for email in (user.email, "nobody@x.test")
    ]

    assert [(each.status_code, each.content) for each in answers] == [(202, b""), (202, b"")]
    assert (mailbox.to(user.email), mailbox.to("nobody@x.test")) == ([RESET], [])


def test_a_link_never_leads_to_the_host_that_a_caller_names(
    demo: TenantInfo, mailbox: Mailbox
) -> None:
    user = member(demo)

    Browser().post(
        f"{AUTH}/forgot", {"email": user.email}, x_forwarded_host="evil.example", origin=None
    )

    (letter,) = mailbox.letters()
    assert "evil" not in letter.as_string()


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("forgot", {}, "/email"),
        ("forgot", {"email": "no address"}, "/email"),
        ("reset", {"token": "x"}, "/password"),
        ("reset", {"password": OTHER}, "/token"),
        ("reset", {"token": "x" * 65, "password": OTHER}, "/token"),
        ("confirm-email", {}, "/token"),
        ("second-factor", {"ticket": "x"}, "/method"),
        ("second-factor", {"ticket": "x", "method": "sms"}, "/method"),
        ("passkey", {"ticket": "x"}, "/passkey"),
        ("passkey", {"ticket": "x", "passkey": "y"}, "/passkey"),
        ("invitation", {}, "/token"),
        ("invitation/sign-up", {"token": "x"}, "/password"),
    ],
)
def test_what_is_wrong_is_named(path: str, body: dict, place: str) -> None:
    response = Browser().post(f"{AUTH}/{path}", body)

    assert response.status_code == 422
    assert place in [each["path"] for each in response.json()["errors"]]


@pytest.mark.parametrize(
    "path",
    ["forgot", "reset", "confirm-email", "second-factor", "passkey", "passkey/begin"],
)
def test_another_site_calls_none_of_them(path: str) -> None:
    response = Browser().post(f"{AUTH}/{path}", {}, origin="http://evil.example")

    assert status_and_code(response) == (403, "csrf_refused")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(demo: TenantInfo) -> None:
    user = member(demo)
    here, elsewhere = signed_in(user, None), signed_in(user, demo)

    wrong = here.post(f"{ACCOUNT}/password", {"password": "wrong", "new_password": OTHER})
    assert status_and_code(wrong) == (422, "password_wrong")
    assert elsewhere.get("/api/v1/me").status_code == 200
    changed = here.post(f"{ACCOUNT}/password", {"password": PASSWORD, "new_password": OTHER})

    assert changed.status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert here.post(f"{AUTH}/refresh").status_code == 204
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_an_address_changes_by_the_link_that_went_to_the_new_one(
    demo: TenantInfo, mailbox: Mailbox
) -> None:
    user = member(demo)
    browser = signed_in(user, None)

    assert browser.post(f"{ACCOUNT}/email", {"email": "New@x.test"}).status_code == 202
    assert browser.get(ACCOUNT).json()["email"] == user.email
    token = mailbox.token(CHANGE)
    Browser().post(f"{AUTH}/confirm-email", {"token": token})

    assert browser.get(ACCOUNT).json()["email"] == "new@x.test"
    assert mailbox.to(user.email) == ["Your e-mail address was changed"]


def test_a_name_is_changed_without_more(demo: TenantInfo) -> None:
    browser = signed_in(member(demo), None)

    changed = browser.send("PATCH", ACCOUNT, {"name": " Ada L. "})

    assert changed.json()["name"] == "Ada L."
    refused = browser.send("PATCH", ACCOUNT, {"name": "x", "is_operator": True})
    assert refused.status_code == 422


def test_the_last_owner_of_a_tenant_cannot_close_their_account(demo: TenantInfo) -> None:
    user = person()
    facade.provision(slug="theirs", name="Theirs", owner_id=user.pk)
    browser = signed_in(user, None)

    refused = browser.post(f"{ACCOUNT}/close", {"password": PASSWORD})

    assert status_and_code(refused) == (409, "last_owner")
    assert "Theirs" in refused.json()["detail"]
    user.refresh_from_db()
    assert (user.is_active, browser.get("/api/v1/me").status_code) == (True, 200)


def test_a_closed_account_is_signed_out_everywhere_and_its_tenants_live_on(
    demo: TenantInfo,
) -> None:
    user = person()
    made = facade.provision(slug="theirs", name="Theirs", owner_id=user.pk)
    member(made, "owner")
    browser, inside = signed_in(user, None), signed_in(user, made)

    closed = browser.post(f"{ACCOUNT}/close", {"password": PASSWORD})

    assert closed.status_code == 204
    assert [each.get("/api/v1/me").status_code for each in (browser, inside)] == [401, 401]
    assert User.objects.get(pk=user.pk).is_active is False
    assert Membership.objects.filter(tenant_id=made.id, role="owner").count() == 2
    assert Session.objects.alive().filter(user=user).count() == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ACCOUNT),
        ("PATCH", ACCOUNT),
        ("POST", f"{ACCOUNT}/verification"),
        ("POST", f"{ACCOUNT}/email"),
        ("POST", f"{ACCOUNT}/password"),
        ("POST", f"{ACCOUNT}/close"),
        ("POST", f"{ACCOUNT}/app"),
        ("POST", f"{ACCOUNT}/app/confirm"),
        ("POST", f"{ACCOUNT}/recovery-codes"),
        ("POST", f"{ACCOUNT}/passkeys"),
        ("POST", f"{ACCOUNT}/passkeys/begin"),
        ("GET", f"{ACCOUNT}/sessions"),
        ("DELETE", f"{ACCOUNT}/sessions"),
        ("POST", f"{AUTH}/confirm/begin"),
        ("POST", f"{AUTH}/confirm"),
        ("POST", f"{AUTH}/invitation/accept"),
    ],
)
def test_an_account_is_its_persons_alone_and_lives_on_the_public_host(
    demo: TenantInfo, method: str, path: str
) -> None:
    user = member(demo)

    assert status_and_code(Browser().send(method, path, {})) == (401, "unauthorized")
    assert signed_in(user, demo).send(method, path, {}).status_code == 404
