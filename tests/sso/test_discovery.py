"""How an address signs in: its domain decides, and nobody learns who has an account."""

import json

import pytest

from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from tests.sso.providers import Liar
from tests.sso.scene import connected, domain_of
from tests.tenants.browser import Browser, member, person
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

DISCOVER = "/api/v1/auth/discover"


def test_a_proven_domain_leads_to_its_tenants_provider(demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar, name="Acme Okta")

    answer = Browser().post(DISCOVER, {"email": "Alice@ACME.test", "next": "/executions"})

    assert answer.json() == {
        "method": "sso",
        "offers": [
            {
                "name": "Acme Okta",
                "url": f"http://demo.localhost/auth/sso/{row.pk}/start"
                "?login_hint=Alice%40ACME.test&next=%2Fexecutions",
                "is_enforced": False,
            }
        ],
    }


def test_the_answer_is_the_same_for_who_has_an_account_and_who_has_none(
    demo: TenantInfo, liar: Liar
) -> None:
    connected(demo, liar)
    member(demo, "viewer", person("alice@acme.test"))
    member(demo, "viewer", person("alice@else.test"))

    def said(email: str) -> str:
        return Browser().post(DISCOVER, {"email": email}).content.decode().replace(email[:5], "*")

    assert said("alice@acme.test") == said("bobby@acme.test").replace("bobby", "*")
    assert said("alice@else.test") == said("bobby@else.test")
    assert json.loads(said("bobby@else.test")) == {"method": "password", "offers": []}


@pytest.mark.parametrize("change", ["unproven", "off", "suspended", "subdomain"])
def test_what_does_not_count_leads_nowhere(change: str, demo: TenantInfo, liar: Liar) -> None:
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)
    row = connected(other, liar)
    email = "alice@acme.test"
    if change == "unproven":
        domain = domain_of(row)
        domain.verified_at, domain.proof = None, ""
        domain.save()
    if change == "off":
        row.is_enabled = False
        row.save()
    if change == "suspended":
        tenants.suspend(other.id)
    if change == "subdomain":
        email = "alice@sub.acme.test"

    assert Browser().post(DISCOVER, {"email": email}).json()["method"] == "password"


def test_two_tenants_of_one_company_are_both_offered_by_one_statement(
    demo: TenantInfo, liar: Liar
) -> None:
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)
    connected(demo, liar, name="One")
    connected(other, liar, name="Two")
    found: list = []

    asked = statements(
        lambda: found.append(Browser().post(DISCOVER, {"email": "a@acme.test"}).json())
    )

    assert [each["name"] for each in found[0]["offers"]] == ["One", "Two"]
    assert len([each for each in asked if "sso_" in each]) == 1


@pytest.mark.parametrize(
    "body", [{}, {"email": "x"}, {"email": None}, [], {"email": "a@b.c", "x": 1}]
)
def test_what_is_no_question_is_refused(body: object, demo: TenantInfo) -> None:
    assert Browser().post(DISCOVER, body).status_code == 422


def test_asking_is_limited(demo: TenantInfo) -> None:
    answers = [Browser().post(DISCOVER, {"email": f"{n}@acme.test"}).status_code for n in range(31)]

    assert answers[:30] == [200] * 30
    assert answers[30] == 429


def test_nobody_is_led_elsewhere_afterwards(demo: TenantInfo, liar: Liar) -> None:
    connected(demo, liar)

    answer = Browser().post(DISCOVER, {"email": "a@acme.test", "next": "//evil.example"}).json()

    assert answer["offers"][0]["url"].endswith("&next=%2F")
