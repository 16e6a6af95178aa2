"""What a person does with the account is on the platform's trail; what it does to a tenant is on the tenant's."""

from pathlib import Path
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.sso.models import Identity
from apps.sso.services import domains
from tests.accounts.authenticator import Device
from tests.accounts.mailbox import Mailbox
from tests.entries import recorded
from tests.tenants.app import set_up
from tests.tenants.browser import PASSWORD, Browser, member, person, signed_in

pytestmark = pytest.mark.usefixtures("redis_server")

ACCOUNT, AUTH = "/api/v1/account", "/api/v1/auth"
OTHER = "another good sentence"


@pytest.fixture
def user(tenant) -> User:
    return member(tenant, "viewer")


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


def said() -> list[str]:
    """Return what the platform's trail tells, but for the sessions that were opened."""
    actions = [entry.action for entry in recorded(schema="public")]
    return [action for action in actions if action != "session.opened"]


def done(response, status: int = 204):
    assert response.status_code == status, response.content
    return response


def test_another_name_is_written_down_for_others_read_it(user: User) -> None:
    browser = signed_in(user, None)
    for _ in range(2):
        done(browser.send("PATCH", ACCOUNT, {"name": "Grace"}), 200)

    [entry] = recorded("user.renamed", schema="public")
    assert (entry.before, entry.after) == ({"name": user.name}, {"name": "Grace"})
    assert (entry.target_name, entry.category) == (user.email, "user_management")


def test_ways_of_signing_in_are_written_down(user: User) -> None:
    set_up(user)
    browser, device = signed_in(user, None), Device()
    done(browser.post(f"{ACCOUNT}/recovery-codes"), 200)
    done(browser.delete(f"{ACCOUNT}/app"))
    asked = browser.post(f"{ACCOUNT}/passkeys/begin").json()
    body = {"ticket": asked["ticket"], "name": "Laptop", "passkey": device.make(asked["options"])}
    key = done(browser.post(f"{ACCOUNT}/passkeys", body), 201).json()["id"]
    done(browser.delete(f"{ACCOUNT}/passkeys/{key}"))
    done(browser.post(f"{ACCOUNT}/password", {"password": PASSWORD, "new_password": OTHER}))

    assert said() == [
        "mfa.enabled",
        "recovery_codes.renewed",
        "mfa.disabled",
        "passkey.added",
        "passkey.removed",
        "password.changed",
    ]
    assert {entry.target_id for entry in recorded(schema="public")} >= {str(user.pk)}


def test_what_links_of_letters_do_is_written_down(user: User, mailbox: Mailbox) -> None:
    browser = signed_in(user, None)
    done(browser.post(f"{ACCOUNT}/email", {"email": "new@x.test"}), 202)
    token = mailbox.token("Confirm your new e-mail address")
    done(Browser().post(f"{AUTH}/confirm-email", {"token": token}), 200)
    done(Browser().post(f"{AUTH}/forgot", {"email": "new@x.test"}), 202)
    token = mailbox.token("Set a new password")
    done(Browser().post(f"{AUTH}/reset", {"token": token, "password": OTHER}))

    assert said() == ["email.changed", "password.changed"]


def test_an_address_is_confirmed_once_whatever_has_shown_it(tenant, mailbox: Mailbox) -> None:
    ada = Browser()
    new = {"email": "ada@x.test", "password": PASSWORD, "name": "A", "tenant_name": "Adas"}
    done(ada.post(f"{AUTH}/sign-up", new), 201)
    confirm = mailbox.token("Confirm your e-mail address")
    for status in (200, 404):
        done(Browser().post(f"{AUTH}/confirm-email", {"token": confirm}), status)
    bob = person("bob@x.test")
    done(Browser().post(f"{AUTH}/forgot", {"email": bob.email}), 202)
    token = mailbox.token("Set a new password")
    done(Browser().post(f"{AUTH}/reset", {"token": token, "password": OTHER}))

    entries = recorded("email.verified", schema="public")
    assert [(entry.category, entry.target_name) for entry in entries] == [
        ("user_management", "ada@x.test"),
        ("user_management", "bob@x.test"),
    ]


def test_a_second_factor_that_is_refused_is_written_down(user: User) -> None:
    set_up(user)
    asked = Browser().post(f"{AUTH}/sign-in", {"email": user.email, "password": PASSWORD}).json()
    answer = {"ticket": asked["challenge"]["ticket"], "method": "totp", "code": "000000"}
    done(Browser().post(f"{AUTH}/second-factor", answer), 422)
    asked = Browser().post(f"{AUTH}/passkey/begin").json()
    answer = {"ticket": asked["ticket"], "passkey": {}}
    done(Browser().post(f"{AUTH}/passkey", answer), 401)

    [of_code] = recorded("mfa.refused", schema="public")
    [of_key] = recorded("session.refused", schema="public")
    assert (of_code.outcome, of_code.target_id, of_code.after) == (
        "failure", str(user.pk), {"code": "code_refused"},
    )  # fmt: skip
    assert (of_key.outcome, of_key.target_id, of_key.after) == (
        "failure", "", {"code": "passkey_refused"},
    )  # fmt: skip


def test_the_end_of_sessions_and_of_the_account_is_written_down(user: User) -> None:
    browser, other = signed_in(user, None), signed_in(user, None)
    mine = other.get(f"{ACCOUNT}/sessions").json()["results"]
    root = next(each["id"] for each in mine if each["is_current"])
    done(browser.delete(f"{ACCOUNT}/sessions/{root}"))
    done(browser.delete(f"{ACCOUNT}/sessions"))
    done(signed_in(user, None).post(f"{ACCOUNT}/close", {"password": PASSWORD}))

    assert said() == ["session.ended", "session.ended_everywhere", "user.closed"]


def test_what_changes_who_comes_in_is_on_the_tenants_trail(tenant, mailbox: Mailbox) -> None:
    owner, guest = member(tenant), person("guest@x.test")
    User.objects.filter(pk=owner.pk).update(name="Ada", email_verified_at=owner.created_at)
    browser = signed_in(owner, tenant)
    body = {"email": guest.email, "role": "viewer"}
    done(browser.post("/api/v1/invitations", body), 201)
    token = mailbox.token(f"Ada invites you to {tenant.name}")
    done(signed_in(guest, None).post(f"{AUTH}/invitation/accept", {"token": token}), 200)
    done(browser.post("/api/v1/invitations", body | {"email": "new@x.test"}), 201)
    token = mailbox.token(f"Ada invites you to {tenant.name}")
    new = {"token": token, "password": OTHER}
    done(Browser().post(f"{AUTH}/invitation/sign-up", new), 201)
    done(browser.send("PATCH", "/api/v1/tenant/security", {"requires_second_factor": False}), 200)

    actions = [entry.action for entry in recorded()]
    assert [action for action in actions if action != "session.opened"] == [
        "invitation.sent",
        "invitation.accepted",
        "invitation.sent",
        "invitation.accepted",
        "tenant.changed",
    ]


def test_a_proven_domain_and_a_lost_identity_are_on_the_tenants_trail(tenant, user: User) -> None:
    owner = signed_in(member(tenant), tenant)
    provider = {"name": "Id", "issuer": "https://id.localhost", "client_id": "gorax"}
    made = done(owner.post("/api/v1/sso/connections", provider), 201).json()["id"]
    path = f"/api/v1/sso/connections/{made}/domains"
    domain = done(owner.post(path, {"domain": "mine.test"}), 201).json()["id"]
    domains.approve(UUID(domain))
    known = Identity.objects.create(
        connection_id=made, issuer=provider["issuer"], subject="s", user=user
    )
    done(signed_in(user, tenant).delete(f"/api/v1/sso/identities/{known.pk}"))

    actions = [entry.action for entry in recorded()]
    assert [action for action in actions if action != "session.opened"] == [
        "sso.created",
        "domain.added",
        "domain.verified",
        "identity.unlinked",
    ]
