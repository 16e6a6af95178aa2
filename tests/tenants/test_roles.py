"""Roles of a tenant's own, and what members are: nobody gives what they do not hold, and an owner always remains."""

from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connection

from apps.accounts.events import AccountClosing
from apps.accounts.models import User
from apps.core import tenancy
from apps.core.events import announce
from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.tenants import facade
from apps.tenants.errors import LastOwnerError
from apps.tenants.facade import TenantInfo
from apps.tenants.models import CustomRole, Membership, RoleGrant
from tests.entries import recorded
from tests.tenants.browser import Browser, member, person, signed_in

pytestmark = pytest.mark.django_db


class Tenancy:
    """A tenant of a test's own, and its people by role."""

    def __init__(self) -> None:
        self.boss = person("boss@acme.test", name="Boss")
        self.tenant = facade.provision(slug="acme", name="Acme", owner_id=self.boss.pk)
        self.owner = signed_in(self.boss, self.tenant)

    def join(self, role: str) -> tuple[User, Browser]:
        user = member(self.tenant, role)
        return user, signed_in(user, self.tenant)

    def make(self, *permissions: str, name: str = "Mine") -> str:
        made = self.owner.post("/api/v1/roles", {"name": name, "permissions": list(permissions)})
        assert made.status_code == 201, made.content
        return made.json()["id"]

    def give(self, user: User, *roles: str) -> None:
        answer = self.owner.send("PATCH", one(user), {"roles": list(roles)})
        assert answer.status_code == 200, answer.content

    def roles(self) -> dict[UUID, str]:
        return dict(
            Membership.objects.filter(tenant_id=self.tenant.id).values_list("user_id", "role")
        )


@pytest.fixture
def acme(db) -> Tenancy:
    return Tenancy()


def one(user: User) -> str:
    return f"/api/v1/members/{user.pk}"


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def permissions(browser: Browser) -> set[str]:
    return set(browser.get("/api/v1/me").json()["permissions"])


def test_a_custom_role_adds_to_the_built_in_one_from_the_next_request_on(acme: Tenancy) -> None:
    user, browser = acme.join("viewer")
    role = acme.make("workflow.execute", "audit.read")

    acme.give(user, role)

    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"] | {
        "workflow.execute",
        "audit.read",
    }
    acme.give(user)
    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"]


def test_several_roles_count_together_and_say_who_gave_them(acme: Tenancy) -> None:
    user, browser = acme.join("viewer")
    first, second = acme.make("audit.read", name="One"), acme.make("user.invite", name="Two")
    acme.give(user, first)
    before = RoleGrant.objects.get(role_id=first)

    acme.give(user, first, second)

    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"] | {"audit.read", "user.invite"}
    assert RoleGrant.objects.get(role_id=first).pk == before.pk
    row = acme.owner.get("/api/v1/members").json()["results"][0]
    assert row["id"] == str(user.pk)
    assert [(each["name"], each["granted_by"]) for each in row["roles"]] == [
        ("One", str(acme.boss.pk)),
        ("Two", str(acme.boss.pk)),
    ]


def test_a_role_that_is_changed_or_removed_changes_everybody_who_holds_it(acme: Tenancy) -> None:
    user, browser = acme.join("viewer")
    role = acme.make("audit.read")
    acme.give(user, role)

    changed = acme.owner.send("PATCH", f"/api/v1/roles/{role}", {"permissions": ["user.invite"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "Mine")
    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"] | {"user.invite"}

    assert acme.owner.delete(f"/api/v1/roles/{role}").status_code == 204
    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"]


def test_what_is_done_to_roles_and_members_is_on_the_tenants_trail(acme: Tenancy) -> None:
    user, _ = acme.join("viewer")
    role = acme.make("audit.read")
    acme.give(user, role)
    acme.owner.send("PATCH", f"/api/v1/roles/{role}", {"permissions": ["user.invite"]})
    acme.owner.delete(one(user))
    acme.owner.delete(f"/api/v1/roles/{role}")

    with tenancy.entered(acme.tenant.schema):
        said = [(each.action, each.before, each.after) for each in recorded()]
    facts = {"name": "Mine", "description": "", "permissions": ["user.invite"]}
    assert said[-5:] == [
        ("role.created", None, {**facts, "permissions": ["audit.read"]}),
        ("membership.changed", {"roles": []}, {"roles": ["Mine"]}),
        ("role.changed", {"permissions": ["audit.read"]}, {"permissions": ["user.invite"]}),
        ("membership.removed", {"role": "viewer", "roles": ["Mine"]}, None),
        ("role.removed", facts, None),
    ]


def test_a_name_is_taken_once_in_any_case_and_the_built_in_ones_are_taken(acme: Tenancy) -> None:
    acme.make("audit.read", name="Auditor")

    answers = [
        refused(acme.owner.post("/api/v1/roles", {"name": name, "permissions": ["audit.read"]}))
        for name in ("auditor", "Owner", "viewer")
    ]

    assert answers == [(409, "role_name_taken")] * 3
    assert CustomRole.objects.count() == 1


def test_nobody_puts_into_a_role_what_they_do_not_hold(acme: Tenancy) -> None:
    user, browser = acme.join("viewer")
    manager, wide = acme.make("role.manage", name="Manager"), acme.make("sso.manage", name="Wide")
    acme.give(user, manager)

    answers = [
        browser.post("/api/v1/roles", {"name": "New", "permissions": ["sso.manage"]}),
        browser.send("PATCH", f"/api/v1/roles/{manager}", {"permissions": ["sso.manage"]}),
        browser.send("PATCH", f"/api/v1/roles/{wide}", {"permissions": ["workflow.read"]}),
        browser.delete(f"/api/v1/roles/{wide}"),
    ]

    assert [refused(answer) for answer in answers] == [(403, "grant_too_wide")] * 4
    assert permissions(browser) == PERMISSIONS_BY_ROLE["viewer"] | {"role.manage"}
    assert CustomRole.objects.get(pk=wide).permissions == ["sso.manage"]


def test_nobody_gives_or_takes_a_role_above_their_own(acme: Tenancy) -> None:
    user, browser = acme.join("viewer")
    colleague, _ = acme.join("viewer")
    editor, _ = acme.join("editor")
    acme.give(user, acme.make("user.manage", name="People"))
    wide = acme.make("sso.manage", name="Wide")
    before = acme.roles()

    answers = [
        browser.send("PATCH", one(colleague), {"role": "editor"}),
        browser.send("PATCH", one(colleague), {"role": "admin"}),
        browser.send("PATCH", one(colleague), {"roles": [wide]}),
        browser.send("PATCH", one(editor), {"role": "viewer"}),
        browser.delete(one(editor)),
    ]

    assert [refused(answer) for answer in answers] == [(403, "grant_too_wide")] * 5
    assert acme.roles() == before
    assert not RoleGrant.objects.filter(membership__user=colleague).exists()


def test_only_an_owner_touches_owners_and_no_key_is_one(acme: Tenancy) -> None:
    second, _ = acme.join("owner")
    colleague, _ = acme.join("viewer")
    _, admin = acme.join("admin")
    scopes = sorted(PERMISSIONS_BY_ROLE["owner"])
    key = acme.owner.post("/api/v1/api-keys", {"name": "k", "scopes": scopes}).json()["secret"]
    program = {"authorization": f"Bearer {key}"}
    bare = Browser(acme.owner.host)
    before = acme.roles()

    answers = [
        admin.send("PATCH", one(colleague), {"role": "owner"}),
        admin.send("PATCH", one(second), {"role": "viewer"}),
        admin.delete(one(second)),
        bare.send("PATCH", one(colleague), {"role": "owner"}, **program),
        bare.send("DELETE", one(second), **program),
    ]

    assert [refused(answer) for answer in answers] == [(403, "owners_only")] * 5
    assert acme.roles() == before
    assert acme.owner.send("PATCH", one(second), {"role": "admin"}).status_code == 200


def test_nobody_changes_or_removes_themselves_not_even_by_a_key(acme: Tenancy) -> None:
    user, admin = acme.join("admin")
    scopes = sorted(PERMISSIONS_BY_ROLE["admin"])
    key = admin.post("/api/v1/api-keys", {"name": "k", "scopes": scopes}).json()["secret"]

    answers = [
        admin.send("PATCH", one(user), {"role": "viewer"}),
        admin.delete(one(user)),
        Browser(admin.host).send(
            "PATCH", one(user), {"role": "viewer"}, authorization=f"Bearer {key}"
        ),
        acme.owner.delete(one(acme.boss)),
    ]

    assert [refused(answer) for answer in answers] == [(403, "own_role")] * 4


def test_a_demotion_takes_the_excess_of_the_keys_too(acme: Tenancy) -> None:
    user, editor = acme.join("admin")
    scopes = ["tenant.update", "workflow.read"]
    key = editor.post("/api/v1/api-keys", {"name": "k", "scopes": scopes}).json()["secret"]
    bare = Browser(editor.host)

    assert acme.owner.send("PATCH", one(user), {"role": "viewer"}).status_code == 200

    shown = bare.get("/api/v1/me", authorization=f"Bearer {key}").json()
    assert shown["permissions"] == ["workflow.read"]
    # Whose keys are listed is what they may still see: their own.
    acme.owner.post("/api/v1/api-keys", {"name": "other", "scopes": ["workflow.read"]})
    listed = editor.get("/api/v1/api-keys").json()["results"]
    assert [each["name"] for each in listed] == ["k"]


def test_whoever_is_removed_is_nobody_at_once_with_session_and_key(acme: Tenancy) -> None:
    user, editor = acme.join("admin")
    body = {"name": "k", "scopes": ["workflow.read"]}
    key = editor.post("/api/v1/api-keys", body).json()["secret"]

    assert acme.owner.delete(one(user)).status_code == 204

    assert editor.get("/api/v1/me").status_code == 401
    bare = Browser(editor.host)
    assert bare.get("/api/v1/me", authorization=f"Bearer {key}").status_code == 401
    assert refused(acme.owner.delete(one(user))) == (404, "member_not_found")


def test_the_account_of_the_last_owner_cannot_be_closed(acme: Tenancy) -> None:
    with pytest.raises(LastOwnerError):
        announce(AccountClosing(acme.boss.pk))

    second, _ = acme.join("owner")
    announce(AccountClosing(acme.boss.pk))

    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(LastOwnerError):
        announce(AccountClosing(acme.boss.pk))


def test_a_role_of_another_tenant_is_given_to_nobody(acme: Tenancy, demo: TenantInfo) -> None:
    theirs = signed_in(member(demo), demo)
    user, _ = acme.join("viewer")
    role = theirs.post("/api/v1/roles", {"name": "T", "permissions": ["audit.read"]}).json()["id"]

    answers = [acme.owner.send("PATCH", one(user), {"roles": [x]}) for x in (role, str(uuid7()))]

    assert [refused(answer) for answer in answers] == [(422, "unknown_role")] * 2
    assert acme.owner.get("/api/v1/roles").json()["results"] == []


def test_the_built_in_roles_are_shown_with_what_they_hold(acme: Tenancy) -> None:
    shown = acme.owner.get("/api/v1/roles/built-in").json()["results"]

    assert {each["role"]: set(each["permissions"]) for each in shown} == PERMISSIONS_BY_ROLE


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one() -> None:
    acme = Tenancy()
    second, other = acme.join("owner")
    together = Barrier(2)
    statuses = []

    def demote(browser: Browser, user: User) -> None:
        together.wait(timeout=20)
        statuses.append(browser.send("PATCH", one(user), {"role": "viewer"}).status_code)
        connection.close()

    threads = [
        Thread(target=demote, args=(acme.owner, second)),
        Thread(target=demote, args=(other, acme.boss)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(acme.roles().values()) == ["owner", "viewer"]
    assert sorted(statuses) == [200, 403]
