"""Service accounts: members that are no persons. They act by keys, never sign in, and are never wider than their maker."""

import pytest
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import ApiKey, Membership
from tests.tenants.browser import Browser, member, signed_in

pytestmark = pytest.mark.django_db

ACCOUNTS, KEYS, ME = "/api/v1/service-accounts", "/api/v1/api-keys", "/api/v1/me"


@pytest.fixture
def browser(demo: TenantInfo) -> Browser:
    return signed_in(member(demo), demo)


def create(browser: Browser, role: str = "editor", name: str = "Deploys") -> str:
    response = browser.post(ACCOUNTS, {"name": name, "role": role})
    assert response.status_code == 201, response.json()
    return response.json()["id"]


def key_of(browser: Browser, account: str, *scopes: str):
    body = {"name": "ci", "scopes": list(scopes), "service_account": account}
    return browser.post(KEYS, body)


def use(secret: str):
    return Browser("demo.localhost").get(ME, authorization=f"Bearer {secret}")


def test_its_keys_act_as_it_with_at_most_its_role(browser: Browser) -> None:
    account = create(browser, "viewer")

    made = key_of(browser, account, "workflow.read", "workflow.delete").json()

    me = use(made["secret"]).json()
    assert (me["id"], me["name"], me["role"]) == (account, "Deploys", "viewer")
    assert me["permissions"] == ["workflow.read"]
    assert browser.get(KEYS).json()["results"][0]["service_account"] == "Deploys"


def test_it_outlives_whoever_made_it(demo: TenantInfo) -> None:
    maker = member(demo)
    browser = signed_in(maker, demo)
    secret = key_of(browser, create(browser), "workflow.read").json()["secret"]

    Membership.objects.filter(user=maker).delete()

    assert use(secret).status_code == 200


def test_a_new_role_counts_from_its_next_call_on(browser: Browser) -> None:
    account = create(browser)
    secret = key_of(browser, account, "workflow.create").json()["secret"]
    assert use(secret).json()["permissions"] == ["workflow.create"]

    changed = browser.send("PATCH", f"{ACCOUNTS}/{account}", {"role": "viewer", "name": "Reads"})

    assert changed.json() | {"created_at": ""} == {
        "id": account,
        "name": "Reads",
        "role": "viewer",
        "roles": [],
        "keys": 1,
        "last_used_at": changed.json()["last_used_at"],
        "created_at": "",
    }
    assert changed.json()["last_used_at"] is not None
    assert use(secret).json()["permissions"] == []


def own_role(browser: Browser, *permissions: str, name: str = "Deployer") -> str:
    return browser.post("/api/v1/roles", {"name": name, "permissions": permissions}).json()["id"]


def test_roles_of_the_tenants_own_count_as_well_until_they_are_taken_back(browser: Browser) -> None:
    role = own_role(browser, "workflow.create", "workflow.update")
    body = {"name": "Deploys", "role": "viewer", "roles": [role]}
    made = browser.post(ACCOUNTS, body).json()
    secret = key_of(browser, made["id"], "workflow.create", "workflow.read").json()["secret"]

    held = use(secret).json()["permissions"]
    named = browser.get(ACCOUNTS).json()["results"][0]["roles"]
    browser.send("PATCH", f"{ACCOUNTS}/{made['id']}", {"name": "Reads"})
    kept = use(secret).json()["permissions"]
    browser.send("PATCH", f"{ACCOUNTS}/{made['id']}", {"roles": []})

    assert held == kept == ["workflow.create", "workflow.read"]
    assert [each["name"] for each in named] == ["Deployer"]
    assert use(secret).json()["permissions"] == ["workflow.read"]


def test_nobody_gives_one_a_role_of_the_tenants_own_that_is_above_them(
    demo: TenantInfo, browser: Browser
) -> None:
    high = own_role(browser, "role.manage", "sso.manage", name="High")
    low = own_role(browser, "api_key.manage", "workflow.read", name="Low")
    person = member(demo, "viewer")
    browser.send("PATCH", f"/api/v1/members/{person.pk}", {"roles": [low]})
    theirs = signed_in(person, demo)

    refused = theirs.post(ACCOUNTS, {"name": "x", "role": "viewer", "roles": [high]})
    unknown = theirs.post(ACCOUNTS, {"name": "x", "role": "viewer", "roles": [str(uuid7())]})

    assert (refused.status_code, unknown.status_code) == (403, 422)
    assert browser.get(ACCOUNTS).json()["results"] == []


def test_the_list_tells_how_many_keys_work_and_when_one_last_did(browser: Browser) -> None:
    account = create(browser)
    other = create(browser, name="Idle")
    dead, expired, alive = (key_of(browser, account, "workflow.read").json() for _ in range(3))
    use(dead["secret"])
    browser.delete(f"{KEYS}/{dead['id']}")
    ApiKey.objects.filter(pk=expired["id"]).update(expires_at=Now())
    use(alive["secret"])
    key_of(browser, other, "workflow.read")

    idle, deploys = browser.get(ACCOUNTS).json()["results"]

    used = ApiKey.objects.get(pk=alive["id"]).last_used_at
    assert used is not None
    assert (idle["keys"], idle["last_used_at"]) == (1, None)
    assert (deploys["keys"], deploys["last_used_at"]) == (
        1,
        used.isoformat().replace("+00:00", "Z"),
    )


def test_closed_it_is_nobody_from_its_next_call_on(browser: Browser) -> None:
    account = create(browser)
    secret = key_of(browser, account, "workflow.read").json()["secret"]

    assert browser.delete(f"{ACCOUNTS}/{account}").status_code == 204

    assert use(secret).json()["code"] == "api_key_refused"
    assert browser.get(ACCOUNTS).json()["results"] == []
    assert browser.delete(f"{ACCOUNTS}/{account}").json()["code"] == "service_account_not_found"


def test_it_never_signs_in_and_has_no_mailbox(browser: Browser) -> None:
    account = User.objects.get(pk=create(browser))

    signed = Browser().post("/api/v1/auth/sign-in", {"email": account.email, "password": "x"})
    forgot = Browser().post("/api/v1/auth/forgot", {"email": account.email})

    assert (signed.status_code, forgot.status_code) == (401, 202)
    assert (account.email.endswith("@service.invalid"), account.has_usable_password()) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("maker", "role", "status"),
    [("owner", "owner", 201), ("admin", "owner", 403), ("admin", "admin", 201)],
)
def test_nobody_makes_one_that_is_wider_than_themselves(
    maker: str, role: str, status: int, demo: TenantInfo
) -> None:
    browser = signed_in(member(demo, maker), demo)

    response = browser.post(ACCOUNTS, {"name": "x", "role": role})

    assert response.status_code == status
    assert User.objects.filter(is_service=True).count() == int(status == 201)


def test_an_owners_one_is_not_an_admins_to_change(demo: TenantInfo, browser: Browser) -> None:
    account = create(browser, "owner")
    admin = signed_in(member(demo, "admin"), demo)

    refused = admin.send("PATCH", f"{ACCOUNTS}/{account}", {"role": "viewer"})

    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_wide")
    assert Membership.objects.get(user_id=account).role == "owner"


@pytest.mark.parametrize("role", ["editor", "operator", "viewer"])
def test_who_may_not_manage_keys_sees_none_and_makes_none(
    role: str, demo: TenantInfo, browser: Browser
) -> None:
    account = create(browser)
    theirs = signed_in(member(demo, role), demo)

    answers = [
        theirs.get(ACCOUNTS),
        theirs.post(ACCOUNTS, {"name": "x", "role": "viewer"}),
        theirs.send("PATCH", f"{ACCOUNTS}/{account}", {"name": "x"}),
        theirs.delete(f"{ACCOUNTS}/{account}"),
        key_of(theirs, account, "execution.read"),
    ]

    assert [each.status_code for each in answers] == [403] * 5
    assert User.objects.filter(is_service=True, is_active=True).count() == 1


def test_another_tenants_one_is_like_none(browser: Browser, demo: TenantInfo) -> None:
    other = facade.provision(slug="other", name="Other", owner_id=member(demo).pk)
    stranger = signed_in(member(other), other)
    account = create(browser)

    for each in (account, str(uuid7())):
        answers = [
            stranger.send("PATCH", f"{ACCOUNTS}/{each}", {"name": "x"}),
            stranger.delete(f"{ACCOUNTS}/{each}"),
            key_of(stranger, each, "workflow.read"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert stranger.get(ACCOUNTS).json()["results"] == []
    assert User.objects.get(pk=account).is_active is True


def test_a_person_is_no_service_account(browser: Browser, demo: TenantInfo) -> None:
    victim = member(demo, "viewer")

    assert browser.delete(f"{ACCOUNTS}/{victim.pk}").status_code == 404
    assert key_of(browser, str(victim.pk), "workflow.read").status_code == 404
    assert User.objects.get(pk=victim.pk).is_active is True
