"""Passkeys over HTTP: made and used by a device of our own, and refused in every way that matters."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import Passkey, Ticket, User
from apps.core import clock
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.accounts.authenticator import PRESENT, Device
from tests.tenants.browser import PASSWORD, Browser, member, signed_in

pytestmark = pytest.mark.django_db

ACCOUNT, BEGIN, SIGN_IN = "/api/v1/account", "/api/v1/auth/passkey/begin", "/api/v1/auth/passkey"


@pytest.fixture
def user(demo: TenantInfo) -> User:
    return member(demo)


def add(user: User, device: Device, browser: Browser | None = None):
    browser = browser or signed_in(user, None)
    asked = browser.post(f"{ACCOUNT}/passkeys/begin").json()
    body = {"ticket": asked["ticket"], "name": "Laptop", "passkey": device.make(asked["options"])}
    return browser.post(f"{ACCOUNT}/passkeys", body)


def sign_in(device: Device, **changed: Any):
    asked = Browser().post(BEGIN).json()
    passkey = device.sign(asked["options"], changed.pop("rp_id", ""))
    return Browser().post(SIGN_IN, {"ticket": asked["ticket"], "passkey": passkey} | changed)


def assert_refused(response) -> None:
    assert (response.status_code, response.json()["code"]) == (401, "passkey_refused")


def test_a_passkey_signs_in_without_a_password_and_counts_as_two_factors(user: User) -> None:
    device = Device()
    assert add(user, device).status_code == 201

    said = sign_in(device, tenant="demo")

    assert said.json()["user"]["email"] == user.email
    assert said.json()["redirect"].startswith("http://demo.localhost/auth/cross?code=")
    assert Session.objects.order_by("-id").first().has_second_factor is True
    shown = signed_in(user, None).get(ACCOUNT).json()["passkeys"]
    assert [(each["name"], each["last_used_at"] is None) for each in shown] == [("Laptop", False)]


def test_after_the_password_it_is_the_second_step(user: User) -> None:
    device = Device()
    add(user, device)
    body = {"email": user.email, "password": PASSWORD}
    challenge = Browser().post("/api/v1/auth/sign-in", body).json()["challenge"]

    said = Browser().post(
        "/api/v1/auth/second-factor",
        {
            "ticket": challenge["ticket"],
            "method": "passkey",
            "passkey": device.sign(challenge["passkey"]),
        },
    )

    assert challenge["methods"] == ["passkey"]
    assert (said.status_code, said.json()["user"]["email"]) == (200, user.email)


def test_it_confirms_sensitive_acts(user: User) -> None:
    device, browser = Device(), signed_in(user, None)
    add(user, device, browser)
    Session.objects.update(confirmed_at=None)
    challenge = browser.post("/api/v1/auth/confirm/begin").json()["challenge"]

    shown = browser.post(
        "/api/v1/auth/confirm",
        {
            "ticket": challenge["ticket"],
            "method": "passkey",
            "passkey": device.sign(challenge["passkey"]),
        },
    )

    assert shown.status_code == 204
    assert browser.get(ACCOUNT).json()["is_confirmed"] is True


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://demo.localhost",
        "https://localhost",
        "http://localhost:1",
        "http://localhost.evil.example",
        "",
    ],
)
def test_what_was_signed_on_another_page_is_refused(user: User, origin: str) -> None:
    device = Device()
    add(user, device)
    device.origin = origin

    assert_refused(sign_in(device))
    assert_refused(add(user, Device(origin)))
    assert Passkey.objects.count() == 1


def test_a_key_for_another_host_is_refused(user: User) -> None:
    device = Device()
    add(user, device)

    assert_refused(sign_in(device, rp_id="evil.example"))


def test_a_device_that_has_not_asked_who_it_is_is_refused(user: User) -> None:
    device = Device()
    add(user, device)
    device.flags = PRESENT

    assert_refused(sign_in(device))


def test_a_signature_by_another_key_is_refused(user: User) -> None:
    device, other = Device(), Device()
    add(user, device)
    other.credential_id, other.user_handle = device.credential_id, device.user_handle

    assert_refused(sign_in(other))


def test_a_passkey_of_another_person_is_not_mine(user: User, demo: TenantInfo) -> None:
    mine, theirs = Device(), Device()
    add(user, mine)
    other = member(demo)
    add(other, theirs)
    body = {"email": user.email, "password": PASSWORD}
    challenge = Browser().post("/api/v1/auth/sign-in", body).json()["challenge"]

    refused = Browser().post(
        "/api/v1/auth/second-factor",
        {
            "ticket": challenge["ticket"],
            "method": "passkey",
            "passkey": theirs.sign(challenge["passkey"]),
        },
    )
    mine.user_handle = other.pk.bytes

    assert_refused(refused)
    assert_refused(sign_in(mine))


def test_an_answer_is_good_once_and_for_five_minutes(user: User) -> None:
    device = Device()
    add(user, device)
    asked = Browser().post(BEGIN).json()
    body = {"ticket": asked["ticket"], "passkey": device.sign(asked["options"])}
    assert Browser().post(SIGN_IN, body).status_code == 200

    again = Browser().post(SIGN_IN, body)
    asked = Browser().post(BEGIN).json()
    Ticket.objects.filter(used_at=None).update(expires_at=clock.now() - timedelta(seconds=1))
    late = Browser().post(
        SIGN_IN, {"ticket": asked["ticket"], "passkey": device.sign(asked["options"])}
    )

    assert [each.json()["code"] for each in (again, late)] == ["ticket_over", "ticket_over"]


def test_a_copied_device_is_seen_by_its_counter(user: User) -> None:
    device = Device()
    add(user, device)
    assert sign_in(device).status_code == 200
    assert sign_in(device).status_code == 200

    device.count = 0  # the copy, which was made before

    assert_refused(sign_in(device))


def test_a_closed_account_has_no_passkey(user: User) -> None:
    device = Device()
    add(user, device)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert_refused(sign_in(device))


def test_one_device_is_kept_once_and_removed_by_its_owner_alone(
    user: User, demo: TenantInfo
) -> None:
    device, browser = Device(), signed_in(user, None)
    made = add(user, device, browser).json()["id"]
    path = f"{ACCOUNT}/passkeys/{made}"

    assert_refused(add(user, device, browser))
    assert_refused(add(member(demo), device))
    assert signed_in(member(demo), None).delete(path).status_code == 404
    assert browser.delete(path).status_code == 204
    assert_refused(sign_in(device))


@pytest.mark.parametrize(
    "passkey",
    [
        {},
        {"id": "x"},
        {"id": "x", "rawId": "y", "response": {}},
        {"id": "eA", "rawId": "eA", "response": {"clientDataJSON": 1}},
        {"id": [], "rawId": {}, "response": "x", "type": None},
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "eA",
                "authenticatorData": "eA",
                "signature": "!",
                "attestationObject": "v" * 200,
            },
        },
    ],
)
def test_garbage_is_refused_and_never_a_fault(user: User, passkey: dict) -> None:
    asked = Browser().post(BEGIN).json()
    browser = signed_in(user, None)
    begun = browser.post(f"{ACCOUNT}/passkeys/begin").json()

    assert_refused(Browser().post(SIGN_IN, {"ticket": asked["ticket"], "passkey": passkey}))
    assert_refused(
        browser.post(
            f"{ACCOUNT}/passkeys", {"ticket": begun["ticket"], "name": "x", "passkey": passkey}
        )
    )
