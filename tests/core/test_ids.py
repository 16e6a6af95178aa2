from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from apps.core.ids import born_at, month_floor, uuid7


def test_ids_are_plain_uuids_of_version_7_and_sort_by_birth() -> None:
    made = [uuid7() for _ in range(1_000)]

    assert {type(each) for each in made} == {UUID}
    assert {each.version for each in made} == {7}
    assert made == sorted(made)


def test_a_month_begins_at_its_lowest_possible_id() -> None:
    floor = month_floor(2026, 11)

    assert str(floor) == "01a19467-e800-7000-8000-000000000000"
    assert born_at(floor) == datetime(2026, 11, 1, tzinfo=UTC)
    assert floor.version == 7


def test_months_carry_into_the_next_year() -> None:
    assert month_floor(2026, 13) == month_floor(2027, 1)
    assert month_floor(2026, 0) == month_floor(2025, 12)


def test_an_id_made_now_lies_between_this_month_and_the_next() -> None:
    made = uuid7()
    born = born_at(made)

    assert month_floor(born.year, born.month) <= made < month_floor(born.year, born.month + 1)


def test_other_uuids_carry_no_birth() -> None:
    with pytest.raises(ValueError, match="no UUIDv7"):
        born_at(uuid4())
