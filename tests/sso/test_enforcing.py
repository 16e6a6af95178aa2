"""A tenant that enforces its provider: no password leads in, but an owner's."""

import pytest
from django.db.models.functions import Now

from apps.sso.models import Connection
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session
from tests.callers import make_caller
from tests.sso.providers import Liar
from tests.sso.scene import connected
from tests.tenants.browser import PASSWORD, Browser, member, person, signed_in

pytestmark = pytest.mark.django_db

SIGN_IN = "/api/v1/auth/sign-in"


@pytest.fixture
def enforced(demo: TenantInfo, liar: Liar) -> Connection:
    row = connected(demo, liar)
    Connection.objects.filter(pk=row.pk).update(is_enforced=True, last_sign_in_at=Now())
    return row


def sign_in(email: str, tenant: str = "demo"):
    return Browser().post(SIGN_IN, {"email": email, "password": PASSWORD, "tenant": tenant})


def test_a_password_of_its_domain_leads_in_no_more(demo: TenantInfo, enforced: Connection) -> None:
    user = member(demo, "admin", person("alice@acme.test"))
    before = Session.objects.count()

    answer = sign_in(user.email)

    assert (answer.status_code, answer.json()["code"]) == (403, "sso_required")
    assert (Session.objects.count(), answer.cookies) == (before, {})


def test_neither_does_a_session_of_the_public_host(demo: TenantInfo, enforced: Connection) -> None:
    user = member(demo, "admin", person("alice@acme.test"))

    answer = signed_in(user, None).post("/api/v1/auth/cross", {"tenant": "demo"})

    assert (answer.status_code, answer.json()["code"]) == (403, "sso_required")


@pytest.mark.parametrize(
    ("email", "role"), [("guest@else.test", "viewer"), ("boss@acme.test", "owner")]
)
def test_others_and_owners_use_their_passwords(
    email: str, role: str, demo: TenantInfo, enforced: Connection
) -> None:
    member(demo, role, person(email))

    answer = sign_in(email)

    assert answer.status_code == 200
    assert answer.json()["redirect"].startswith("http://demo.localhost/auth/cross?code=")


def test_other_tenants_of_the_person_are_not_concerned(
    demo: TenantInfo, enforced: Connection
) -> None:
    user = member(demo, "admin", person("alice@acme.test"))
    tenants.provision(slug="other", name="Other", owner_id=user.pk)

    assert sign_in(user.email, "other").status_code == 200


@pytest.mark.parametrize("change", [{"is_enabled": False}, {"is_enforced": False}])
def test_it_ends_when_it_is_switched_off(
    change: dict, demo: TenantInfo, enforced: Connection
) -> None:
    user = member(demo, "admin", person("alice@acme.test"))
    Connection.objects.update(**change)

    assert sign_in(user.email).status_code == 200


def test_enforcing_waits_for_a_sign_in_and_a_domain_and_ends_what_passwords_opened(
    demo: TenantInfo, liar: Liar
) -> None:
    row = connected(demo, liar, domain="")
    admin = make_caller(demo, "admin")
    path = f"/sso/connections/{row.pk}"
    alice = signed_in(member(demo, "editor", person("alice@acme.test")), demo)
    boss = signed_in(member(demo, "owner", person("boss@acme.test")), demo)
    guest = signed_in(member(demo, "editor", person("guest@else.test")), demo)

    before_a_sign_in = admin.patch(path, {"is_enforced": True})
    Connection.objects.update(last_sign_in_at=Now())
    before_a_domain = admin.patch(path, {"is_enforced": True})
    from apps.sso.services import domains

    domains.approve(domains.add(demo, row.pk, "acme.test").pk)
    done = admin.patch(path, {"is_enforced": True})

    assert [each.status_code for each in (before_a_sign_in, before_a_domain, done)] == [
        422,
        422,
        200,
    ]
    answers = [each.get("/api/v1/me").status_code for each in (alice, boss, guest)]
    assert answers == [401, 200, 200]


def test_a_domain_that_is_proven_later_is_enforced_from_then_on(
    demo: TenantInfo, enforced: Connection
) -> None:
    from apps.sso.services import domains

    alice = signed_in(member(demo, "editor", person("alice@late.test")), demo)

    domains.approve(domains.add(demo, enforced.pk, "late.test").pk)

    assert alice.get("/api/v1/me").status_code == 401
