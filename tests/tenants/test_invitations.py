"""Invitations: for one address, one tenant, one role; good once, within 72 hours, and never wider than the inviter."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.core import clock
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Invitation, Membership
from tests.accounts.mailbox import Mailbox, text_of
from tests.tenants.browser import PASSWORD, Browser, follow, member, person, signed_in

pytestmark = pytest.mark.django_db

INVITATIONS, AUTH = "/api/v1/invitations", "/api/v1/auth/invitation"
SUBJECT = "Ada invites you to Demo"


@pytest.fixture
def owner(demo: TenantInfo) -> User:
    user = member(demo)
    User.objects.filter(pk=user.pk).update(name="Ada", email_verified_at=clock.now())
    return user


@pytest.fixture
def browser(owner: User, demo: TenantInfo) -> Browser:
    return signed_in(owner, demo)


def invite(browser: Browser, email: str = "bob@x.test", role: str = "editor"):
    return browser.post(INVITATIONS, {"email": email, "role": role})


def sign_up(token: str, browser: Browser | None = None, **changed: str):
    body = {"token": token, "name": "Bob", "password": PASSWORD} | changed
    return (browser or Browser()).post(f"{AUTH}/sign-up", body)


def test_a_stranger_opens_an_account_by_it_and_lands_inside(
    browser: Browser, mailbox: Mailbox
) -> None:
    made = invite(browser, " Bob@X.test")
    token = mailbox.token(SUBJECT)

    seen = Browser().post(AUTH, {"token": token}).json()
    bob = Browser()
    done = sign_up(token, bob)

    assert (made.status_code, made.json()["email"]) == (201, "bob@x.test")
    assert seen == {
        "email": "bob@x.test",
        "role": "editor",
        "roles": [],
        "tenant_name": "Demo",
        "tenant_slug": "demo",
        "invited_by": "Ada",
        "has_account": False,
    }
    me = follow(done.json()["redirect"], bob).get("/api/v1/me").json()
    assert (me["email"], me["role"], me["tenant"]["slug"]) == ("bob@x.test", "editor", "demo")
    assert User.objects.get(email="bob@x.test").email_verified_at is not None
    assert mailbox.to("bob@x.test") == [SUBJECT]
    assert browser.get(INVITATIONS).json()["results"] == []


def test_the_link_is_in_the_letter_alone_and_stored_as_a_hash(
    browser: Browser, mailbox: Mailbox
) -> None:
    made = invite(browser)
    token = mailbox.token(SUBJECT)

    row = Invitation.objects.values().get()
    assert (len(token), len(bytes(row["token_hash"]))) == (43, 32)
    assert (
        token not in repr(row) + made.content.decode() + browser.get(INVITATIONS).content.decode()
    )
    assert row["expires_at"] - row["created_at"] == timedelta(hours=72)


def test_who_has_an_account_accepts_as_that_person_and_as_nobody_else(
    browser: Browser, mailbox: Mailbox
) -> None:
    bob, eve = person("bob@x.test"), person("eve@x.test")
    invite(browser)
    token = mailbox.token(SUBJECT)

    as_eve = signed_in(eve, None).post(f"{AUTH}/accept", {"token": token})
    as_new = sign_up(token)
    as_bob = signed_in(bob, None).post(f"{AUTH}/accept", {"token": token})

    assert (as_eve.status_code, as_eve.json()["code"]) == (403, "invitation_for_another")
    assert (as_new.status_code, as_new.json()["code"]) == (409, "email_taken")
    assert as_bob.json()["redirect"].startswith("http://demo.localhost/auth/cross?code=")
    assert Membership.objects.get(user=bob).role == "editor"
    assert Membership.objects.filter(user=eve).count() == 0


@pytest.mark.parametrize("how", ["used", "revoked", "old", "resent", "suspended", "unknown"])
def test_what_is_no_longer_good_is_not_there(
    how: str, browser: Browser, mailbox: Mailbox, demo: TenantInfo
) -> None:
    made = invite(browser).json()["id"]
    token = mailbox.token(SUBJECT)
    if how == "used":
        assert sign_up(token).status_code == 201
    elif how == "revoked":
        assert browser.delete(f"{INVITATIONS}/{made}").status_code == 204
    elif how == "old":
        Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif how == "resent":
        assert browser.post(f"{INVITATIONS}/{made}/resend").status_code == 200
    elif how == "suspended":
        facade.suspend(demo.id)
    else:
        token = "x" * 43
    members = Membership.objects.count()

    answers = [
        Browser().post(AUTH, {"token": token}),
        sign_up(token, name="Again"),
        signed_in(person(), None).post(f"{AUTH}/accept", {"token": token}),
    ]

    assert [each.status_code for each in answers] == [404, 404, 404]
    assert {each.json()["code"] for each in answers} == {"invitation_not_found"}
    assert Membership.objects.count() == members


def test_sending_again_gives_another_link_and_72_more_hours(
    browser: Browser, mailbox: Mailbox
) -> None:
    made = invite(browser).json()["id"]
    first = mailbox.token(SUBJECT)
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    resent = browser.post(f"{INVITATIONS}/{made}/resend")

    second = mailbox.token(SUBJECT)
    assert (resent.status_code, first == second) == (200, False)
    assert sign_up(second).status_code == 201


@pytest.mark.parametrize(
    ("inviter", "role", "status", "code"),
    [
        ("owner", "owner", 201, None),
        ("owner", "admin", 201, None),
        ("admin", "owner", 403, "owners_only"),
        ("admin", "admin", 201, None),
        ("editor", "viewer", 403, "forbidden"),
        ("viewer", "viewer", 403, "forbidden"),
    ],
)
def test_nobody_gives_what_they_do_not_hold(
    inviter: str, role: str, status: int, code: str | None, demo: TenantInfo
) -> None:
    user = member(demo, inviter)
    User.objects.filter(pk=user.pk).update(email_verified_at=clock.now())

    response = invite(signed_in(user, demo), role=role)

    assert (response.status_code, response.json().get("code")) == (status, code)
    assert Invitation.objects.count() == int(status == 201)


def test_a_key_invites_only_to_what_its_scopes_hold(browser: Browser) -> None:
    body = {"name": "k", "scopes": ["user.invite", "workflow.read"]}
    secret = browser.post("/api/v1/api-keys", body).json()["secret"]

    refused = Browser("demo.localhost").post(
        INVITATIONS,
        {"email": "bob@x.test", "role": "editor"},
        authorization=f"Bearer {secret}",
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "grant_too_wide")


def test_who_has_not_confirmed_their_own_address_invites_nobody(demo: TenantInfo) -> None:
    response = invite(signed_in(member(demo), demo))

    assert (response.status_code, response.json()["code"]) == (403, "email_unverified")
    assert Invitation.objects.count() == 0


def test_members_and_the_invited_are_not_invited_again(
    browser: Browser, owner: User, mailbox: Mailbox
) -> None:
    invite(browser)

    for email in ("bob@x.test", "BOB@x.test", owner.email):
        response = invite(browser, email)
        assert (response.status_code, response.json()["code"]) == (409, "already_member")

    assert mailbox.to(owner.email) == []


def test_the_letter_says_who_and_holds_no_address_that_a_stranger_wrote(
    browser: Browser, owner: User, mailbox: Mailbox
) -> None:
    User.objects.filter(pk=owner.pk).update(name="Win http://evil.example/x")

    invite(browser)

    (letter,) = mailbox.letters()
    assert letter["Subject"] == "Win http evil example x invites you to Demo"
    assert "evil.example" not in text_of(letter)
    assert owner.email in text_of(letter)


def test_invitations_of_another_tenant_are_like_none(browser: Browser, owner: User) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=owner.pk)
    made = invite(browser).json()["id"]
    stranger = signed_in(member(other), other)

    for path in (f"{INVITATIONS}/{made}", f"{INVITATIONS}/{uuid7()}"):
        assert stranger.delete(path).json()["code"] == "invitation_not_found"
        assert stranger.post(f"{path}/resend").json()["code"] == "invitation_not_found"
    assert stranger.get(INVITATIONS).json()["results"] == []
    assert Invitation.objects.get().revoked_at is None


def test_what_is_no_invitation_is_named(browser: Browser) -> None:
    refused = browser.post(INVITATIONS, {"email": "no address", "role": "king"})

    assert refused.status_code == 422
    assert sorted(each["path"] for each in refused.json()["errors"]) == ["/email", "/role"]


@pytest.mark.django_db(transaction=True)
def test_of_four_that_accept_at_once_one_comes_in(demo: TenantInfo, mailbox: Mailbox) -> None:
    inviter = member(demo)
    User.objects.filter(pk=inviter.pk).update(name="Ada", email_verified_at=clock.now())
    bob = person("bob@x.test")
    assert invite(signed_in(inviter, demo)).status_code == 201
    token, statuses = mailbox.token(SUBJECT), []
    browsers = [signed_in(bob, None) for _ in range(4)]
    together = threading.Barrier(4)

    def accept(browser: Browser) -> None:
        together.wait()
        statuses.append(browser.post(f"{AUTH}/accept", {"token": token}).status_code)
        connection.close()

    threads = [threading.Thread(target=accept, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 404, 404, 404]
    assert Membership.objects.filter(user=bob).count() == 1
