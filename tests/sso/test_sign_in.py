"""Through a real provider and back: who comes in, as whom, and where they land."""

import pytest

from apps.accounts.models import User
from apps.sso.models import Identity
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Membership, Session
from tests.sso.providers import RealProvider
from tests.sso.scene import connected, visitor
from tests.tenants.browser import ACCESS, REFRESH, member, person

pytestmark = pytest.mark.django_db

ALICE = "alice@acme.test"


@pytest.fixture(autouse=True)
def _alice(real: RealProvider) -> None:
    real.person("alice", email=ALICE, email_verified=True, name="Alice", groups=["staff"])


def test_a_stranger_comes_in_as_a_member_and_lands_where_they_wanted(
    demo: TenantInfo, real: RealProvider
) -> None:
    alice = visitor(connected(demo, real))

    landed = alice.sign_in(ALICE, "/executions")

    me = alice.browser.get("/api/v1/me").json()
    assert (landed.status_code, landed["Location"]) == (303, "/executions")
    assert (me["email"], me["name"], me["role"]) == (ALICE, "Alice", "viewer")
    assert not User.objects.get(email=ALICE).has_usable_password()


def test_the_same_person_comes_a_second_time_without_a_second_account(
    demo: TenantInfo, real: RealProvider
) -> None:
    row = connected(demo, real)
    visitor(row).sign_in(ALICE)
    real.person("alice", email="alice.new@elsewhere.test", email_verified=False)

    again = visitor(row)
    again.sign_in("alice.new@elsewhere.test")

    assert again.browser.get("/api/v1/me").json()["email"] == ALICE
    assert Identity.objects.filter(connection=row).count() == 1


def test_an_account_that_exists_is_met_by_its_proven_address(
    demo: TenantInfo, real: RealProvider
) -> None:
    user = member(demo, "editor", person(ALICE))
    alice = visitor(connected(demo, real))

    alice.sign_in(ALICE)

    me = alice.browser.get("/api/v1/me").json()
    assert (me["id"], me["role"]) == (str(user.pk), "editor")


@pytest.mark.parametrize(
    ("claims", "domain"),
    [
        ({"email": ALICE, "email_verified": False}, "acme.test"),
        ({"email": ALICE}, "acme.test"),
        ({"email": ALICE, "email_verified": True}, ""),
        ({"email": ALICE, "email_verified": True}, "other.test"),
        ({"email": "alice@sub.acme.test", "email_verified": True}, "acme.test"),
    ],
)
def test_an_address_that_proves_nothing_lets_nobody_in(
    claims: dict, domain: str, demo: TenantInfo, real: RealProvider
) -> None:
    member(demo, "owner", person(ALICE))
    real.person("alice", **claims)
    alice = visitor(connected(demo, real, domain=domain))
    before = (User.objects.count(), Membership.objects.count(), Session.objects.count())

    answer = alice.sign_in(claims["email"])

    assert (answer.status_code, answer.json()["code"]) == (403, "sso_not_linked")
    assert (User.objects.count(), Membership.objects.count(), Session.objects.count()) == before
    assert alice.browser.cookie(ACCESS) is None


def test_a_browser_that_is_refused_lands_where_people_sign_in(
    demo: TenantInfo, real: RealProvider
) -> None:
    alice = visitor(connected(demo, real, domain=""))
    back = alice.elsewhere.go(alice.start(ALICE)["Location"])
    path = back.removeprefix("http://demo.localhost")

    answer = alice.browser.get(path, sec_fetch_mode="navigate")

    assert answer.status_code == 303
    assert answer["Location"] == "http://localhost/sign-in?notice=sso_not_linked&tenant=demo"


def test_who_turns_back_at_the_provider_is_told_so(demo: TenantInfo, real: RealProvider) -> None:
    answer = visitor(connected(demo, real)).sign_in("nobody@acme.test")

    assert (answer.status_code, answer.json()["code"]) == (401, "sso_denied")


def test_a_connection_that_adds_nobody_lets_only_members_in(
    demo: TenantInfo, real: RealProvider
) -> None:
    row = connected(demo, real, adds_members=False)
    refused = visitor(row).sign_in(ALICE)
    user = person(ALICE)
    still_refused = visitor(row).sign_in(ALICE)
    member(demo, "viewer", user)

    let_in = visitor(row).sign_in(ALICE)

    codes = [each.json()["code"] for each in (refused, still_refused)]
    assert codes == ["sso_not_a_member", "sso_not_a_member"]
    assert let_in["Location"] == "/"


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["admins", "staff"], "admin"),
        (["builders"], "editor"),
        (["else"], "operator"),
        ([], "operator"),
    ],
)
def test_the_first_rule_that_fits_gives_the_role(
    groups: list, role: str, demo: TenantInfo, real: RealProvider
) -> None:
    real.person("alice", email=ALICE, email_verified=True, groups=groups)
    rules = [
        {"claim": "groups", "value": "admins", "role": "admin"},
        {"claim": "groups", "value": "builders", "role": "editor"},
    ]
    alice = visitor(connected(demo, real, role_rules=rules, default_role="operator"))

    alice.sign_in(ALICE)

    assert alice.browser.get("/api/v1/me").json()["role"] == role


@pytest.mark.parametrize(("sync", "role"), [("first", "viewer"), ("always", "admin")])
def test_a_later_sign_in_changes_the_role_only_if_that_is_wanted(
    sync: str, role: str, demo: TenantInfo, real: RealProvider
) -> None:
    rules = [{"claim": "groups", "value": "admins", "role": "admin"}]
    row = connected(demo, real, role_rules=rules, role_sync=sync)
    visitor(row).sign_in(ALICE)
    real.person("alice", email=ALICE, email_verified=True, groups=["admins"])
    alice = visitor(row)

    alice.sign_in(ALICE)

    assert alice.browser.get("/api/v1/me").json()["role"] == role


def test_no_provider_takes_an_owners_role(demo: TenantInfo, real: RealProvider) -> None:
    member(demo, "owner", person(ALICE))
    alice = visitor(connected(demo, real, role_sync="always"))

    alice.sign_in(ALICE)

    assert alice.browser.get("/api/v1/me").json()["role"] == "owner"


def test_a_closed_account_stays_closed(demo: TenantInfo, real: RealProvider) -> None:
    row = connected(demo, real)
    visitor(row).sign_in(ALICE)
    User.objects.filter(email=ALICE).update(is_active=False)

    answer = visitor(row).sign_in(ALICE)

    assert answer.json()["code"] == "sso_not_linked"


def test_keys_that_the_provider_has_changed_are_asked_for_anew(
    demo: TenantInfo, real: RealProvider, monkeypatch
) -> None:
    from apps.sso.services import provider

    monkeypatch.setattr(provider, "ASK_AGAIN_S", 0.0)
    row = connected(demo, real)
    visitor(row).sign_in(ALICE)
    real.rotate()

    landed = visitor(row).sign_in(ALICE)

    assert landed["Location"] == "/"


def test_a_provider_that_is_down_is_said_to_be(demo: TenantInfo, real: RealProvider) -> None:
    alice = visitor(connected(demo, real))
    real.be_down(is_down=True)

    answer = alice.start(ALICE)

    assert (answer.status_code, answer.json()["code"]) == (503, "sso_unreachable")
    assert answer["Retry-After"] == "10"


def test_a_provider_that_goes_down_meanwhile_is_said_to_be(
    demo: TenantInfo, real: RealProvider
) -> None:
    alice = visitor(connected(demo, real))
    back = alice.elsewhere.go(alice.start(ALICE)["Location"])
    real.be_down(is_down=True)

    answer = alice.come_back(back)

    assert (answer.status_code, answer.json()["code"]) == (503, "sso_unreachable")


def test_the_session_is_worth_something_in_this_tenant_alone(
    demo: TenantInfo, real: RealProvider
) -> None:
    from apps.tenants import facade

    alice = visitor(connected(demo, real))
    alice.sign_in(ALICE)
    user = User.objects.get(email=ALICE)
    other = facade.provision(slug="other", name="Other", owner_id=user.pk)

    crossing = alice.browser.post("/api/v1/auth/cross", {"tenant": "other"})
    listed = alice.browser.get("/api/v1/tenants").json()["results"]
    there = alice.browser.client.cookies[ACCESS].value

    from tests.tenants.browser import Browser

    thief = Browser(facade.host_of(other.id) or "")
    thief.client.cookies[ACCESS] = there
    assert (crossing.status_code, crossing.json()["code"]) == (403, "sign_in_there")
    assert [each["slug"] for each in listed] == ["demo"]
    assert thief.get("/api/v1/me").status_code == 401


def test_refreshing_lets_no_session_live_longer_than_its_connection_says(
    demo: TenantInfo, real: RealProvider
) -> None:
    alice = visitor(connected(demo, real, session_hours=2))
    alice.sign_in(ALICE)
    before = alice.browser.cookie(REFRESH)

    refreshed = alice.browser.post("/api/v1/auth/refresh")

    ends = {
        (row.expires_at == row.ends_at, round((row.ends_at - row.created_at).total_seconds(), -1))
        for row in Session.objects.filter(method="sso")
    }
    assert refreshed.status_code == 204
    assert alice.browser.cookie(REFRESH) != before
    assert ends == {(True, 7200.0)}
