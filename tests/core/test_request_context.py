from uuid import UUID

import pytest

from apps.core import request_context
from apps.core.principals import Principal
from apps.core.request_context import Asker


def test_fields_are_added_and_taken_back() -> None:
    with request_context.bound(request_id="abcdefgh", tenant="t_a"):
        with request_context.bound(tenant="t_b"):
            request_context.bind(execution_id="x")
            assert dict(request_context.fields()) == {
                "request_id": "abcdefgh",
                "tenant": "t_b",
                "execution_id": "x",
            }
        assert dict(request_context.fields()) == {"request_id": "abcdefgh", "tenant": "t_a"}

    assert request_context.request_id() == ""


@pytest.mark.parametrize("offered", ["abcd-1234", "a" * 128, "A.b_c-9zz"])
def test_a_well_formed_id_is_kept(offered: str) -> None:
    assert request_context.accepted_request_id(offered) == offered


@pytest.mark.parametrize(
    "offered", [None, "", "short", "a" * 129, "has space", "line\nbreak!!", "é" * 9]
)
def test_any_other_is_replaced(offered: str | None) -> None:
    made = request_context.accepted_request_id(offered)

    assert made != offered
    assert len(made) == 32


def test_who_asks_is_known_for_a_request_and_forgotten_after_it() -> None:
    principal = Principal(
        kind="user", user_id=UUID(int=1), tenant_id=None, role=None, session_id=UUID(int=2)
    )
    with request_context.asked_by(Asker(kind="anonymous", address="192.0.2.1")):
        request_context.bind_principal(principal, "ada@demo.test")
        assert request_context.asker() == Asker(
            kind="user",
            user_id=UUID(int=1),
            email="ada@demo.test",
            session_id=UUID(int=2),
            address="192.0.2.1",
        )
    assert request_context.asker() == Asker()


def test_outside_of_a_request_nobody_becomes_the_asker() -> None:
    request_context.bind_asker(kind="user", user_id=UUID(int=1))

    assert request_context.asker() == Asker()
