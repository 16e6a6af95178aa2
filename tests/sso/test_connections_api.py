"""Connections over HTTP: who may, what is refused and where, and that the client's secret never comes out."""

import pytest
from django.db import connection as database

from apps.sso.models import Connection, MailDomain
from apps.tenants import facade as tenants
from apps.tenants.facade import TenantInfo
from tests.callers import Caller, make_caller
from tests.sso.providers import Liar
from tests.sso.scene import connected
from tests.tenants.browser import person
from tests.tenants.test_query_counts import statements

pytestmark = pytest.mark.django_db

SECRET = "client-secret-canary-0001"
NEW = {
    "name": "Okta",
    "issuer": "https://acme.okta.example",
    "client_id": "gorax",
    "client_secret": SECRET,
}


@pytest.fixture
def admin(demo: TenantInfo) -> Caller:
    return make_caller(demo, "admin")


def made(caller: Caller, **changes) -> dict:
    return caller.post("/sso/connections", NEW | changes).json()


def test_a_connection_is_made_shown_changed_and_deleted(admin: Caller) -> None:
    new = admin.post("/sso/connections", NEW)
    body = new.json()
    path = f"/sso/connections/{body['id']}"
    changed = admin.patch(path, {"session_hours": 8, "default_role": "editor"}).json()
    listed = admin.get("/sso/connections").json()["results"]
    deleted = admin.delete(path)

    assert new.status_code == 201
    assert body["redirect_uri"] == f"http://demo.localhost/auth/sso/{body['id']}/callback"
    assert body["start_url"] == f"http://demo.localhost/auth/sso/{body['id']}/start"
    assert body["back_channel_logout_uri"] == f"http://demo.localhost/auth/sso/{body['id']}/logout"
    assert body["logout_redirect_uri"] == "http://localhost/sign-in"
    assert (body["scopes"], body["is_enabled"]) == (["openid", "email", "profile"], False)
    assert (changed["session_hours"], changed["default_role"]) == (8, "editor")
    assert listed == [changed]
    assert deleted.status_code == 204
    assert admin.get(path).json()["code"] == "sso_connection_not_found"


def test_the_clients_secret_never_comes_out(admin: Caller) -> None:
    new = admin.post("/sso/connections", NEW)
    path = f"/sso/connections/{new.json()['id']}"

    answers = [
        new,
        admin.get(path),
        admin.get("/sso/connections"),
        admin.patch(path, {"name": "O"}),
    ]

    assert [SECRET in each.content.decode() for each in answers] == [False] * 4
    assert [each.json().get("has_client_secret") for each in (answers[0], answers[1])] == [True] * 2
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM public.sso_connection c")
        assert SECRET not in cursor.fetchone()[0]


@pytest.mark.parametrize("role", ["editor", "operator", "viewer"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "", NEW),
        ("GET", "/{id}", None),
        ("PATCH", "/{id}", {"name": "Mine"}),
        ("DELETE", "/{id}", None),
        ("POST", "/{id}/test", {}),
        ("POST", "/{id}/domains", {"domain": "evil.test"}),
        ("POST", "/{id}/domains/{domain}/verify", {}),
        ("DELETE", "/{id}/domains/{domain}", None),
    ],
)
def test_who_may_not_manage_sign_in_changes_nothing(
    role: str, method: str, path: str, body: object, admin: Caller, demo: TenantInfo
) -> None:
    mine = made(admin)
    domain = admin.post(f"/sso/connections/{mine['id']}/domains", {"domain": "acme.test"}).json()
    where = "/sso/connections" + path.format(id=mine["id"], domain=domain["id"])

    answer = make_caller(demo, role).call(method, where, body)

    assert answer.status_code == 403
    assert admin.get(f"/sso/connections/{mine['id']}").json() == mine | {"domains": [domain]}
    assert Connection.objects.count() == 1
    assert Caller().call(method, where, body).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/test", {}),
        ("POST", "/domains", {"domain": "evil.test"}),
        ("POST", "/domains/{domain}/verify", {}),
        ("DELETE", "/domains/{domain}", None),
    ],
)
def test_another_tenants_connection_is_not_there(
    method: str, path: str, body: object, admin: Caller, demo: TenantInfo
) -> None:
    mine = made(admin)
    domain = admin.post(f"/sso/connections/{mine['id']}/domains", {"domain": "acme.test"}).json()
    other = tenants.provision(slug="other", name="Other", owner_id=person().pk)

    answer = make_caller(other, "admin").call(
        method, f"/sso/connections/{mine['id']}" + path.format(domain=domain["id"]), body
    )

    assert answer.status_code == 404
    assert admin.get(f"/sso/connections/{mine['id']}").json() == mine | {"domains": [domain]}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"issuer": "http://acme.okta.example"}, "/issuer", "issuer_refused"),
        ({"issuer": "http://127.0.0.1:9"}, "/issuer", "issuer_refused"),
        ({"issuer": "https://a.example/?x=1"}, "/issuer", "issuer_refused"),
        ({"issuer": "https://u:p@a.example"}, "/issuer", "issuer_refused"),
        ({"issuer": "javascript:alert(1)"}, "/issuer", "issuer_refused"),
        ({"issuer": "https://a.example/\\x"}, "/issuer", "issuer_refused"),
        ({"issuer": "https://a.example:x"}, "/issuer", "issuer_refused"),
        ({"issuer": "x" * 513}, "/issuer", "max_length"),
        ({"issuer": 7}, "/issuer", "issuer_refused"),
        ({"name": ""}, "/name", "blank"),
        ({"default_role": "owner"}, "/default_role", "role_refused"),
        ({"default_role": "emperor"}, "/default_role", "role_refused"),
        (
            {"role_rules": [{"claim": "g", "value": "x", "role": "owner"}]},
            "/role_rules/0/role",
            "role_refused",
        ),
        ({"role_rules": [{"claim": "g"}]}, "/role_rules/0/value", "required"),
        ({"role_sync": "sometimes"}, "/role_sync", "invalid_choice"),
        ({"session_hours": 0}, "/session_hours", "min_value"),
        ({"session_hours": 337}, "/session_hours", "max_value"),
        ({"scopes": ["a b"]}, "/scopes/0", "invalid"),
        ({"is_enforced": True}, "/is_enforced", "not_yet"),
        ({"tenant": "other"}, "/tenant", "unknown_field"),
        ({"last_sign_in_at": "2026-01-01"}, "/last_sign_in_at", "unknown_field"),
    ],
)
def test_what_cannot_be_a_connection_is_named_and_stores_nothing(
    change: dict, path: str, code: str, admin: Caller
) -> None:
    answer = admin.post("/sso/connections", NEW | change)

    problem = answer.json()["errors"][0]
    assert (answer.status_code, problem["path"], problem["code"]) == (422, path, code)
    assert Connection.objects.count() == 0


def test_two_connections_of_a_tenant_have_two_names(admin: Caller) -> None:
    made(admin)

    answer = admin.post("/sso/connections", NEW)

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize("change", [{"issuer": "https://thief.example"}, {"client_id": "another"}])
def test_the_secret_is_not_sent_to_another_provider(change: dict, admin: Caller) -> None:
    mine = made(admin)
    path = f"/sso/connections/{mine['id']}"

    refused = admin.patch(path, change)
    with_secret = admin.patch(path, change | {"client_secret": "its own"})

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "secret_needed")
    assert with_secret.status_code == 200


def test_an_empty_secret_makes_a_public_client(admin: Caller) -> None:
    mine = made(admin)

    changed = admin.patch(f"/sso/connections/{mine['id']}", {"client_secret": ""}).json()

    assert changed["has_client_secret"] is False


def test_a_look_at_the_provider_says_what_it_is(
    admin: Caller, demo: TenantInfo, liar: Liar
) -> None:
    row = connected(demo, liar)

    good = admin.post(f"/sso/connections/{row.pk}/test", {}).json()
    liar.documents["/jwks"] = {"keys": []}
    without = admin.post(f"/sso/connections/{row.pk}/test", {}).json()
    liar.documents["/.well-known/openid-configuration"] = (500, b"")
    away = admin.post(f"/sso/connections/{row.pk}/test", {}).json()

    assert (good["is_ok"], good["keys"], good["problem"]) == (True, 1, "")
    assert good["endpoints"]["token"] == f"{liar.issuer}/token"
    assert (without["is_ok"], without["code"]) == (False, "no_keys")
    assert (away["is_ok"], away["code"]) == (False, "sso_unreachable")


def test_looking_is_limited(admin: Caller, demo: TenantInfo, liar: Liar) -> None:
    row = connected(demo, liar)

    answers = [admin.post(f"/sso/connections/{row.pk}/test", {}).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("domain", "code"),
    [
        ("gmail.com", "domain_refused"),
        ("localhost", "domain_refused"),
        ("a b.test", "domain_refused"),
        ("*.acme.test", "domain_refused"),
        ("10.0.0.1", "domain_refused"),
        ("münchen.test", "domain_refused"),
        ("", "blank"),
    ],
)
def test_what_is_no_domain_of_a_tenant_is_refused(domain: str, code: str, admin: Caller) -> None:
    mine = made(admin)

    answer = admin.post(f"/sso/connections/{mine['id']}/domains", {"domain": domain})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert MailDomain.objects.count() == 0


def test_a_domain_is_said_once_in_a_tenant(admin: Caller) -> None:
    first, second = made(admin), made(admin, name="Entra")
    admin.post(f"/sso/connections/{first['id']}/domains", {"domain": "Acme.Test."})

    answer = admin.post(f"/sso/connections/{second['id']}/domains", {"domain": "acme.test"})

    assert (answer.status_code, answer.json()["code"]) == (409, "mail_domain_taken")


def test_more_connections_and_domains_cost_no_more_statements(admin: Caller) -> None:
    def add(name: str) -> None:
        mine = made(admin, name=name)
        admin.post(f"/sso/connections/{mine['id']}/domains", {"domain": f"{name}.test"})

    add("one")
    with_one = statements(lambda: admin.get("/sso/connections"))
    for number in range(3):
        add(f"more{number}")

    with_four = statements(lambda: admin.get("/sso/connections"))

    assert len(with_one) == len(with_four) == 3
