"""Being known by a provider's word: connected by who is signed in with a password, forgotten, and nobody else's."""

from urllib.parse import parse_qs, urlsplit

import pytest

from apps.sso.models import Connection, Identity
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Membership
from tests.callers import make_caller
from tests.sso.providers import Liar
from tests.sso.scene import Visitor, connected
from tests.sso.test_sign_out import let_in
from tests.tenants.browser import Browser, member, person, signed_in
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

IDENTITIES = "/api/v1/sso/identities"


@pytest.fixture
def row(demo: TenantInfo, liar: Liar) -> Connection:
    return connected(demo, liar, domain="")


def link(browser: Browser, row: Connection, liar: Liar, sub: str = "alice"):
    begun = browser.post(f"/api/v1/sso/connections/{row.pk}/link", {"next": "/me"}).json()
    asked = parse_qs(urlsplit(begun["redirect"]).query)
    liar.token = liar.sign(
        liar.claims(nonce=asked["nonce"][0], sub=sub, email="any@where.test", email_verified=False)
    )
    liar.documents["/me"] = {"sub": sub}
    return browser.get(f"/auth/sso/{row.pk}/callback?code=c&state={asked['state'][0]}")


def test_who_is_signed_in_by_a_password_is_known_from_then_on(
    demo: TenantInfo, row: Connection, liar: Liar
) -> None:
    user = member(demo, "editor")
    browser = signed_in(user, demo)

    linked = link(browser, row, liar)
    later = let_in(row, liar, sub="alice")

    assert (linked.status_code, linked["Location"]) == (303, "/me")
    assert later.browser.get("/api/v1/me").json()["id"] == str(user.pk)


def test_an_identity_is_one_persons(demo: TenantInfo, row: Connection, liar: Liar) -> None:
    first, second = signed_in(member(demo), demo), signed_in(member(demo), demo)
    link(first, row, liar)

    answer = link(second, row, liar)

    assert (answer.status_code, answer.json()["code"]) == (409, "identity_taken")
    assert Identity.objects.count() == 1


def test_who_left_meanwhile_connects_nothing(demo: TenantInfo, row: Connection, liar: Liar) -> None:
    user = member(demo)
    browser = signed_in(user, demo)
    begun = browser.post(f"/api/v1/sso/connections/{row.pk}/link", {}).json()
    asked = parse_qs(urlsplit(begun["redirect"]).query)
    liar.token = liar.sign(liar.claims(nonce=asked["nonce"][0]))
    Membership.objects.filter(user=user).delete()

    answer = browser.get(f"/auth/sso/{row.pk}/callback?code=c&state={asked['state'][0]}")

    assert answer.json()["code"] == "sso_not_a_member"
    assert Identity.objects.count() == 0


def known(demo: TenantInfo, row: Connection, liar: Liar) -> tuple[Browser, Visitor]:
    browser = signed_in(member(demo, "editor"), demo)
    link(browser, row, liar)
    return browser, let_in(row, liar, sub="alice")


def test_neither_a_provider_nor_a_key_may_connect_or_forget(
    demo: TenantInfo, row: Connection, liar: Liar
) -> None:
    _, federated = known(demo, row, liar)
    mine = federated.browser.get(IDENTITIES).json()["results"]

    answers = [
        federated.browser.post(f"/api/v1/sso/connections/{row.pk}/link", {}),
        federated.browser.delete(f"{IDENTITIES}/{mine[0]['id']}"),
        make_caller(demo, "admin").post(f"/sso/connections/{row.pk}/link", {}),
        make_caller(demo, "admin").delete(f"/sso/identities/{mine[0]['id']}"),
    ]

    assert [each.status_code for each in answers] == [403] * 4
    assert Identity.objects.count() == 1


def test_what_is_forgotten_signs_out_and_lets_nobody_in(
    demo: TenantInfo, row: Connection, liar: Liar
) -> None:
    browser, federated = known(demo, row, liar)
    mine = browser.get(IDENTITIES).json()["results"]

    gone = browser.delete(f"{IDENTITIES}/{mine[0]['id']}")

    assert [(each["issuer"], each["subject"]) for each in mine] == [(liar.issuer, "alice")]
    assert (gone.status_code, federated.browser.get("/api/v1/me").status_code) == (204, 401)
    assert browser.get(IDENTITIES).json()["results"] == []


def test_nobody_sees_or_forgets_anothers(demo: TenantInfo, row: Connection, liar: Liar) -> None:
    browser, _ = known(demo, row, liar)
    mine = browser.get(IDENTITIES).json()["results"][0]["id"]
    stranger = signed_in(member(demo), demo)
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)
    elsewhere = signed_in(member(other), other)

    answers = [each.delete(f"{IDENTITIES}/{mine}") for each in (stranger, elsewhere)]

    assert [each.status_code for each in answers] == [404, 404]
    assert stranger.get(IDENTITIES).json()["results"] == []
    assert Identity.objects.count() == 1


def test_more_identities_cost_no_more_statements(
    demo: TenantInfo, row: Connection, liar: Liar
) -> None:
    browser = signed_in(member(demo), demo)
    link(browser, row, liar)
    with_one = statements(lambda: browser.get(IDENTITIES))
    for number in range(3):
        link(browser, row, liar, sub=f"alice-{number}")

    with_four = statements(lambda: browser.get(IDENTITIES))

    assert len(with_one) == len(with_four) == 2


def test_another_issuer_under_the_same_connection_knows_nobody(
    demo: TenantInfo, row: Connection, liar: Liar
) -> None:
    known(demo, row, liar)
    Identity.objects.update(issuer="https://before.example")

    with pytest.raises(KeyError):  # no redirect: nobody is let in
        let_in(row, liar, sub="alice")


def test_a_tenant_that_is_deleted_takes_its_connections_along(demo: TenantInfo, liar: Liar) -> None:
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)
    connected(other, liar)

    tenants.delete(other.id)

    assert Connection.objects.count() == 0
