"""Credentials over HTTP: a secret goes in and never comes out, and a refusal changes nothing."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from apps.core import tenancy
from apps.core.ids import uuid7
from apps.credentials.rules.kinds import KINDS
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.rules.schemas import schema_of
from apps.credentials.services.opening import opened
from apps.engine.credential import Credential
from apps.engine.mask import mask_of
from apps.engine.secret import Secret
from tests.callers import make_caller
from tests.counting import queries_on
from tests.credentials.keys import LOGIN, SECRET, at_rest, stored
from tests.credentials.samples import sample, secrets_of
from tests.workflows.documents import edge, hook, node

FORMS = (SECRET, quote(SECRET), base64.b64encode(SECRET.encode()).decode())


def values_of(name: str, schema: str = "t_demo") -> dict[str, Any]:
    found = opened(schema, [name])[name]
    assert isinstance(found, Credential)
    return dict(found.values)


def calling(name: str, **config: Any) -> dict[str, Any]:
    #  hook ──► call
    document = hook(path=f"p-{name}")
    document["nodes"] = [document["nodes"][0]]
    call = {"url": "https://a.b", "headers": {"A": f"Bearer {{{{ credentials.{name} }}}}"}}
    document["nodes"].append(node("call", "action:http", **(config or call)))
    document["edges"] = [edge("hook", "call")]
    return document


def published(owner: Any, title: str, document: dict[str, Any]) -> Any:
    made = owner.post("/workflows", {"name": title, "definition": document}).json()
    assert owner.post(f"/workflows/{made['id']}/publish").status_code == 200
    return made["id"]


def test_a_credential_is_stored_and_shown_without_its_secrets(owner) -> None:
    made = stored(owner, allowed_hosts=["API.example.com", "*.acme.test"])

    assert made == {
        "id": made["id"],
        "name": "acme",
        "type": "basic_auth",
        "description": "The shop",
        "values": {"username": "ann"},
        "secrets": ["password"],
        "version": 1,
        "allowed_hosts": ["api.example.com", "*.acme.test"],
        "expires_at": None,
        "expires_soon": False,
        "is_disabled": False,
        "is_restricted": False,
        "created_by": made["created_by"],
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
        "connection": None,
    }
    assert owner.get(f"/credentials/{made['id']}").json() == made
    assert owner.get("/credentials").json()["results"] == [made]
    assert values_of("acme") == {"username": "ann", "password": Secret(SECRET)}


def test_no_answer_and_no_row_holds_the_secret_in_any_form(owner) -> None:
    made = stored(owner)
    one = f"/credentials/{made['id']}"
    answers = [
        owner.get("/credentials"),
        owner.get(one),
        owner.patch(one, {"values": {"password": SECRET}}),
        owner.post(f"{one}/rotate", {"values": {"password": SECRET}}),
        owner.post("/credentials", {**LOGIN, "type": "nothing"}),
        owner.post("/credentials", {**LOGIN, "name": "x", "values": {"token": SECRET}}),
        owner.post("/credentials", LOGIN),
    ]

    texts = [*(answer.content.decode() for answer in answers), *at_rest()]

    assert [form for form in FORMS for text in texts if form in text] == []


def test_of_no_type_a_secret_comes_out_or_lies_open(owner) -> None:
    planted: list[str] = []
    answers: list[str] = []
    for name in KINDS:
        values = sample(name)
        secrets = secrets_of(name, values)
        planted += secrets.values()
        made = owner.post("/credentials", {"name": name, "type": name, "values": values})
        assert made.status_code == 201, made.content
        answers += [
            made.content.decode(),
            owner.get(f"/credentials/{made.json()['id']}").content.decode(),
        ]
        if name == ACCOUNT:
            continue  # nobody has connected it, so nothing of it opens: tests/credentials/test_connecting.py
        assert values_of(name) == values | {each: Secret(text) for each, text in secrets.items()}

    left = "".join([*answers, owner.get("/credentials?limit=100").content.decode(), *at_rest()])
    forms = {form for text in planted for form in mask_of([Secret(text)]).forms}
    assert len(planted) == 42
    assert [form for form in forms if form in left] == []


def test_values_that_are_not_given_have_their_defaults(owner) -> None:
    made = stored(owner, name="k", type="api_key", values={"key": SECRET, "name": "X-Key"})

    assert made["values"] == {"location": "header", "name": "X-Key"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "a b"}, "/name"),
        ({"name": "x" * 65}, "/name"),
        ({"name": ""}, "/name"),
        ({"type": "nothing"}, "/type"),
        ({"values": {"username": "ann"}}, "/values/password"),
        ({"values": {"username": "ann", "password": ""}}, "/values/password"),
        ({"values": {"username": "a:b", "password": "x"}}, "/values/username"),
        ({"values": {"username": "ann", "password": "x", "token": "y"}}, "/values/token"),
        ({"values": {"username": "ann", "password": "x" * 10_001}}, "/values/password"),
        ({"values": {"username": ["ann"], "password": "x"}}, "/values/username"),
        ({"values": "x"}, "/values"),
        ({"allowed_hosts": ["https://a.b"]}, "/allowed_hosts/0"),
        ({"allowed_hosts": ["a.b", "a.b:80"]}, "/allowed_hosts/1"),
        ({"allowed_hosts": ["*"]}, "/allowed_hosts/0"),
        ({"allowed_hosts": ["a"] * 51}, "/allowed_hosts"),
        ({"expires_at": "soon"}, "/expires_at"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place_and_nothing_is_stored(
    owner, change, path
) -> None:
    answer = owner.post("/credentials", {**LOGIN, **change})

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert at_rest() == []


@pytest.mark.parametrize(
    ("type_name", "values", "path"),
    [
        ("header", {"name": "A B", "value": "x"}, "/values/name"),
        ("header", {"name": "A", "value": "x\r\nB: y"}, "/values/value"),
        ("bearer_token", {"token": "a\nb"}, "/values/token"),
        ("api_key", {"key": "k", "location": "cookie"}, "/values/location"),
        ("smtp", {"host": "mail.test", "port": "99x"}, "/values/port"),
        ("aws", {"access_key_id": "a"}, "/values/secret_access_key"),
        ("openai", {"api_key": "k", "base_url": "ftp://x"}, "/values/base_url"),
        ("openai", {"api_key": "k", "base_url": "https://["}, "/values/base_url"),
        ("anthropic", {"api_key": "k", "base_url": "https://[a]:9"}, "/values/base_url"),
        ("github", {"token": "k", "base_url": "https://:"}, "/values/base_url"),
    ],
)
def test_each_type_says_what_its_values_must_be(owner, type_name, values, path) -> None:
    answer = owner.post("/credentials", {"name": "x", "type": type_name, "values": values})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)
    assert at_rest() == []


def test_a_name_is_taken_once(owner) -> None:
    stored(owner)
    before = at_rest()

    answer = owner.post("/credentials", {**LOGIN, "values": {"username": "b", "password": "c"}})

    assert (answer.status_code, answer.json()["code"]) == (409, "credential_name_taken")
    assert at_rest() == before


def test_values_that_are_given_replace_and_the_others_stay(owner) -> None:
    made = stored(owner)
    one = f"/credentials/{made['id']}"

    changed = owner.patch(one, {"values": {"username": "bob"}, "is_disabled": True}).json()

    assert (changed["version"], changed["is_disabled"]) == (2, True)
    assert changed["values"] == {"username": "bob"}
    owner.patch(one, {"is_disabled": False, "description": "Other"})
    assert values_of("acme") == {"username": "bob", "password": Secret(SECRET)}
    assert owner.get(one).json()["version"] == 2


def test_an_empty_value_is_removed_unless_it_is_required(owner) -> None:
    mail = {"host": "mail.test", "username": "ann", "password": SECRET}
    made = stored(owner, name="mail", type="smtp", values=mail)
    one = f"/credentials/{made['id']}"

    changed = owner.patch(one, {"values": {"username": "", "password": ""}}).json()

    assert (changed["secrets"], "username" in changed["values"]) == ([], False)
    before = at_rest()
    assert owner.patch(one, {"values": {"host": ""}}).status_code == 422
    assert at_rest() == before


MODEL = {"api_key": SECRET, "base_url": "https://models.acme.test/v1"}


@pytest.mark.parametrize(
    "change",
    [
        {"allowed_hosts": ["api.example.com", "evil.test"]},
        {"allowed_hosts": ["*.example.com"]},
        {"allowed_hosts": []},
        {"values": {"base_url": "https://evil.test/v1"}},
    ],
)
def test_a_secret_that_may_go_further_than_before_has_to_be_given_again(owner, change) -> None:
    made = stored(
        owner, name="m", type="openai", values=MODEL, allowed_hosts=["api.example.com", "*.a.test"]
    )
    one, before = f"/credentials/{made['id']}", at_rest()

    refused = owner.patch(one, change)

    assert (refused.status_code, at_rest()) == (422, before)
    assert [(each["path"], each["code"]) for each in refused.json()["errors"]] == [
        ("/values/api_key", "secret_needed")
    ]
    again = {**change, "values": {**change.get("values", {}), "api_key": "another"}}
    assert owner.patch(one, again).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"allowed_hosts": ["api.example.com"]},
        {"allowed_hosts": ["api.example.com", "x.a.test", "*.b.a.test"]},
        {"values": {"base_url": "https://models.acme.test/v2"}},
        {"values": {"base_url": "https://api.example.com"}},
        {"values": {"base_url": ""}},
        {"values": {"organization": "acme"}, "description": "x"},
    ],
)
def test_a_secret_that_goes_no_further_than_before_stays(owner, change) -> None:
    made = stored(
        owner, name="m", type="openai", values=MODEL, allowed_hosts=["api.example.com", "*.a.test"]
    )

    assert owner.patch(f"/credentials/{made['id']}", change).status_code == 200


def test_a_secret_that_may_go_anywhere_can_be_bounded_without_giving_it(owner) -> None:
    made = stored(owner)

    changed = owner.patch(f"/credentials/{made['id']}", {"allowed_hosts": ["a.test"]})

    assert changed.json()["allowed_hosts"] == ["a.test"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "other"},
        {"type": "bearer_token"},
        {"version": 7},
        {"values": {"token": "x"}},
        {"allowed_hosts": ["a/b"], "description": "x"},
        {"values": {"username": "bob"}, "allowed_hosts": ["a/b"]},
    ],
)
def test_a_change_that_is_refused_changes_nothing(owner, body) -> None:
    made = stored(owner)
    before = at_rest()

    assert owner.patch(f"/credentials/{made['id']}", body).status_code == 422

    assert at_rest() == before


def test_rotating_replaces_the_secret_and_says_how_long_it_is_good(owner) -> None:
    made = stored(owner, expires_at="2020-01-01T00:00:00Z")
    rotate = f"/credentials/{made['id']}/rotate"

    turned = owner.post(
        rotate, {"values": {"password": "new"}, "expires_at": "2099-01-01T00:00:00Z"}
    ).json()

    assert (turned["version"], turned["expires_at"]) == (2, "2099-01-01T00:00:00Z")
    assert values_of("acme") == {"username": "ann", "password": Secret("new")}
    assert owner.post(rotate, {"values": {"password": "newer"}}).json()["expires_at"] is None
    before = at_rest()
    for body in ({"values": {"username": "bob"}}, {"values": {}}, {}, {"values": {"x": "y"}}):
        assert owner.post(rotate, body).status_code == 422
    assert at_rest() == before


def test_pages_cost_the_same_each_and_can_be_of_one_type(owner) -> None:
    for number in range(4):
        stored(owner, name=f"n{number}")
    stored(owner, name="other", type="secret", values={"value": SECRET})

    with queries_on("credentials_") as found:
        page = owner.get("/credentials?limit=3&type=basic_auth").json()

    assert [row["name"] for row in page["results"]] == ["n3", "n2", "n1"]
    assert len(found) == 1
    assert '"sealed"' not in found[0]
    rest = owner.get(page["next"].partition("/api/v1")[2]).json()
    assert [row["name"] for row in rest["results"]] == ["n0"]


def test_each_call_asks_the_table_as_often_as_it_must(owner) -> None:
    with queries_on("credentials_") as creating:
        made = stored(owner)
    one = f"/credentials/{made['id']}"
    with queries_on("credentials_") as looking:
        owner.get(one)
    with queries_on("credentials_") as changing:
        owner.patch(one, {"description": "x"})
    with queries_on("credentials_") as rotating:
        owner.post(f"{one}/rotate", {"values": {"password": "x"}})
    with queries_on("credentials_") as deleting:
        owner.delete(one)

    counts = [len(each) for each in (creating, looking, changing, rotating, deleting)]
    assert counts == [4, 1, 4, 6, 9]


def test_the_types_say_what_a_form_asks_for(owner) -> None:
    kinds = {kind["name"]: kind for kind in owner.get("/credentials/types").json()["results"]}

    assert list(kinds) == sorted(KINDS)
    slack = kinds["slack"]
    assert slack["schema"] == schema_of(KINDS["slack"])
    assert {name: slack[name] for name in slack if name != "schema"} == {
        "name": "slack",
        "title": "Slack",
        "description": "A bot's token.",
        "docs": "https://docs.slack.dev/authentication/tokens",
        "main": "token",
        "allowed_hosts": ["slack.com", "*.slack.com"],
        "is_free": False,
        "is_testable": True,
        "untested": "",
        "values": [
            {
                "name": "token",
                "title": "Token",
                "help": "",
                "is_secret": True,
                "is_required": True,
                "options": [],
                "pattern": "",
                "format": "",
                "default": "",
                "shown_with": [],
            }
        ],
    }
    assert (kinds["custom"]["is_free"], kinds["custom"]["values"]) == (True, [])
    told = {
        (name, value["name"]): value["is_secret"]
        for name, kind in kinds.items()
        for value in kind["values"]
    }
    assert told == {
        (kind.name, value.name): value.is_secret for kind in KINDS.values() for value in kind.values
    }


def test_a_type_says_where_its_credentials_may_go_unless_somebody_says_otherwise(owner) -> None:
    token = {"type": "slack", "values": {"token": SECRET}}

    usual = stored(owner, name="usual", **token)
    anywhere = stored(owner, name="anywhere", allowed_hosts=[], **token)
    chosen = stored(owner, name="chosen", allowed_hosts=["a.b"], **token)

    assert [each["allowed_hosts"] for each in (usual, anywhere, chosen)] == [
        ["slack.com", "*.slack.com"],
        [],
        ["a.b"],
    ]


def test_a_custom_one_keeps_what_it_is_given_by_any_name(owner) -> None:
    made = stored(owner, name="own", type="custom", values={"pin": SECRET, "user": "ann"})
    one = f"/credentials/{made['id']}"

    owner.patch(one, {"values": {"user": "", "token": "other"}})
    refused = owner.patch(one, {"values": {"pin": "", "token": ""}})

    assert (made["values"], made["secrets"]) == ({}, ["pin", "user"])
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "/values")
    assert values_of("own") == {"pin": Secret(SECRET), "token": Secret("other")}


def test_a_credential_that_a_published_workflow_uses_is_kept_until_somebody_insists(owner) -> None:
    made = stored(owner)
    stored(owner, name="acme-2")
    one = f"/credentials/{made['id']}"
    used_by = published(owner, "Orders", calling("acme"))
    by_field = calling("acme", url="https://a.b", credential="acme")
    by_field["nodes"][0]["data"]["config"]["path"] = "p-field"
    named_by = published(owner, "By field", by_field)
    published(owner, "Others", calling("acme-2"))
    draft = owner.post("/workflows", {"name": "Draft", "definition": calling("acme")})
    assert draft.status_code == 201
    before = at_rest()

    refusal = owner.delete(one)

    assert (refusal.status_code, refusal.json()["code"]) == (409, "credential_in_use")
    assert refusal.json()["errors"] == [
        {"path": f"/workflows/{used_by}", "code": "uses_it", "message": "Orders"},
        {"path": f"/workflows/{named_by}", "code": "uses_it", "message": "By field"},
    ]
    assert owner.delete(f"{one}?force=maybe").status_code == 400
    assert owner.delete(f"{one}?force=false").status_code == 409
    assert at_rest() == before
    assert owner.delete(f"{one}?force=true").status_code == 204
    assert owner.get(one).status_code == 404
    assert [row["name"] for row in owner.get("/credentials").json()["results"]] == ["acme-2"]


def test_what_nobody_uses_is_deleted_at_once(owner) -> None:
    made = stored(owner)
    workflow = published(owner, "Orders", calling("acme"))
    owner.delete(f"/workflows/{workflow}")

    assert owner.delete(f"/credentials/{made['id']}").status_code == 204
    assert at_rest() == []


def test_a_document_that_names_what_is_not_there_is_warned_of(owner) -> None:
    stored(owner)

    made = owner.post("/workflows", {"name": "w", "definition": calling("acne")}).json()

    found = [each for each in made["problems"] if each["code"].startswith("credential")]
    assert [(each["code"], each["severity"], each["node_id"]) for each in found] == [
        ("credential_unknown", "warning", "call")
    ]
    assert found[0]["message"].endswith(
        "names the credential “acne”, which does not exist here. Did you mean “acme”?"
    )
    assert owner.post(f"/workflows/{made['id']}/publish").status_code == 200
    with queries_on("credentials_") as asked:
        owner.get(f"/workflows/{made['id']}")
    assert len(asked) == 1
    fine = owner.post("/workflows", {"name": "w", "definition": calling("acme")}).json()
    assert [each for each in fine["problems"] if each["code"].startswith("credential")] == []


def test_another_tenants_credential_is_never_opened_shown_or_named(owner, other) -> None:
    made = stored(owner)
    stranger = make_caller(other, "owner")
    with tenancy.entered(other.schema):
        assert opened(other.schema, ["acme"]) == {}
    stored(stranger, values={"username": "zoe", "password": "theirs"})
    ours, theirs = at_rest(), at_rest(other.schema)

    for path in (f"/credentials/{made['id']}", f"/credentials/{uuid7()}"):
        assert stranger.get(path).status_code == 404
        assert stranger.patch(path, {"description": "x"}).status_code == 404
        assert stranger.post(f"{path}/rotate", {"values": {"password": "x"}}).status_code == 404
        assert stranger.delete(f"{path}?force=true").status_code == 404

    assert (at_rest(), at_rest(other.schema)) == (ours, theirs)
    assert [
        row["values"]["username"] for row in stranger.get("/credentials").json()["results"]
    ] == ["zoe"]
    assert values_of("acme")["password"] == Secret(SECRET)
    assert values_of("acme", other.schema)["password"] == Secret("theirs")


def test_a_dry_run_computes_with_a_credential_and_shows_nothing_of_it(owner) -> None:
    stored(owner, name="key", type="secret", values={"value": SECRET})
    signed = {"operation": "hmac", "text": "hello", "key": "{{ credentials.key }}"}
    document = hook(path="sign")
    document["nodes"] = [document["nodes"][0], node("sign", "data:crypto", **signed)]
    document["edges"] = [edge("hook", "sign")]
    made = owner.post("/workflows", {"name": "w", "definition": document}).json()

    tried = owner.post(f"/workflows/{made['id']}/dry-run", {"trigger": {}})

    assert tried.json()["status"] == "completed", tried.content
    assert [form for form in FORMS if form in tried.content.decode()] == []
