"""Whether the provider's word counts as a second factor, for a tenant that asks for one."""

import pytest

from apps.accounts.models import User
from apps.core import tenancy
from apps.sso.models import Connection, Identity
from apps.sso.rules import claims as rules
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session, Tenant
from tests.callers import make_caller
from tests.entries import recorded
from tests.sso.providers import Liar
from tests.sso.scene import connected
from tests.sso.test_abuse import come_with
from tests.tenants.browser import ACCESS, Browser, cross

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(demo: TenantInfo) -> TenantInfo:
    Tenant.objects.filter(pk=demo.id).update(requires_second_factor=True)
    return demo


def has_it() -> list[bool]:
    rows = Session.objects.filter(method="sso")
    return [*rows.values_list("has_second_factor", flat=True)]


@pytest.mark.parametrize(
    ("amr", "is_shown"),
    [
        (["mfa"], True),
        (["pwd", "otp", "mfa"], True),
        (["pwd", "otp"], False),
        (["pwd"], False),
        (["MFA"], False),
        ([], False),
        ("mfa", False),
        ({"mfa": True}, False),
        ([["mfa"]], False),
        (None, False),
    ],
)
def test_only_one_word_of_the_token_says_that_two_were_shown(amr: object, is_shown: bool) -> None:
    assert rules.has_second_factor({"amr": amr, "acr": "mfa"}) is is_shown


def test_a_sign_in_with_one_factor_comes_in_where_nobody_asks_for_two(
    demo: TenantInfo, liar: Liar
) -> None:
    assert come_with(liar, connected(demo, liar)).status_code == 303

    assert has_it() == [False]


def test_a_tenant_that_asks_for_two_is_not_content_with_one(strict: TenantInfo, liar: Liar) -> None:
    row, before = connected(strict, liar), User.objects.count()

    answer = come_with(liar, row, amr=["pwd"])

    assert (answer.status_code, answer.json()["code"]) == (403, "sso_second_factor_missing")
    assert ACCESS not in answer.cookies
    assert (has_it(), Identity.objects.count(), User.objects.count()) == ([], 0, before)
    [entry] = recorded("session.refused", schema=strict.schema)
    assert entry.after == {"code": "sso_second_factor_missing"}


@pytest.mark.parametrize(
    ("facts", "changes"),
    [({}, {"amr": ["pwd", "mfa"]}), ({"asks_second_factor": True}, {})],
    ids=["the token says so", "the connection says so"],
)
def test_the_token_or_the_connection_says_that_two_were_shown(
    facts: dict, changes: dict, strict: TenantInfo, liar: Liar
) -> None:
    answer = come_with(liar, connected(strict, liar, **facts), **changes)
    there = Browser("demo.localhost")
    there.client.cookies = answer.client.cookies

    cross(f"http://demo.localhost{answer['Location']}", there, there)

    assert has_it() == [True, True]
    assert there.get("/api/v1/me").status_code == 200


def test_what_userinfo_adds_says_nothing_of_factors(strict: TenantInfo, liar: Liar) -> None:
    row = connected(strict, liar, role_rules=[{"claim": "groups", "value": "a", "role": "editor"}])
    liar.documents["/me"] = {"sub": "mallory", "amr": ["mfa"], "groups": ["a"]}

    assert come_with(liar, row).json()["code"] == "sso_second_factor_missing"


def test_who_is_in_already_is_kept_out_once_the_tenant_asks(demo: TenantInfo, liar: Liar) -> None:
    answer = come_with(liar, connected(demo, liar))
    there = Browser("demo.localhost")
    there.client.cookies = answer.client.cookies
    cross(f"http://demo.localhost{answer['Location']}", there, there)
    assert there.get("/api/v1/me").status_code == 200

    Tenant.objects.filter(pk=demo.id).update(requires_second_factor=True)

    assert there.get("/api/v1/me").json()["code"] == "second_factor_needed"


def test_an_administrator_says_it_once_and_the_trail_tells(demo: TenantInfo, liar: Liar) -> None:
    row, admin = connected(demo, liar), make_caller(demo, "admin")
    path = f"/sso/connections/{row.pk}"

    assert admin.get(path).json()["asks_second_factor"] is False
    assert admin.patch(path, {"asks_second_factor": "perhaps"}).status_code == 422
    assert admin.patch(path, {"asks_second_factor": True}).json()["asks_second_factor"] is True

    [entry] = recorded("sso.updated", schema=demo.schema)
    assert (entry.before, entry.after) == (
        {"asks_second_factor": False},
        {"asks_second_factor": True},
    )


def test_a_connection_of_the_release_before_counts_as_it_did(demo: TenantInfo, liar: Liar) -> None:
    from apps.core import db

    row = connected(demo, liar)
    with tenancy.entered(tenancy.PUBLIC):
        db.execute("UPDATE public.sso_connection SET asks_second_factor = DEFAULT")

    assert Connection.objects.get(pk=row.pk).asks_second_factor is True
