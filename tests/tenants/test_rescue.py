"""An operator takes somebody's second factor away: with a reason, once, told to everybody whom it concerns."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as DeskSession

from apps.accounts.models import Letter, Passkey, RecoveryCode, Totp, User
from apps.core import clock
from apps.core.desk import CONFIRMED
from apps.core.ids import uuid7
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.accounts.authenticator import Device
from tests.accounts.mailbox import Mailbox
from tests.entries import recorded
from tests.tenants.app import set_up
from tests.tenants.browser import PASSWORD, Browser, member, person, signed_in
from tests.tenants.desk import Desk, at_the_desk, operator, seated

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
REASON = "She showed her passport on a call."
SUBJECT = "Two-step sign-in was taken off your account"


def page(user: User) -> str:
    return f"/admin/second-factor/?user={user.pk}"


@pytest.fixture
def desk(db) -> Desk:
    desk = Desk()
    seated(desk, operator())
    return desk


@pytest.fixture
def user(demo: TenantInfo) -> User:
    user = member(demo)
    set_up(user)
    device, browser = Device(), signed_in(user, None)
    asked = browser.post("/api/v1/account/passkeys/begin").json()
    body = {"ticket": asked["ticket"], "name": "k", "passkey": device.make(asked["options"])}
    assert browser.post("/api/v1/account/passkeys", body).status_code == 201
    return user


def held(user: User) -> list[int]:
    mine = (each.objects.filter(user=user).count() for each in (Totp, Passkey, RecoveryCode))
    return [*mine]


def test_everything_goes_and_the_password_alone_opens(
    user: User, demo: TenantInfo, desk: Desk, mailbox: Mailbox
) -> None:
    inside = signed_in(user, demo)
    refresh = inside.copy()
    key = inside.post("/api/v1/api-keys", {"name": "k", "scopes": ["workflow.read"]}).json()

    done = desk.submit(page(user), reason=REASON)

    assert (done.status_code, done["Location"]) == (302, f"{USERS}{user.pk}/change/")
    assert held(user) == [0, 0, 0]
    assert inside.get("/api/v1/me").status_code == 401
    assert refresh.post("/api/v1/auth/refresh").status_code == 401
    assert set(Session.objects.values_list("revoked_because", flat=True)) == {"second_factor_taken"}
    by_key = {"authorization": f"Bearer {key['secret']}"}
    assert Browser("demo.localhost").get("/api/v1/me", **by_key).status_code == 200
    signed = Browser().post("/api/v1/auth/sign-in", {"email": user.email, "password": PASSWORD})
    assert signed.json()["challenge"] is None
    assert mailbox.to(user.email)[-1] == SUBJECT


def test_the_trail_says_who_did_it_why_and_what_was_there(user: User, desk: Desk) -> None:
    desk.submit(page(user), reason=REASON)

    [entry] = recorded("mfa.taken_away", schema="public")
    assert (entry.actor_kind, entry.actor_email) == ("operator", "operator@x.test")
    assert (entry.target_id, entry.target_name, entry.severity) == (
        str(user.pk),
        user.email,
        "warning",
    )
    assert (entry.before, entry.after) == ({"apps": 1, "passkeys": 1}, {"reason": REASON})


@pytest.mark.parametrize("reason", ["", "because", " " * 40])
def test_without_a_reason_nothing_happens(reason: str, user: User, desk: Desk) -> None:
    before = held(user)

    assert desk.submit(page(user), reason=reason).status_code == 200

    assert held(user) == before
    assert not Letter.objects.filter(kind="second_factor_taken").exists()
    assert recorded("mfa.taken_away", schema="public") == []


def test_an_open_browser_is_not_yet_an_operator_and_is_led_to_show_it_and_back(
    user: User, desk: Desk
) -> None:
    before, asked = held(user), desk.get(page(user))
    app, _ = set_up(User.objects.get(email="operator@x.test"))
    session = desk.client.session
    session[CONFIRMED] = (clock.now() - timedelta(minutes=11)).isoformat()
    session.save()

    refused = desk.client.post(page(user), {"reason": REASON}, headers={"host": desk.host})
    looked = desk.get(page(user))

    assert asked.status_code == 200
    way = f"/admin/confirm/?next=%2Fadmin%2Fsecond-factor%2F%3Fuser%3D{user.pk}"
    assert [(each.status_code, each["Location"]) for each in (refused, looked)] == [(302, way)] * 2
    assert held(user) == before
    back = desk.submit(way, code=app.code())
    assert (back.status_code, back["Location"]) == (302, page(user))
    assert desk.get(page(user)).status_code == 200


def test_nobody_takes_their_own_away_and_nobody_what_is_not_there(desk: Desk) -> None:
    mine, bare = User.objects.get(email="operator@x.test"), person()
    set_up(mine)

    for each, sentence in ((mine, "Your own is at your account"), (bare, "second factor")):
        answer = desk.submit(page(each), reason=REASON)
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    for each in ("x", str(uuid7()), ""):
        assert desk.get(f"/admin/second-factor/?user={each}").status_code == 404

    assert held(mine)[0] == 1
    assert recorded("mfa.taken_away", schema="public") == []


def test_an_operator_who_loses_theirs_leaves_the_desk_as_well(desk: Desk) -> None:
    other = operator("other@x.test")
    theirs = at_the_desk(other)
    assert theirs.get(USERS).status_code == 200

    desk.submit(page(other), reason=REASON)

    assert theirs.get(USERS).status_code == 302
    assert desk.get(USERS).status_code == 200
    assert DeskSession.objects.count() == 1


def test_the_list_leads_there_with_one_person_at_a_time(user: User, desk: Desk) -> None:
    def ticked(*users: User):
        chosen = {"action": "take_second_factor", "_selected_action": [each.pk for each in users]}
        return desk.client.post(USERS, chosen, headers={"host": desk.host})

    one, two = ticked(user), ticked(user, person())

    assert (one.status_code, one["Location"]) == (302, page(user))
    assert two["Location"].startswith(USERS)
    shown = desk.get(f"{USERS}{user.pk}/change/").content.decode()
    assert "passkeys, an app, recovery codes" in shown


def test_who_is_no_operator_is_asked_to_sign_in(user: User) -> None:
    stranger = Desk()
    stranger.client.force_login(person())

    assert stranger.get(page(user))["Location"].startswith("/admin/login/")
    assert held(user) == [1, 1, 10]
