"""Restricting a workflow and sharing it: who may, what is refused, and that nobody gives or takes more than they hold."""

from typing import Any

import pytest

from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.tenants.models import CustomRole, Membership, RoleGrant
from apps.workflows.models import Share, Workflow
from apps.workflows.rules.sharing import ABOUT_ONE
from apps.workflows.services import sharing
from tests.callers import Caller, make_caller
from tests.counting import queries_on
from tests.entries import recorded
from tests.tenants.browser import member, signed_in
from tests.workflows.documents import manual


@pytest.fixture
def people(tenant, redis_server) -> dict[str, Caller]:
    return {role: make_caller(tenant, role) for role in PERMISSIONS_BY_ROLE}


@pytest.fixture
def secret(people) -> str:
    """A restricted workflow that the editor has made."""
    made = people["editor"].post("/workflows", {"name": "secret", "definition": manual()})
    path = f"/workflows/{made.json()['id']}"
    assert people["editor"].post(f"{path}/restrict").json()["is_restricted"] is True
    return path


def id_of(role: str) -> str:
    """Return the id of the member whose key plays a role."""
    row = Membership.objects.get(tenant__slug="demo", user__email=f"{role}@demo.test")
    return str(row.user_id)


def give(caller: Any, path: str, level: str, *, to: str) -> Any:
    return caller.call("PUT", f"{path}/shares/members/{id_of(to)}", {"level": level})


def test_whoever_makes_a_workflow_owns_it_and_may_restrict_and_open_it(people, secret) -> None:
    editor = people["editor"]
    (share,) = editor.get(f"{secret}/shares").json()["results"]

    assert share | {"created_at": ""} == {
        "kind": "member",
        "subject": id_of("editor"),
        "name": "editor",
        "level": "owner",
        "given_by": id_of("editor"),
        "created_at": "",
    }
    assert people["viewer"].get(secret).status_code == 404
    assert editor.post(f"{secret}/open").json()["is_restricted"] is False
    assert people["viewer"].get(secret).status_code == 200
    assert editor.get(f"{secret}/shares").json()["results"] == [share]


def test_each_level_opens_what_it_says_and_no_role_is_lifted_by_it(people, secret) -> None:
    calls = {
        "read": ("GET", secret, None),
        "run": ("POST", f"{secret}/dry-run", {}),
        "save": ("PATCH", secret, {"name": "secret"}),
        "share": ("GET", f"{secret}/shares", None),
    }

    def seen(role: str) -> list[int]:
        return [people[role].call(*call).status_code for call in calls.values()]

    found = {}
    for level in ("viewer", "operator", "editor", "owner"):
        for role in ("viewer", "operator"):
            given = give(people["owner"], secret, level, to=role)
            assert given.status_code == 200, given.content
            found[level, role] = seen(role)

    # An operator's role does not save; a viewer's does not run, whatever is shared with them. 412: no If-Match was sent.
    assert found == {
        ("viewer", "viewer"): [200, 403, 403, 403],
        ("viewer", "operator"): [200, 403, 403, 403],
        ("operator", "viewer"): [200, 403, 403, 403],
        ("operator", "operator"): [200, 200, 403, 403],
        ("editor", "viewer"): [200, 403, 403, 403],
        ("editor", "operator"): [200, 200, 403, 403],
        ("owner", "viewer"): [200, 403, 403, 403],
        ("owner", "operator"): [200, 200, 403, 403],
    }
    give(people["owner"], secret, "operator", to="editor")
    assert seen("editor") == [200, 200, 403, 403]
    assert people["editor"].call(*calls["save"]).json()["code"] == "share_too_narrow"
    assert seen("admin") == seen("owner") == [200, 200, 412, 200]


def test_a_role_is_shared_with_by_its_name_and_one_of_the_tenants_own_by_its_id(
    people, secret, tenant
) -> None:
    guests = CustomRole.objects.create(
        tenant_id=tenant.id, name="Guests", permissions=["workflow.read"]
    )
    guest = member(tenant, "operator")
    RoleGrant.objects.create(
        membership=Membership.objects.get(user=guest), role=guests, granted_by=guest.pk
    )
    browser = signed_in(guest, tenant)
    before = [
        people["operator"].get(secret).status_code,
        browser.get(f"/api/v1{secret}").status_code,
    ]

    given = people["editor"].call("PUT", f"{secret}/shares/roles/{guests.pk}", {"level": "viewer"})
    after_own = [
        people["operator"].get(secret).status_code,
        browser.get(f"/api/v1{secret}").status_code,
    ]
    people["editor"].call("PUT", f"{secret}/shares/roles/operator", {"level": "viewer"})

    assert before == [404, 404]
    assert (given.json()["kind"], given.json()["name"]) == ("role", "Guests")
    assert after_own == [404, 200]
    assert people["operator"].get(secret).status_code == 200
    assert people["viewer"].get(secret).status_code == 404


def test_an_editor_who_owns_it_gives_and_takes_what_an_editor_holds_and_makes_no_owner(
    people, secret
) -> None:
    editor = people["editor"]
    given = [
        give(editor, secret, level, to="viewer").status_code
        for level in ("viewer", "operator", "editor")
    ]
    refused = give(editor, secret, "owner", to="operator")
    give(people["owner"], secret, "owner", to="operator")
    taken = editor.delete(f"{secret}/shares/members/{id_of('operator')}")

    assert given == [200, 200, 200]
    assert (refused.status_code, refused.json()["code"]) == (403, "share_too_wide")
    assert (taken.status_code, taken.json()["code"]) == (403, "share_too_wide")
    assert editor.delete(f"{secret}/shares/members/{id_of('viewer')}").status_code == 204
    assert dict(Share.objects.values_list("subject", "level")) == {
        id_of("editor"): "owner",
        id_of("operator"): "owner",
    }


def test_a_key_gives_no_more_than_its_scopes(people, secret, tenant) -> None:
    owner = signed_in(member(tenant, "owner"), tenant)
    made = owner.post(
        "/api/v1/api-keys", {"name": "k", "scopes": ["workflow.share", "workflow.read"]}
    )
    key = Caller(made.json()["secret"])

    refused = give(key, secret, "viewer", to="viewer")

    assert (refused.status_code, refused.json()["code"]) == (403, "share_too_wide")
    assert Share.objects.count() == 1
    assert len(key.get(f"{secret}/shares").json()["results"]) == 1


def test_what_is_open_is_restricted_by_its_owners_and_the_tenants_managers_alone(
    people, tenant
) -> None:
    made = people["owner"].post("/workflows", {"name": "ours", "definition": manual()}).json()
    path = f"/workflows/{made['id']}"
    refused = people["editor"].post(f"{path}/restrict")

    assert (refused.status_code, refused.json()["code"]) == (403, "share_too_narrow")
    assert Workflow.objects.get(pk=made["id"]).is_restricted is False
    assert people["admin"].post(f"{path}/restrict").status_code == 200
    assert people["editor"].get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"),
    [
        ("PUT", "members/{nobody}", {"level": "viewer"}, (404, "subject_unknown")),
        ("PUT", "roles/{nobody}", {"level": "viewer"}, (404, "subject_unknown")),
        ("PUT", "roles/wizard", {"level": "viewer"}, (404, "subject_unknown")),
        ("PUT", "members/{viewer}", {"level": "king"}, (422, "invalid_choice")),
        ("PUT", "members/{viewer}", {}, (422, "required")),
        ("PUT", "members/{viewer}", {"level": "viewer", "x": 1}, (422, "unknown_field")),
        ("DELETE", "members/{viewer}", None, (404, "share_not_found")),
        ("DELETE", "roles/wizard", None, (404, "share_not_found")),
    ],
)
def test_what_means_nothing_is_refused_by_its_place_and_changes_nothing(
    people, secret, method, path, body, refusal
) -> None:
    filled = path.format(nobody=uuid7(), viewer=id_of("viewer"))

    refused = people["editor"].call(method, f"{secret}/shares/{filled}", body)

    said = refused.json()
    code = said["errors"][0]["code"] if said["errors"] else said["code"]
    assert (refused.status_code, code) == refusal
    assert Share.objects.count() == 1


def test_somebody_of_another_tenant_is_nobody_here(people, secret, other_tenant) -> None:
    stranger = member(other_tenant, "viewer")

    refused = people["editor"].call(
        "PUT", f"{secret}/shares/members/{stranger.pk}", {"level": "viewer"}
    )

    assert (refused.status_code, refused.json()["code"]) == (404, "subject_unknown")


def test_two_hundred_shares_are_enough(people, secret, monkeypatch) -> None:
    monkeypatch.setattr(sharing, "MOST", 2)
    give(people["editor"], secret, "viewer", to="viewer")

    refused = give(people["editor"], secret, "viewer", to="operator")

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_shares")
    assert give(people["editor"], secret, "editor", to="viewer").status_code == 200


def test_every_change_leaves_an_entry(people, secret) -> None:
    give(people["editor"], secret, "viewer", to="viewer")
    give(people["editor"], secret, "editor", to="viewer")
    people["editor"].delete(f"{secret}/shares/members/{id_of('viewer')}")
    people["editor"].post(f"{secret}/open")

    said = [
        (entry.action, entry.before, entry.after)
        for entry in recorded()
        if entry.action.split(".")[1] in {"restricted", "opened", "shared", "unshared"}
    ]
    who = {"member": id_of("viewer")}
    assert said == [
        ("workflow.restricted", None, None),
        ("workflow.shared", None, who | {"level": "viewer"}),
        ("workflow.shared", who | {"level": "viewer"}, who | {"level": "editor"}),
        ("workflow.unshared", who | {"level": "editor"}, None),
        ("workflow.opened", None, None),
    ]


def test_restricting_twice_is_once(people, secret) -> None:
    before = len(recorded())

    again = people["editor"].post(f"{secret}/restrict")

    assert again.json()["is_restricted"] is True
    assert len(recorded()) == before


def test_what_was_shared_with_a_member_or_a_role_ends_with_them(people, secret, tenant) -> None:
    guests = CustomRole.objects.create(
        tenant_id=tenant.id, name="Guests", permissions=["workflow.read"]
    )
    robot = people["owner"].post("/service-accounts", {"name": "r", "role": "viewer"}).json()["id"]
    give(people["editor"], secret, "viewer", to="viewer")
    for path in (f"roles/{guests.pk}", f"members/{robot}"):
        given = people["editor"].call("PUT", f"{secret}/shares/{path}", {"level": "viewer"})
        assert given.status_code == 200

    assert people["owner"].delete(f"/members/{id_of('viewer')}").status_code == 204
    assert people["owner"].delete(f"/roles/{guests.pk}").status_code == 204
    assert people["owner"].delete(f"/service-accounts/{robot}").status_code == 204

    assert list(Share.objects.values_list("subject", flat=True)) == [id_of("editor")]


def test_a_workflow_says_what_who_asks_may_do_with_it_for_one_more_query_or_none(
    people, secret
) -> None:
    def may(role: str) -> set[str]:
        return set(people[role].get(secret).json()["may"])

    looking = {"workflow.read", "execution.read", "webhook.read"}
    running = {"workflow.read", "execution.read", "workflow.execute", "execution.cancel"}
    whole = PERMISSIONS_BY_ROLE["owner"] & ABOUT_ONE
    give(people["owner"], secret, "viewer", to="viewer")
    give(people["owner"], secret, "operator", to="operator")

    assert may("viewer") == looking
    assert may("operator") == running
    assert may("editor") == whole - {"workflow.delete"}
    assert may("admin") == may("owner") == whole
    give(people["owner"], secret, "operator", to="editor")
    assert may("editor") == looking | running
    with queries_on("workflows_share") as asked:
        people["owner"].get(secret)
    assert len(asked) == 0


def test_to_share_what_is_open_is_its_owners_alone(people, secret) -> None:
    people["editor"].post(f"{secret}/open")
    give(people["owner"], secret, "viewer", to="editor")

    shown = people["editor"].get(secret).json()["may"]

    assert "workflow.update" in shown
    assert "workflow.share" not in shown
