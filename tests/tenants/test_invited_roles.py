"""Invitations with a tenant's own roles: nobody gives what they do not hold, neither when they invite nor when it is accepted."""

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.core.ids import uuid7
from apps.tenants import facade
from apps.tenants.facade import TenantInfo
from apps.tenants.models import CustomRole, Invitation, Membership, RoleGrant
from tests.accounts.mailbox import Mailbox, text_of
from tests.entries import recorded
from tests.tenants.browser import Browser, member, person, signed_in

pytestmark = pytest.mark.django_db

INVITATIONS, AUTH = "/api/v1/invitations", "/api/v1/auth/invitation"
SUBJECT = "Ada invites you to Demo"


def inviter(demo: TenantInfo, role: str = "owner") -> User:
    user = member(demo, role)
    User.objects.filter(pk=user.pk).update(name="Ada", email_verified_at=clock.now())
    return user


def own_role(demo: TenantInfo, name: str, *permissions: str) -> CustomRole:
    return CustomRole.objects.create(tenant_id=demo.id, name=name, permissions=list(permissions))


def invite(browser: Browser, *roles: CustomRole, role: str = "viewer"):
    body = {"email": "bob@x.test", "role": role, "roles": [str(each.pk) for each in roles]}
    return browser.post(INVITATIONS, body)


def accept(mailbox: Mailbox, bob: User):
    return signed_in(bob, None).post(f"{AUTH}/accept", {"token": mailbox.token(SUBJECT)})


def test_whoever_accepts_holds_the_roles_of_the_invitation(
    demo: TenantInfo, mailbox: Mailbox
) -> None:
    ada, bob = inviter(demo), person("bob@x.test")
    auditors = own_role(demo, "Auditors", "audit.read")
    keepers = own_role(demo, "Keepers", "credential.read", "credential.create")
    browser = signed_in(ada, demo)

    made = invite(browser, auditors, keepers).json()
    listed = browser.get(INVITATIONS).json()["results"][0]
    seen = Browser().post(AUTH, {"token": mailbox.token(SUBJECT)}).json()
    assert accept(mailbox, bob).status_code == 200

    named = {(each["id"], each["name"]) for each in made["roles"]}
    assert named == {(str(auditors.pk), "Auditors"), (str(keepers.pk), "Keepers")}
    assert listed == made
    assert (seen["role"], seen["roles"]) == ("viewer", ["Auditors", "Keepers"])
    assert "as viewer and Auditors and Keepers." in text_of(mailbox.letters()[-1])
    grants = RoleGrant.objects.filter(membership__user=bob)
    assert {(each.role_id, each.granted_by) for each in grants} == {
        (auditors.pk, ada.pk),
        (keepers.pk, ada.pk),
    }
    held = signed_in(bob, demo).get("/api/v1/me").json()["permissions"]
    assert {"audit.read", "credential.create"} <= set(held)
    told = [
        entry.after
        for action in ("invitation.sent", "invitation.accepted")
        for entry in recorded(action, schema=demo.schema)
    ]
    assert told == [{"role": "viewer", "roles": ["Auditors", "Keepers"]}] * 2


def test_nobody_invites_to_a_role_that_holds_more_than_they_do(
    demo: TenantInfo, mailbox: Mailbox
) -> None:
    user = inviter(demo, "viewer")
    door = own_role(demo, "Door", "user.invite")
    keepers = own_role(demo, "Keepers", "credential.read", "credential.delete")
    membership = Membership.objects.get(user=user)
    RoleGrant.objects.create(membership=membership, role=door, granted_by=user.pk)
    browser = signed_in(user, demo)

    refused = invite(browser, keepers)

    assert (refused.status_code, refused.json()["code"]) == (403, "grant_too_wide")
    assert Invitation.objects.count() == 0
    assert mailbox.to("bob@x.test") == []
    assert invite(browser, door).status_code == 201


@pytest.mark.parametrize(
    "roles", [["x"], [None], "x", [str(uuid7())], {"a": 1}, [str(uuid7())] * 51]
)
def test_what_are_no_roles_of_the_tenant_is_named(roles: object, demo: TenantInfo) -> None:
    browser = signed_in(inviter(demo), demo)

    refused = browser.post(INVITATIONS, {"email": "b@x.test", "role": "viewer", "roles": roles})

    assert refused.status_code == 422
    assert {each["path"].split("/")[1] for each in refused.json()["errors"]} == {"roles"}
    assert Invitation.objects.count() == 0


def test_a_role_of_another_tenant_is_none(demo: TenantInfo) -> None:
    ada = inviter(demo)
    other = facade.provision(slug="other", name="Other", owner_id=ada.pk)

    refused = invite(signed_in(ada, demo), own_role(other, "Theirs", "audit.read"))

    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_role")


@pytest.mark.parametrize("change", ["removed", "demoted", "closed", "grown"])
def test_what_the_inviter_may_no_longer_give_nobody_gets(
    change: str, demo: TenantInfo, mailbox: Mailbox
) -> None:
    ada, bob = inviter(demo, "admin"), person("bob@x.test")
    role = own_role(demo, "Helpers", "workflow.read")
    assert invite(signed_in(ada, demo), role, role="editor").status_code == 201
    token = mailbox.token(SUBJECT)
    match change:
        case "removed":
            Membership.objects.filter(user=ada).delete()
        case "demoted":
            Membership.objects.filter(user=ada).update(role="operator")
        case "closed":
            User.objects.filter(pk=ada.pk).update(is_active=False)
        case "grown":
            Membership.objects.filter(user=ada).update(role="editor")
            role.permissions = ["workflow.read", "user.manage"]
            role.save()

    as_bob = signed_in(bob, None).post(f"{AUTH}/accept", {"token": token})
    as_new = Browser().post(
        f"{AUTH}/sign-up", {"token": token, "name": "B", "password": "correct horse battery"}
    )

    assert (as_bob.status_code, as_bob.json()["code"]) == (403, "invitation_void")
    assert as_new.status_code in {403, 409}
    assert not Membership.objects.filter(user=bob).exists()
    assert Invitation.objects.get().accepted_at is None


def test_whoever_sends_it_again_stands_for_it(demo: TenantInfo, mailbox: Mailbox) -> None:
    first, second, bob = inviter(demo, "admin"), inviter(demo), person("bob@x.test")
    made = invite(signed_in(first, demo)).json()["id"]
    Membership.objects.filter(user=first).delete()

    resent = signed_in(second, demo).post(f"{INVITATIONS}/{made}/resend")

    assert (resent.status_code, resent.json()["invited_by"]) == (200, second.email)
    assert accept(mailbox, bob).status_code == 200


def test_a_role_that_is_deleted_meanwhile_is_not_given(demo: TenantInfo, mailbox: Mailbox) -> None:
    bob = person("bob@x.test")
    role = own_role(demo, "Short-lived", "audit.read")
    browser = signed_in(inviter(demo), demo)
    invite(browser, role)

    assert browser.delete(f"/api/v1/roles/{role.pk}").status_code == 204

    assert accept(mailbox, bob).status_code == 200
    assert Membership.objects.get(user=bob).role == "viewer"
    assert not RoleGrant.objects.filter(membership__user=bob).exists()


def test_who_is_a_member_already_keeps_what_they_are(demo: TenantInfo, mailbox: Mailbox) -> None:
    role = own_role(demo, "Auditors", "audit.read")
    invite(signed_in(inviter(demo), demo), role, role="admin")
    bob = member(demo, "editor", person("bob@x.test"))

    assert accept(mailbox, bob).status_code == 200

    assert Membership.objects.get(user=bob).role == "editor"
    assert not RoleGrant.objects.filter(membership__user=bob).exists()
