"""Whatever can be called is declared in `operations/*.yaml`, and what is declared can be called."""

from apps.core.principals import PERMISSIONS
from tests.matrix.operations import declared, found
from tests.matrix.principals import PRINCIPALS

ANYBODY = {"public", "signed_in", "person"}


def test_every_operation_is_declared() -> None:
    said = {(each.host, each.method, each.path) for each in declared()}

    assert sorted(found() - said) == [], (
        "say in tests/matrix/operations/ what these need; tests/matrix/operations.py explains how"
    )


def test_no_operation_is_declared_that_does_not_exist_or_twice() -> None:
    said = [(each.host, each.method, each.path) for each in declared()]

    assert sorted(set(said) - found()) == []
    assert len(said) == len(set(said))


def test_every_declaration_names_permissions_and_principals_that_exist() -> None:
    assert {each.needs for each in declared()} <= {*PERMISSIONS, *ANYBODY}
    assert {name for each in declared() for name in each.instead} <= set(PRINCIPALS)
