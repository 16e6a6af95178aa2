"""An operator acts as a member: for a reason and a short time, told to both trails, and never more than is named."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core import clock, desk
from apps.core.ids import uuid7
from apps.core.principals import ALL, BY_OPERATORS
from apps.tenants import facade
from apps.tenants.errors import ActingRefusedError, NoTenantError
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from apps.tenants.services import acting
from tests.entries import recorded
from tests.tenants.app import set_up
from tests.tenants.browser import CSRF, Browser, follow, member, person, signed_in
from tests.tenants.desk import Desk, operator, seated

pytestmark = pytest.mark.django_db

REASON = "Ticket 4711: the nightly import fails"
BEGIN = "/admin/acting/begin/?tenant={tenant}"


@pytest.fixture
def owner(demo: TenantInfo) -> User:
    return member(demo, "owner", person("ada@demo.test"))


@pytest.fixture
def boss(db) -> User:
    return operator()


def begun(boss: User, tenant: TenantInfo, user: User, **other: Any) -> acting.Way:
    given = {"reason": REASON, "minutes": 15, **other}
    return acting.begin(UUID(str(boss.pk)), tenant.id, user.pk, **given)


def entered(way: acting.Way, boss: User) -> Browser:
    """Return the browser of an operator who has gone where they were led."""
    return follow(f"http://{way.host}/auth/cross?code={way.code}", seated(Desk(), boss))


@pytest.fixture
def browser(boss: User, demo: TenantInfo, owner: User) -> Browser:
    return entered(begun(boss, demo, owner), boss)


def test_an_operator_says_as_whom_and_why_and_is_led_to_the_tenants_host(
    boss: User, demo: TenantInfo, owner: User
) -> None:
    at_desk = seated(Desk(), boss)

    page = at_desk.submit(
        BEGIN.format(tenant=demo.id), member=str(owner.pk), reason=REASON, minutes="30"
    )

    way = re.search(
        r'href="(http://demo\.localhost/auth/cross\?code=[^"]+)"', page.content.decode()
    )
    assert way is not None
    me = follow(way[1], at_desk).get("/api/v1/me").json()
    assert (me["email"], me["kind"], me["role"]) == ("ada@demo.test", "operator", "owner")
    assert me["acting"]["email"] == "operator@x.test"
    assert me["permissions"] == sorted(BY_OPERATORS)


def test_it_is_begun_only_by_who_has_just_shown_a_second_factor(
    boss: User, demo: TenantInfo
) -> None:
    app, _ = set_up(boss)
    at_desk = seated(Desk(), boss)
    session = at_desk.client.session
    session[desk.CONFIRMED] = (clock.now() - timedelta(minutes=11)).isoformat()
    session.save()
    path = BEGIN.format(tenant=demo.id)

    sent = at_desk.get(path)
    wrong = at_desk.submit(sent["Location"], code="000000")
    right = at_desk.submit(sent["Location"], code=app.code())

    assert (
        sent["Location"]
        == f"/admin/confirm/?next=%2Fadmin%2Facting%2Fbegin%2F%3Ftenant%3D{demo.id}"
    )
    assert wrong.status_code == 200
    assert (right.status_code, right["Location"]) == (302, path)
    assert at_desk.get(path).status_code == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/admin/", "/account"])
def test_confirming_leads_nowhere_but_into_the_admin(boss: User, wanted: str) -> None:
    app, _ = set_up(boss)

    answer = seated(Desk(), boss).submit(f"/admin/confirm/?next={wanted}", code=app.code())

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_every_answer_says_who_really_acts(browser: Browser, demo: TenantInfo) -> None:
    mine = signed_in(member(demo), demo)

    assert browser.get("/api/v1/workflows")["X-Acting-Operator"] == "operator@x.test"
    assert browser.get(f"/api/v1/workflows/{uuid7()}")["X-Acting-Operator"] == "operator@x.test"
    assert "X-Acting-Operator" not in mine.get("/api/v1/workflows")


def test_what_is_withheld_is_this_and_whatever_comes_later() -> None:
    assert sorted(ALL - BY_OPERATORS) == [
        "api_key.manage",
        "audit.manage",
        "credential.create",
        "credential.delete",
        "credential.update",
        "role.manage",
        "sso.manage",
        "tenant.update",
        "user.invite",
        "user.manage",
        "webhook.create",
        "webhook.delete",
        "webhook.update",
        "workflow.share",
    ]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/credentials", {"name": "k", "type": "secret", "values": {"value": "x"}}),
        ("POST", "/api/v1/api-keys", {"name": "k", "scopes": ["workflow.read"]}),
        ("GET", "/api/v1/api-keys", None),
        ("POST", "/api/v1/roles", {"name": "r", "permissions": ["workflow.read"]}),
        ("POST", "/api/v1/invitations", {"email": "eve@x.test", "role": "viewer"}),
        ("POST", "/api/v1/service-accounts", {"name": "s", "role": "viewer"}),
        ("PATCH", "/api/v1/tenant/security", {"allows_acting": True}),
        ("PUT", "/api/v1/tenant/cors", {"origins": []}),
        ("POST", "/api/v1/auth/cross", {"tenant": "demo"}),
        ("GET", "/api/v1/sso/identities", None),
    ],
)
def test_secrets_keys_people_and_settings_stay_as_they_are(
    browser: Browser, method: str, path: str, body: Any
) -> None:
    assert browser.send(method, path, body).status_code == 403


def test_a_viewer_is_no_more_than_a_viewer_for_an_operator_too(
    boss: User, demo: TenantInfo
) -> None:
    browser = entered(begun(boss, demo, member(demo, "viewer")), boss)

    created = browser.post("/api/v1/workflows", {"name": "x", "definition": {}})

    assert created.status_code == 403
    assert browser.get("/api/v1/workflows").status_code == 200


def test_both_trails_say_who_acted_as_whom_and_why(
    browser: Browser, boss: User, owner: User
) -> None:
    created = browser.post("/api/v1/workflows", {"name": "secret name", "definition": {}})

    facts = {"reason": REASON, "minutes": 15, "tenant": "demo", "on_behalf_of": owner.email}
    for chain in ("public", "t_demo"):
        (entry,) = recorded("acting.begun", schema=chain)
        assert (entry.after, entry.target_name) == (facts, owner.email)
    (ours,) = recorded("workflow.created", schema="t_demo")
    assert (ours.actor_kind, ours.actor_id, ours.actor_email) == ("operator", boss.pk, boss.email)
    assert ours.after["on_behalf_of"] == owner.email
    (theirs,) = recorded("workflow.created", schema="public")
    assert (theirs.actor_email, theirs.target_id) == (boss.email, created.json()["id"])
    assert theirs.after == {"tenant": "t_demo", "on_behalf_of": owner.email}
    assert (theirs.target_name, theirs.before) == ("", None)


def test_a_member_who_acts_themselves_is_told_to_their_own_trail_alone(demo: TenantInfo) -> None:
    mine = signed_in(member(demo), demo)
    mine.post("/api/v1/workflows", {"name": "x", "definition": {}})

    (entry,) = recorded("workflow.created", schema="t_demo")
    assert (entry.actor_kind, "on_behalf_of" in (entry.after or {})) == ("user", False)
    assert recorded("workflow.created", schema="public") == []


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"reason": "  short   "}, "/reason"),
        ({"minutes": 61}, "/minutes"),
        ({"user": "stranger"}, "/user"),
        ({"user": "robot"}, "/user"),
        ({"user": "myself"}, "/user"),
        ({"tenant": "forbids"}, "/tenant"),
    ],
)
def test_it_is_refused_and_nothing_is_begun(
    boss: User, demo: TenantInfo, owner: User, other: dict[str, Any], field: str
) -> None:
    robot = member(demo, "viewer", person(is_service=True))
    users = {"stranger": person(), "robot": robot, "myself": member(demo, "owner", boss)}
    if other.pop("tenant", ""):
        acting.allow(demo.id, is_allowed=False)
    user = users.get(other.pop("user", ""), owner)

    with pytest.raises(ActingRefusedError) as refusal:
        begun(boss, demo, user, **other)

    assert [each.path for each in refusal.value.errors] == [field]
    assert not Session.objects.exclude(operator=None).exists()


def test_nobody_acts_in_a_tenant_that_is_suspended_or_not_there(
    boss: User, demo: TenantInfo, owner: User
) -> None:
    facade.suspend(demo.id)
    with pytest.raises(NoTenantError):
        begun(boss, demo, owner)
    with pytest.raises(NoTenantError):
        acting.begin(boss.pk, uuid7(), owner.pk, reason=REASON, minutes=15)


def test_a_refresh_makes_it_last_no_longer(browser: Browser) -> None:
    Session.objects.exclude(operator=None).update(ends_at=Now() + timedelta(seconds=90))

    refreshed = browser.post("/api/v1/auth/refresh")

    assert refreshed.status_code == 204
    in_time = Session.objects.filter(expires_at__lt=Now() + timedelta(seconds=91))
    assert in_time.exclude(operator=None).count() == 1
    Session.objects.update(expires_at=Now() - timedelta(seconds=1))
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/auth/refresh").status_code == 401


def stop_by_signing_out(browser: Browser, *_: Any) -> None:
    assert browser.send("POST", "/api/v1/auth/sign-out").status_code == 204


def stop_by_suspending(browser: Browser, boss: User, demo: TenantInfo) -> None:
    facade.suspend(demo.id)
    facade.resume(demo.id)


def stop_by_forbidding(browser: Browser, boss: User, demo: TenantInfo) -> None:
    admin = signed_in(member(demo, "admin"), demo)
    answer = admin.send("PATCH", "/api/v1/tenant/security", {"allows_acting": False})
    assert answer.json() == {"requires_second_factor": False, "allows_acting": False}


def stop_by_leaving_the_admin(browser: Browser, boss: User, demo: TenantInfo) -> None:
    at_desk = seated(Desk(), boss)
    assert at_desk.submit("/admin/confirm/", code="").status_code == 200
    token = at_desk.client.cookies[CSRF].value
    answer = at_desk.client.post(
        "/admin/logout/",
        {"csrfmiddlewaretoken": token},
        headers={"host": "localhost", "origin": "http://localhost"},
    )
    assert answer.status_code in {200, 302}


def stop_by_acting_as_another(browser: Browser, boss: User, demo: TenantInfo) -> None:
    begun(boss, demo, member(demo, "viewer"))


def stop_at_the_desk(browser: Browser, boss: User, demo: TenantInfo) -> None:
    root = Session.objects.exclude(operator=None).order_by("id").values_list("root", flat=True)[0]
    seated(Desk(), operator("other@x.test")).submit(
        "/admin/tenants/session/", action="end", _selected_action=str(root)
    )


@pytest.mark.parametrize(
    "stop",
    [
        stop_by_signing_out,
        stop_by_suspending,
        stop_by_forbidding,
        stop_by_leaving_the_admin,
        stop_by_acting_as_another,
        stop_at_the_desk,
    ],
)
def test_it_ends_at_once_and_both_trails_hear_of_it(
    stop: Any, browser: Browser, boss: User, demo: TenantInfo
) -> None:
    assert browser.get("/api/v1/me").status_code == 200

    stop(browser, boss, demo)

    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/auth/refresh").status_code in {401, 403}
    assert len(recorded("acting.ended", schema="public")) == 1
    assert len(recorded("acting.ended", schema="t_demo")) == 1


@pytest.mark.parametrize("change", [{"is_operator": False}, {"is_active": False}])
def test_whoever_is_an_operator_no_more_acts_as_nobody(
    browser: Browser, boss: User, change: dict[str, bool]
) -> None:
    User.objects.filter(pk=boss.pk).update(**change)

    assert browser.get("/api/v1/me").status_code == 401


def test_a_code_is_worth_nothing_once_it_is_over(boss: User, demo: TenantInfo, owner: User) -> None:
    way = begun(boss, demo, owner)
    acting.end_of_operator(boss.pk)

    assert entered(way, boss).get("/api/v1/me").status_code == 401


def test_another_browser_cannot_spend_the_way_nor_another_operator(
    boss: User, demo: TenantInfo, owner: User
) -> None:
    way = begun(boss, demo, owner)

    for thief in (Browser(), signed_in(owner, None), seated(Desk(), operator("other@x.test"))):
        there = follow(f"http://{way.host}/auth/cross?code={way.code}", thief)
        assert there.get("/api/v1/me").status_code == 401
    assert entered(way, boss).get("/api/v1/me").status_code == 200


def test_a_members_own_list_of_sessions_holds_their_own(browser: Browser, owner: User) -> None:
    mine = signed_in(owner, None)

    assert len(mine.get("/api/v1/account/sessions").json()["results"]) == 1


def test_the_desk_lists_who_acted_and_shows_nobody_elses_session(
    browser: Browser, boss: User, owner: User, demo: TenantInfo
) -> None:
    signed_in(owner, demo)
    at_desk = seated(Desk(), boss)

    page = at_desk.get("/admin/tenants/session/").content.decode()
    private = Session.objects.filter(operator=None).values_list("pk", flat=True)[0]

    assert page.count(REASON) == 1
    assert at_desk.get(f"/admin/tenants/session/{private}/change/").status_code == 302


def test_the_setting_is_a_boolean_and_something_must_be_said(demo: TenantInfo) -> None:
    admin = signed_in(member(demo, "admin"), demo)
    path = "/api/v1/tenant/security"

    nothing = admin.send("PATCH", path, {})
    wrong = admin.send("PATCH", path, {"allows_acting": "perhaps"})

    assert (nothing.status_code, wrong.status_code) == (422, 422)
    assert [each["path"] for each in wrong.json()["errors"]] == ["/allows_acting"]
    assert admin.get(path).json() == {"requires_second_factor": False, "allows_acting": True}
