"""Credentials that only some may use: in lists, by id, in what is published, and in what runs."""

from typing import Any

import pytest

from apps.core import clock
from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.credentials.models import Credential, CredentialGrant
from apps.tenants.models import CustomRole, Membership
from tests.callers import Caller, make_caller
from tests.counting import queries_on
from tests.entries import recorded
from tests.tenants.browser import member
from tests.workflows.documents import manual, node

SECRET = {"name": "key", "type": "bearer_token", "values": {"token": "t0ken-t0ken"}}
PLACE = "/nodes/1/data/config"


@pytest.fixture
def people(tenant, redis_server) -> dict[str, Caller]:
    return {role: make_caller(tenant, role) for role in PERMISSIONS_BY_ROLE}


@pytest.fixture
def path(people) -> str:
    """A credential that the editor has made and nobody else may use."""
    made = people["editor"].post("/credentials", SECRET).json()
    path = f"/credentials/{made['id']}"
    assert choose(people["editor"], path).status_code == 200
    return path


def id_of(role: str) -> str:
    row = Membership.objects.get(tenant__slug="demo", user__email=f"{role}@demo.test")
    return str(row.user_id)


def choose(caller: Any, path: str, *, is_restricted: bool = True, **users: list[str]) -> Any:
    return caller.call("PUT", f"{path}/users", {"is_restricted": is_restricted, **users})


def naming(field: str = "credential", value: str = "key") -> dict:
    document = manual()
    config = {"url": "https://a.example", field: value}
    document["nodes"][1] = node("answer", "action:http", **config)
    return document


def test_whoever_restricts_one_stays_among_its_users_and_managers_always_are(people, path) -> None:
    answers = {role: people[role].get(path).status_code for role in PERMISSIONS_BY_ROLE}

    assert people["editor"].get(f"{path}/users").json() == {
        "is_restricted": True,
        "members": [id_of("editor")],
        "roles": [],
    }
    # An operator's role sees no credentials at all.
    assert answers == {"owner": 200, "admin": 200, "editor": 200, "operator": 403, "viewer": 404}


def test_lists_show_only_what_one_may_use_by_the_statement_that_reads_them(people, path) -> None:
    people["editor"].post("/credentials", SECRET | {"name": "open"})

    def listed(role: str) -> tuple[list[str], int]:
        with queries_on("credentials_") as asked:
            rows = people[role].get("/credentials").json()["results"]
        return [row["name"] for row in rows], len(asked)

    assert listed("owner") == listed("editor") == (["open", "key"], 1)
    assert listed("viewer") == (["open"], 1)


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"description": "x"}),
        ("DELETE", "", None),
        ("GET", "/versions", None),
        ("POST", "/rotate", {"values": {"token": "n3w-n3w"}}),
        ("POST", "/test", None),
        ("POST", "/disconnect", None),
        ("GET", "/users", None),
        ("PUT", "/users", {"is_restricted": False}),
    ],
)
def test_what_one_may_not_use_is_not_there_and_reads_like_what_never_was(
    people, path, tenant, method, rest, body
) -> None:
    other = member(tenant, "editor")
    held = PERMISSIONS_BY_ROLE["editor"]
    from apps.tenants import facade as tenants

    key = tenants.create_api_key(
        tenant_id=tenant.id, created_by=other.pk, name="k", scopes=held, held=held, expires_at=None
    )
    stranger = Caller(key.secret)

    hidden = stranger.call(method, f"{path}{rest}", body)
    nobodys = stranger.call(method, f"/credentials/{uuid7()}{rest}", body)

    assert hidden.status_code == nobodys.status_code == 404
    assert hidden.json() | {"request_id": ""} == nobodys.json() | {"request_id": ""}
    row = Credential.objects.get()
    assert (row.is_restricted, row.version, row.description) == (True, 1, "")


def test_only_whoever_made_it_and_managers_say_who_uses_it(people, path, tenant) -> None:
    made = people["owner"].post("/credentials", SECRET | {"name": "ours"}).json()["id"]
    ours = f"/credentials/{made}"

    refused = choose(people["editor"], ours)

    assert (refused.status_code, refused.json()["code"]) == (403, "credential_not_yours")
    assert Credential.objects.get(pk=made).is_restricted is False
    assert choose(people["admin"], path, members=[id_of("viewer")]).json()["members"] == [
        id_of("viewer")
    ]
    assert people["editor"].get(path).status_code == 404


def test_roles_are_granted_by_name_and_the_tenants_own_by_id(people, path, tenant) -> None:
    guests = CustomRole.objects.create(
        tenant_id=tenant.id, name="Guests", permissions=["credential.read"]
    )

    chosen = choose(people["editor"], path, roles=["viewer", str(guests.pk)])

    assert chosen.json()["roles"] == ["viewer", str(guests.pk)]
    assert people["viewer"].get(path).status_code == 200


@pytest.mark.parametrize(
    ("users", "place", "code"),
    [
        ({"members": ["{nobody}"]}, "/members/0", "unknown_member"),
        ({"roles": ["viewer", "{nobody}"]}, "/roles/1", "unknown_role"),
        ({"roles": ["wizard"]}, "/roles/0", "unknown_role"),
    ],
)
def test_strangers_are_refused_by_their_place_and_nothing_changes(
    people, path, users, place, code
) -> None:
    nobody = str(uuid7())
    sent = {name: [each.format(nobody=nobody) for each in ids] for name, ids in users.items()}

    refused = choose(people["editor"], path, **sent)

    assert refused.status_code == 422
    assert [(each["path"], each["code"]) for each in refused.json()["errors"]] == [(place, code)]
    assert list(CredentialGrant.objects.values_list("subject", flat=True)) == [id_of("editor")]


def test_every_change_leaves_an_entry(people, path) -> None:
    choose(people["editor"], path, roles=["viewer"])
    choose(people["editor"], path, is_restricted=False)

    said = [(entry.before, entry.after) for entry in recorded("credential.users_changed")]
    assert said == [
        (
            {"is_restricted": False, "members": []},
            {"is_restricted": True, "members": [id_of("editor")]},
        ),
        ({"roles": []}, {"roles": ["viewer"]}),
        (
            {"is_restricted": True, "members": [id_of("editor")], "roles": ["viewer"]},
            {"is_restricted": False, "members": [], "roles": []},
        ),
    ]


def test_what_was_granted_ends_with_the_member_and_the_role(people, path, tenant) -> None:
    guests = CustomRole.objects.create(
        tenant_id=tenant.id, name="Guests", permissions=["credential.read"]
    )
    choose(people["editor"], path, members=[id_of("viewer")], roles=[str(guests.pk)])

    people["owner"].delete(f"/members/{id_of('viewer')}")
    people["owner"].delete(f"/roles/{guests.pk}")

    assert list(CredentialGrant.objects.values_list("subject", flat=True)) == [id_of("editor")]


def test_nobody_publishes_or_tries_what_names_a_credential_that_they_may_not_use(
    people, path
) -> None:
    choose(people["owner"], path, members=[])
    chosen = people["editor"].post("/workflows", {"name": "w", "definition": naming()}).json()
    written = naming("url", "https://a.example/{{ credentials.key }}")
    read = people["editor"].post("/workflows", {"name": "w", "definition": written}).json()

    answers = [
        people["editor"].post(f"/workflows/{each['id']}/{way}", body)
        for each in (chosen, read)
        for way, body in (("publish", {}), ("execute", {"draft": True}), ("dry-run", {}))
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert {
        (each["code"], each["path"]) for answer in answers for each in answer.json()["errors"]
    } == {("credential_forbidden", PLACE)}
    assert [(each["code"], each["field"]) for each in chosen["problems"]] == [
        ("credential_forbidden", "credential")
    ]
    assert people["owner"].post(f"/workflows/{chosen['id']}/publish", {}).status_code == 200


def test_whoever_may_use_one_may_try_it(people, path) -> None:
    said = [people[role].post(f"{path}/test").json() for role in ("editor", "owner")]

    assert [(each["status"], "restricted" in each["message"]) for each in said] == [
        ("untestable", False)
    ] * 2


def test_no_hint_tells_the_name_of_what_one_may_not_use(people, path) -> None:
    document = naming(value="keys")

    def hint(role: str) -> str:
        made = people[role].post("/workflows", {"name": "w", "definition": document}).json()
        return made["problems"][0]["message"]

    assert "“key”" in hint("editor")
    choose(people["owner"], path, members=[])
    assert "“key”" not in hint("editor")
    assert "“key”" in hint("owner")


def test_a_restricted_one_that_has_expired_is_not_told_more_of(people, path) -> None:
    from apps.credentials.services.opening import opened
    from tests.executions.makers import SCHEMA

    Credential.objects.update(expires_at=clock.now())
    stranger = Membership.objects.get(user_id=id_of("viewer")).user_id

    found = opened(SCHEMA, ["key"], acts_as=stranger)["key"]

    assert (found.code, "expired" in found.message) == ("credential_forbidden", False)
