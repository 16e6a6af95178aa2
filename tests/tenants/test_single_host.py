"""A one-host install: one tenant, one host, the same doors."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.accounts.models import User
from apps.core import db
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.models import Tenant
from apps.tenants.queries import directory
from tests.tenants.browser import ACCESS, PASSWORD, Browser, cross, member, person, signed_in

pytestmark = pytest.mark.django_db

HOST = "flows.example.com"
NEW = {"email": "first@x.test", "password": PASSWORD, "tenant_name": "Flows", "name": "First"}
SIGN_IN = "/api/v1/auth/sign-in"


@pytest.fixture(autouse=True)
def _single(settings):
    settings.GORAX_SINGLE_HOST = HOST
    directory.forget()
    yield
    directory.forget()


@pytest.fixture
def empty(db) -> None:
    """An installation where nobody has signed up."""
    Tenant.objects.update(status="deleted")
    directory.forget()


def test_the_first_person_signs_up_and_is_signed_in_on_that_very_host(empty) -> None:
    browser = Browser(HOST)

    response = browser.post("/api/v1/auth/sign-up", NEW)

    me = browser.get("/api/v1/me").json()
    assert (response.status_code, response.json()["redirect"]) == (201, "/")
    assert (me["email"], me["role"], me["tenant"]["slug"]) == ("first@x.test", "owner", "flows")
    assert browser.get("/api/v1/workflows").json()["results"] == []


def test_a_second_sign_up_is_refused_and_leaves_nothing(db) -> None:
    before = Tenant.objects.count()

    response = Browser(HOST).post("/api/v1/auth/sign-up", NEW)

    assert (response.status_code, response.json()["code"]) == (403, "sign_up_closed")
    assert Tenant.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_of_many_first_people_at_once_one_gets_the_installation(transactional_db) -> None:
    Tenant.objects.update(status="deleted")
    directory.forget()
    together = threading.Barrier(3)

    def sign_up(number: int) -> int:
        try:
            body = NEW | {"email": f"n{number}@x.test", "tenant_name": f"Flows {number}"}
            together.wait(timeout=20)
            return Browser(HOST).post("/api/v1/auth/sign-up", body).status_code
        finally:
            db.give_back()

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(sign_up, range(3)))

    assert said == [201, 403, 403]
    assert Tenant.objects.living().count() == 1
    assert User.objects.filter(email__endswith="@x.test").count() == 1


def test_signing_in_opens_the_tenant_without_crossing(demo) -> None:
    user = member(demo, "editor")
    browser = Browser(HOST)

    body = browser.post(
        SIGN_IN, {"email": user.email, "password": PASSWORD, "next": "//evil.test"}
    ).json()

    me = browser.get("/api/v1/me").json()
    assert (body["redirect"], me["tenant"]["slug"], me["role"]) == ("/", "demo", "editor")
    assert browser.post("/api/v1/auth/refresh").status_code == 204
    assert browser.post("/api/v1/auth/sign-out").status_code == 204


def test_a_person_of_no_tenant_is_not_let_in(demo) -> None:
    stranger = person()
    browser = Browser(HOST)

    response = browser.post(SIGN_IN, {"email": stranger.email, "password": PASSWORD})

    assert (response.status_code, response.json()["code"]) == (404, "no_tenant")
    assert browser.cookie(ACCESS) is None


@pytest.mark.parametrize(
    "host", ["localhost", "demo.localhost", "example.com", "x.flows.example.com"]
)
def test_no_other_host_is_served(host: str, demo) -> None:
    response = Browser(host).get("/api/v1/me")

    assert (response.status_code, response.json()["code"]) == (404, "unknown_host")


def test_the_oldest_living_tenant_is_the_one(demo) -> None:
    facade.provision(slug="younger", name="Younger", owner_id=person().pk)

    assert directory.single() == demo
    assert facade.host_of(uuid7()) == HOST


def test_a_suspended_tenant_is_403_here_too(demo) -> None:
    browser = signed_in(member(demo), demo)
    facade.suspend(demo.id)

    assert browser.get("/api/v1/me").json()["code"] == "tenant_suspended"


def test_operators_find_their_admin_on_the_same_host(demo) -> None:
    assert Browser(HOST).get("/admin/login/").status_code == 200


def test_crossing_leads_back_to_the_same_host(demo) -> None:
    user = member(demo)
    browser = Browser(HOST)
    browser.post(SIGN_IN, {"email": user.email, "password": PASSWORD})

    redirect = browser.post("/api/v1/auth/cross", {"tenant": "demo"}).json()["redirect"]

    assert redirect.startswith(f"http://{HOST}/auth/cross?code=")
    landed, answer = cross(redirect, browser, browser)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert landed.get("/api/v1/me").json()["id"] == str(user.pk)
