"""API keys: shown once, stored as a hash, never wider than their maker, dead the moment they should be."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core import clock
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import ApiKey, Membership
from tests.tenants.browser import Browser, member, signed_in

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
ME = "/api/v1/me"


@pytest.fixture
def owner(demo: TenantInfo) -> User:
    return member(demo)


@pytest.fixture
def browser(owner: User, demo: TenantInfo) -> Browser:
    return signed_in(owner, demo)


def make(browser: Browser, *scopes: str, **fields: object) -> dict:
    body = {"name": "ci", "scopes": list(scopes or ["workflow.read"]), **fields}
    response = browser.post(KEYS, body)
    assert response.status_code == 201
    return response.json()


def use(secret: str, path: str = ME, host: str = "demo.localhost"):
    return Browser(host).get(path, authorization=f"Bearer {secret}")


def assert_refused(response) -> None:
    assert (response.status_code, response.json()["code"]) == (401, "api_key_refused")
    assert response["WWW-Authenticate"] == 'Bearer realm="gorax"'


def test_a_key_is_shown_whole_once_and_works(browser: Browser, owner: User) -> None:
    made = make(browser, "workflow.read", "execution.read")

    listed = browser.get(KEYS).json()["results"]
    me = use(made["secret"]).json()
    assert made["secret"].startswith(f"{made['prefix']}_")
    assert [each["id"] for each in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert (me["kind"], me["id"], me["tenant"]["slug"]) == ("api_key", str(owner.pk), "demo")
    assert me["permissions"] == ["execution.read", "workflow.read"]


def test_only_the_hash_of_a_key_is_stored(browser: Browser) -> None:
    secret = make(browser)["secret"]

    row = ApiKey.objects.values().get()
    bits = secret.rpartition("_")[2]
    assert (len(bits), len(bytes(row["secret_hash"]))) == (64, 32)
    assert bits not in repr(row)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text + "0",
        lambda text: text.upper(),
        lambda text: text.replace("gx_", "gy_"),
        lambda text: text.replace("gx_", ""),
        lambda text: text.rpartition("_")[0],
        lambda text: text.rpartition("_")[0] + "_",
        lambda text: "gx__" + text.rpartition("_")[2],
        lambda text: "",
        lambda text: "é" * 10,
        lambda text: "x" * 8_000,
        lambda text: text.replace("_", " "),
    ],
)
def test_anything_but_the_whole_key_is_refused(change, browser: Browser) -> None:
    assert_refused(use(change(make(browser)["secret"])))


@pytest.mark.parametrize("header", ["Basic YTpi", "Token x", "gx_a_b", ""])
def test_another_scheme_is_no_key_at_all(header: str, demo: TenantInfo) -> None:
    response = Browser("demo.localhost").get(ME, authorization=header)

    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")


def test_a_key_in_the_url_is_not_looked_at(browser: Browser) -> None:
    secret = make(browser)["secret"]

    for query in (f"api_key={secret}", f"token={secret}", f"access_token={secret}"):
        assert Browser("demo.localhost").get(f"{ME}?{query}").status_code == 401


def test_a_key_of_one_tenant_is_worthless_on_every_other_host(
    browser: Browser, owner: User
) -> None:
    facade.provision(slug="other", name="Other", owner_id=owner.pk)
    secret = make(browser)["secret"]

    assert_refused(use(secret, host="other.localhost"))
    assert_refused(use(secret, host="localhost"))
    assert use(secret).status_code == 200


def test_a_key_cannot_be_made_wider_than_its_maker(demo: TenantInfo, browser: Browser) -> None:
    made = make(browser, "api_key.manage", "workflow.read")
    narrow = {"authorization": f"Bearer {made['secret']}"}

    response = Browser("demo.localhost").post(
        KEYS, {"name": "x", "scopes": ["workflow.read", "workflow.delete"]}, **narrow
    )

    assert (response.status_code, response.json()["code"]) == (403, "scope_too_wide")
    assert response.json()["errors"][0]["message"] == "You do not hold workflow.delete yourself."
    assert ApiKey.objects.count() == 1


def test_a_key_shrinks_with_its_maker_and_dies_with_the_membership(
    browser: Browser, owner: User
) -> None:
    secret = make(browser, "tenant.update", "workflow.read")["secret"]

    Membership.objects.filter(user=owner).update(role="viewer")
    assert use(secret).json()["permissions"] == ["workflow.read"]
    assert use(secret, KEYS).status_code == 403

    Membership.objects.filter(user=owner).delete()
    assert_refused(use(secret))


def test_a_closed_accounts_keys_are_dead(browser: Browser, owner: User) -> None:
    secret = make(browser)["secret"]
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert_refused(use(secret))


def test_a_revoked_key_is_dead_and_gone_from_the_list(browser: Browser) -> None:
    made = make(browser)

    assert browser.delete(f"{KEYS}/{made['id']}").status_code == 204

    assert_refused(use(made["secret"]))
    assert browser.get(KEYS).json()["results"] == []
    again = browser.delete(f"{KEYS}/{made['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "api_key_not_found")


def test_an_expired_key_is_dead(browser: Browser) -> None:
    later = (clock.now() + timedelta(hours=1)).isoformat()
    secret = make(browser, expires_at=later)["secret"]
    assert use(secret).status_code == 200

    ApiKey.objects.update(expires_at=Now())

    assert_refused(use(secret))


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"name": "x", "scopes": []}, 422, "/scopes"),
        ({"name": "x", "scopes": ["workflow.everything"]}, 422, "/scopes/0"),
        ({"name": "x", "scopes": "workflow.read"}, 422, "/scopes"),
        ({"name": "", "scopes": ["workflow.read"]}, 422, "/name"),
        ({"name": "x" * 81, "scopes": ["workflow.read"]}, 422, "/name"),
        ({"scopes": ["workflow.read"]}, 422, "/name"),
        ({"name": "x", "scopes": ["workflow.read"], "expires_at": "soon"}, 422, "/expires_at"),
        (
            {"name": "x", "scopes": ["workflow.read"], "expires_at": "2020-01-01T00:00:00Z"},
            422,
            "/expires_at",
        ),
    ],
)
def test_a_key_that_cannot_be_is_named_and_not_made(
    body: dict, status: int, path: str, browser: Browser
) -> None:
    response = browser.post(KEYS, body)

    assert (response.status_code, response.json()["errors"][0]["path"]) == (status, path)
    assert ApiKey.objects.count() == 0


def test_what_a_caller_may_not_set_is_ignored(browser: Browser, owner: User) -> None:
    made = make(
        browser,
        id="00000000-0000-7000-8000-000000000000",
        created_by="00000000-0000-7000-8000-000000000000",
        tenant="x",
        prefix="known",
        secret_hash="x",
        revoked_at="2020-01-01T00:00:00Z",
    )

    row = ApiKey.objects.get()
    assert (str(row.pk), row.created_by_id, row.revoked_at) == (made["id"], owner.pk, None)
    assert row.prefix != "known"


def test_another_tenants_key_is_as_absent_as_none(
    demo: TenantInfo, owner: User, browser: Browser
) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=owner.pk)
    theirs = make(signed_in(owner, other))
    nobodys = "00000000-0000-7000-8000-000000000000"

    answers = [browser.delete(f"{KEYS}/{key_id}") for key_id in (theirs["id"], nobodys)]

    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]
    assert browser.get(KEYS).json()["results"] == []
    assert use(theirs["secret"], host="other.localhost").status_code == 200


@pytest.mark.parametrize("role", PERMISSIONS_BY_ROLE)
def test_everybody_has_keys_of_their_own_and_managers_see_and_end_all(
    role: str, demo: TenantInfo, browser: Browser
) -> None:
    theirs = make(browser)["id"]
    mine = signed_in(member(demo, role), demo)
    manages = role in {"owner", "admin"}

    own = make(mine)["id"]

    listed = {each["id"] for each in mine.get(KEYS).json()["results"]}
    assert listed == ({own, theirs} if manages else {own})
    assert mine.delete(f"{KEYS}/{theirs}").status_code == (204 if manages else 404)
    assert mine.delete(f"{KEYS}/{own}").status_code == 204
    assert ApiKey.objects.filter(revoked_at=None).count() == int(not manages)


def test_a_key_makes_no_further_keys_unless_it_may_manage_them(browser: Browser) -> None:
    secret = make(browser, "workflow.read", "tenant.update")["secret"]
    bare, sent = Browser("demo.localhost"), {"authorization": f"Bearer {secret}"}

    refused = [
        bare.get(KEYS, **sent),
        bare.post(KEYS, {"name": "x", "scopes": ["workflow.read"]}, **sent),
        bare.delete(f"{KEYS}/{ApiKey.objects.get().pk}", **sent),
    ]

    assert [each.status_code for each in refused] == [403, 403, 403]
    assert ApiKey.objects.filter(revoked_at=None).count() == 1


def test_where_a_key_was_used_last_is_told(browser: Browser) -> None:
    use(make(browser)["secret"])

    assert browser.get(KEYS).json()["results"][0]["last_used_ip"] == "127.0.0.1"


def test_last_use_is_written_at_most_once_a_minute(
    browser: Browser, django_assert_num_queries
) -> None:
    from django.db import connection

    secret = make(browser)["secret"]
    use(secret)
    first = ApiKey.objects.get().last_used_at

    with CaptureQueriesContext(connection) as asked:
        use(secret)

    assert first is not None
    assert ApiKey.objects.get().last_used_at == first
    assert [each["sql"] for each in asked if each["sql"].startswith("UPDATE")] == []


def test_a_key_sees_its_own_tenant_alone(browser: Browser, owner: User) -> None:
    facade.provision(slug="other", name="Other", owner_id=owner.pk)
    secret = make(browser)["secret"]

    mine = [each["slug"] for each in browser.get("/api/v1/tenants").json()["results"]]
    keys = [each["slug"] for each in use(secret, "/api/v1/tenants").json()["results"]]

    assert (mine, keys) == (["demo", "other"], ["demo"])


def test_no_program_crosses_to_another_tenant(browser: Browser) -> None:
    secret = make(browser, "tenant.update")["secret"]

    response = Browser("demo.localhost").post(
        "/api/v1/auth/cross", {"tenant": "demo"}, authorization=f"Bearer {secret}"
    )

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
