import pytest

from apps.core import request_context


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
