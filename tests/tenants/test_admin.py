"""The operators' admin: on the public host, for operators, and every click goes through the services."""

import re

import pytest

from apps.accounts.models import User
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Membership, Tenant
from tests.tenants.app import set_up
from tests.tenants.browser import PASSWORD, Browser, person
from tests.tenants.desk import Desk, Fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db) -> User:
    return User.objects.create_superuser("operator@x.test", PASSWORD)


@pytest.fixture
def desk(operator: User) -> Desk:
    desk = Desk()
    response = desk.sign_in(operator, set_up(operator)[0].code())
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    return desk


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example"])
def test_an_operator_whom_a_link_would_send_elsewhere_lands_in_the_admin(
    operator: User, wanted: str
) -> None:
    code = set_up(operator)[0].code()

    response = Desk().sign_in(operator, code, f"/admin/login/?next={wanted}")

    assert (response.status_code, response["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/tenants/tenant/",
        "/admin/tenants/tenant/add/",
        "/admin/accounts/user/",
        "/admin/search/",
    ],
)
def test_nobody_but_an_operator_gets_in(path: str) -> None:
    desk = Desk()
    user = person("member@x.test")
    refused = desk.sign_in(user, set_up(user)[0].code())

    response = desk.get(path)

    assert refused.status_code == 200
    assert (response.status_code, response["Location"][:13]) == (302, "/admin/login/")


def test_guessing_an_operators_password_is_limited_as_everywhere(operator: User) -> None:
    desk = Desk()
    for number in range(10):
        given = {"username": operator.email, "password": f"guess {number}", "code": "000000"}
        desk.submit("/admin/login/", **given)

    response = desk.sign_in(operator, "000000")

    assert response.status_code == 200
    assert "Too many attempts" in response.content.decode()


def test_an_operator_without_a_second_factor_is_told_to_set_it_up(operator: User) -> None:
    desk = Desk()

    response = desk.sign_in(operator, "000000")

    assert "Set up an app or a passkey first." in response.content.decode()
    assert desk.get("/admin/").status_code == 302


def test_the_password_alone_or_a_used_code_opens_no_admin(operator: User) -> None:
    app, codes = set_up(operator)
    code = app.code()
    assert Desk().sign_in(operator, code).status_code == 302

    answers = [Desk().sign_in(operator, each) for each in ("", code, "000000", "x" * 19)]

    assert [each.status_code for each in answers] == [200, 200, 200, 200]
    assert Desk().sign_in(operator, codes[0]).status_code == 302
    assert Desk().sign_in(operator, codes[0]).status_code == 200


def test_an_operator_provisions_a_tenant_with_its_schema(desk: Desk) -> None:
    owner = person("owner@x.test")

    response = desk.submit(
        "/admin/tenants/tenant/add/", slug="made-here", name="Made", owner=str(owner.pk)
    )

    made = facade.by_slug("made-here")
    assert (response.status_code, made.schema) == (302, "t_made_here")
    assert Membership.objects.get(tenant_id=made.id).user == owner
    assert Browser("made-here.localhost").get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("slug", ["demo", "admin", "Not A Slug", "a_b"])
def test_a_slug_that_cannot_be_is_shown_beside_its_field(
    slug: str, desk: Desk, demo: TenantInfo
) -> None:
    owner = person()
    before = Tenant.objects.count()

    response = desk.submit("/admin/tenants/tenant/add/", slug=slug, name="X", owner=str(owner.pk))

    assert response.status_code == 200
    assert "errorlist" in response.content.decode() or "errors" in response.content.decode()
    assert Tenant.objects.count() == before


def test_suspend_and_resume_are_one_click(desk: Desk, demo: TenantInfo) -> None:
    listing = "/admin/tenants/tenant/"

    desk.submit(listing, action="suspend", _selected_action=str(demo.id))
    suspended = Browser("demo.localhost").get("/api/v1/me").status_code
    desk.submit(listing, action="resume", _selected_action=str(demo.id))

    assert (suspended, Browser("demo.localhost").get("/api/v1/me").status_code) == (403, 401)


def test_a_tenants_page_shows_its_facts_and_changes_its_name_alone(
    desk: Desk, demo: TenantInfo
) -> None:
    path = f"/admin/tenants/tenant/{demo.id}/change/"
    fields = Fields(desk.get(path).content.decode()).values

    response = desk.submit(
        path, **fields | {"name": "Renamed", "slug": "stolen", "schema_name": "t_other"}
    )

    row = Tenant.objects.get(pk=demo.id)
    assert response.status_code == 302
    assert (row.name, row.slug, row.schema_name) == ("Renamed", "demo", "t_demo")
    assert facade.by_slug("demo").name == "Renamed"


def test_nothing_is_deleted_by_a_click(desk: Desk, demo: TenantInfo, operator: User) -> None:
    for path in (
        f"/admin/tenants/tenant/{demo.id}/delete/",
        f"/admin/accounts/user/{operator.pk}/delete/",
        "/admin/accounts/user/add/",
    ):
        assert desk.get(path).status_code == 403

    assert Tenant.objects.filter(pk=demo.id).exists()


def test_every_list_of_the_admin_opens(desk: Desk, demo: TenantInfo) -> None:
    index = desk.get("/admin/").content.decode()
    lists = set(re.findall(r'href="(/admin/\w+/\w+/)"', index))

    assert {"/admin/tenants/tenant/", "/admin/accounts/user/"} <= lists
    assert {desk.get(path).status_code for path in lists} == {200}


def test_the_account_of_a_tenants_last_owner_stays_open_and_the_admin_says_why(desk: Desk) -> None:
    boss = person("boss@acme.test")
    facade.provision(slug="acme", name="Acme", owner_id=boss.pk)
    path = f"/admin/accounts/user/{boss.pk}/change/"
    fields = Fields(desk.get(path).content.decode()).values
    del fields["is_active"]

    response = desk.submit(path, **fields)

    assert response.status_code == 302
    assert "last owner" in desk.get(response["Location"]).content.decode()
    assert User.objects.get(pk=boss.pk).is_active


def test_the_admin_leaves_no_tenant_without_an_owner(desk: Desk) -> None:
    boss = person("boss@acme.test")
    tenant = facade.provision(slug="acme", name="Acme", owner_id=boss.pk)
    path = f"/admin/tenants/tenant/{tenant.id}/change/"
    fields = Fields(desk.get(path).content.decode()).values

    response = desk.submit(path, **fields | {"memberships-0-role": "viewer"})

    assert response.status_code == 200
    assert "last owner" in response.content.decode()
    assert Membership.objects.get(tenant_id=tenant.id).role == "owner"
