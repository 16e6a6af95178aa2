"""Roles and permissions: who may do what, and that a view without a declaration serves nobody."""

from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from apps.core import principals
from apps.core.api.permissions import Holds, Public, SignedIn, SignedInPerson, Undeclared, can
from apps.core.principals import PERMISSIONS, PERMISSIONS_BY_ROLE, Principal

ID = UUID(int=1)


def asked(method: str = "GET", *permissions: str, kind: str = "user") -> SimpleNamespace:
    principal = Principal(kind, ID, ID, "viewer", frozenset(permissions))
    return SimpleNamespace(method=method, auth=principal)


STRANGER = SimpleNamespace(method="GET", auth=None)


def test_there_are_twenty_six_permissions_and_five_roles() -> None:
    assert len(PERMISSIONS) == 26
    assert list(PERMISSIONS_BY_ROLE) == ["owner", "admin", "editor", "operator", "viewer"]


def test_roles_hold_what_the_table_says() -> None:
    held = PERMISSIONS_BY_ROLE

    assert held["owner"] == held["admin"] == frozenset(PERMISSIONS)
    assert frozenset(PERMISSIONS) - held["editor"] == {
        "workflow.delete",
        "user.invite",
        "user.manage",
        "role.manage",
        "api_key.manage",
        "sso.manage",
        "audit.read",
        "audit.manage",
        "tenant.update",
    }
    assert held["operator"] == {
        "workflow.read",
        "workflow.execute",
        "execution.read",
        "execution.cancel",
    }
    assert held["viewer"] == {name for name in PERMISSIONS if name.endswith(".read")} - {
        "audit.read"
    }


def test_a_view_that_declares_nothing_serves_nobody() -> None:
    everything = asked("GET", *PERMISSIONS)

    assert Undeclared().has_permission(everything, None) is False


def test_each_method_wants_its_own_permission() -> None:
    guard = can("workflow.read", POST="workflow.create")()

    assert guard.has_permission(asked("GET", "workflow.read"), None)
    assert guard.has_permission(asked("HEAD", "workflow.read"), None)
    assert guard.has_permission(asked("POST", "workflow.create"), None)
    assert not guard.has_permission(asked("POST", "workflow.read"), None)
    assert not guard.has_permission(asked("DELETE", "workflow.create"), None)
    assert not guard.has_permission(STRANGER, None)


@pytest.mark.parametrize(
    ("permission", "methods"),
    [
        ("workflow.reed", {}),
        ("workflow.read", {"POST": "x"}),
        ("workflow.read", {"FETCH": "workflow.read"}),
    ],
)
def test_a_misspelt_declaration_fails_at_import(permission: str, methods: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no such permission or method"):
        can(permission, **methods)


def test_two_declarations_do_not_share_what_they_want() -> None:
    first, second = can("workflow.read", POST="workflow.create"), can("execution.read")

    assert (first.wanted("POST"), second.wanted("POST")) == ("workflow.create", "execution.read")
    assert issubclass(first, Holds)


def test_the_wider_doors_tell_strangers_programs_and_people_apart() -> None:
    person, program = asked(), asked(kind="api_key")

    doors = [
        [door().has_permission(who, None) for who in (STRANGER, program, person)]
        for door in (Public, SignedIn, SignedInPerson)
    ]

    assert doors == [[True, True, True], [False, True, True], [False, False, True]]


def test_a_permission_that_nothing_asks_for_cannot_be_given() -> None:
    apps = Path(principals.__file__).parents[1]
    sources = [
        path.read_text(encoding="utf-8")
        for path in apps.rglob("*.py")
        if path.name != "principals.py" and not path.name.startswith("test_")
    ]

    idle = [name for name in PERMISSIONS if not any(f'"{name}"' in text for text in sources)]
    # The founding documents name these two; a webhook comes and goes with its workflow's trigger.
    assert idle == ["webhook.create", "webhook.delete"]
