"""Lists that nodes work on: bounded, read by path, told apart by value."""

from __future__ import annotations

import pytest

from apps.engine.config import Config, Formula
from apps.engine.errors import NodeError
from apps.engine.rows import bounded, identity, path_problems, row_path, rows_of, value_at
from apps.engine.value import DEFAULT_LIMITS

ROW = {"address": {"city": "Ulm"}, "tags": ["a", "b"], "first name": "Ada", "x-id": 7}


def formula(value) -> Config:
    return Config({"items": Formula("input", lambda _: value, lambda _: True)})


def test_a_list_is_read_and_not_copied() -> None:
    rows = [1, 2]

    assert rows_of(formula(rows)) is rows


@pytest.mark.parametrize(
    ("value", "kind"), [({}, "an object"), ("a", "a text"), (None, "null"), (7, "a number")]
)
def test_what_is_no_list_is_refused_by_its_kind(value, kind) -> None:
    with pytest.raises(NodeError) as refused:
        rows_of(formula(value))

    assert (refused.value.code, refused.value.is_retryable) == ("bad_input", False)
    assert refused.value.message == f"“items” must be a list, not {kind}."


def test_a_list_has_as_many_entries_as_the_limit_and_no_more() -> None:
    most = DEFAULT_LIMITS.list_entries
    rows = [None] * most

    assert bounded(rows, "items") is rows
    with pytest.raises(NodeError) as refused:
        bounded([None] * (most + 1), "items")
    assert refused.value.code == "too_many_entries"
    assert refused.value.message.startswith("“items” comes to 100,001 entries")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("address.city", "Ulm"),
        ("tags[1]", "b"),
        ("tags.0", "a"),
        ('["first name"]', "Ada"),
        ("x-id", 7),
        (" x-id ", 7),
        ("", ROW),
        ("address.street", None),
        ("address.city.part", None),
        ("tags[2]", None),
    ],
)
def test_a_path_finds_its_value_or_null(path, value) -> None:
    assert value_at(ROW, row_path(path)) == value


@pytest.mark.parametrize("path", ["a + 1", "a()", "a..b", "-a", "[0:1]", "a b", "a[" * 40])
def test_what_is_no_path_is_refused_before_and_while_it_runs(path) -> None:
    assert [(found.place, found.code) for found in path_problems(path, "by")] == [
        ("by", "bad_path")
    ]
    with pytest.raises(NodeError) as refused:
        row_path(path, "by")
    assert refused.value.code == "bad_path"
    assert refused.value.message.startswith("“by”: ")


def test_each_path_of_a_list_is_judged_by_its_place() -> None:
    found = list(path_problems(["a", "a..b", 7, "", "{{ trigger }}"], "by"))

    assert [(problem.place, problem.code) for problem in found] == [
        ("by[1]", "bad_path"),
        ("by[2]", "field_type"),
    ]


def test_a_single_value_of_another_kind_is_left_to_its_field() -> None:
    assert list(path_problems(7, "by")) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, 1.0),
        ("a", "a"),
        (None, None),
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}),
        ([{"a": None}], [{"a": None}]),
    ],
)
def test_equal_json_has_one_identity(left, right) -> None:
    assert identity(left) == identity(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        ([1], [True]),
        ([1, 2], [2, 1]),
        ({"a": 1.5}, {"a": 1}),
        ([], {}),
        (None, "null"),
    ],
)
def test_other_json_has_another_identity(left, right) -> None:
    assert identity(left) != identity(right)
