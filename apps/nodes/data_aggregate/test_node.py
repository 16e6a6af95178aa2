"""Many entries become few values."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_aggregate.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def made(rows, *operations, **config):
    return try_node(
        NODE, {"operations": list(operations), **config}, Given(inputs={"before": rows})
    )


def of(operation, values):
    rows = [{"v": value} for value in values]
    return made(rows, {"operation": operation, "path": "v", "name": "x"})


@pytest.mark.parametrize(
    ("operation", "values", "value"),
    [
        ("count", [1, None, 2], 2),
        ("count_distinct", [1, 1.0, True, None, [1], [1]], 3),
        ("sum", [1, 2, None], 3),
        ("sum", [0.1] * 10, 1.0),
        ("sum", [2**62, 2**62 - 1], 2**63 - 1),
        ("sum", [], 0),
        ("avg", [1, 2], 1.5),
        ("avg", [1, 3], 2),
        ("avg", [None], None),
        ("avg", [1.5, 2.5], 2.0),
        ("min", [2, 1.5, None], 1.5),
        ("max", [2, 1.5], 2),
        ("min", ["b", "a"], "a"),
        ("max", ["b", None, "a"], "b"),
        ("max", [None], None),
        ("first", [None, 1], None),
        ("last", [1, {"a": 2}], {"a": 2}),
        ("first", [], None),
        ("last", [], None),
        ("list", [1, None, 1], [1, None, 1]),
    ],
)
def test_each_operation_makes_its_value(operation, values, value) -> None:
    output = of(operation, values).output

    assert output == {"x": value}
    assert type(output["x"]) is type(value)


def test_groups_come_in_the_order_of_their_first_entry_and_are_told_apart_by_value() -> None:
    rows = [{"k": 1, "n": 1}, {"k": "1", "n": 2}, {"n": 3}, {"k": 1.0, "n": 4}, {"k": None, "n": 5}]

    output = made(rows, {"operation": "list", "path": "n"}, group_by=["k"]).output

    assert output == [
        {"k": 1, "list_n": [1, 4]},
        {"k": "1", "list_n": [2]},
        {"k": None, "list_n": [3, 5]},
    ]


def test_of_no_entries_there_are_no_groups_but_one_object_without_grouping() -> None:
    assert made([], {"operation": "count"}, group_by=["k"]).output == []
    assert made([], {"operation": "count"}).output == {"count": 0}


def test_entries_themselves_can_be_counted_and_collected() -> None:
    output = made([1, 1, 2], {"operation": "count_distinct"}, {"operation": "list"}).output

    assert output == {"count_distinct": 2, "list": [1, 1, 2]}


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("sum", [1, "2"]),
        ("sum", [True]),
        ("avg", [[1]]),
        ("min", [1, "a"]),
        ("max", ["a", 1]),
        ("max", [{}]),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_time_does_not_heal_it(operation, values) -> None:
    failure = of(operation, values).answer

    assert (failure.code, failure.is_retryable) == ("bad_entry", False)


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("sum", [2**63 - 1, 1]),
        ("sum", [1e308, 1e308]),
        ("avg", [10**400]),
        ("sum", [10**400, 0.5]),
    ],
)
def test_a_sum_that_no_number_holds_is_refused(operation, values) -> None:
    assert of(operation, values).answer.code == "number_out_of_range"


def test_groupings_that_become_none_are_refused() -> None:
    given = Given(trigger="k", inputs={"before": [1]})
    config = {"operations": [{"operation": "count"}], "group_by": "{{ trigger }}"}

    assert try_node(NODE, config, given).answer.code == "bad_config"


@pytest.mark.proves("fault")
def test_a_list_that_is_too_long_fails() -> None:
    assert made([0] * 100_001, {"operation": "count"}).answer.code == "too_many_entries"


def test_many_groups_with_many_values_fail_before_they_are_made() -> None:
    operations = [{"operation": "list", "name": "n" * 20 + str(number)} for number in range(20)]

    tried = made([{"k": number} for number in range(30_000)], *operations, group_by=["k"])

    assert tried.answer.code == "output_too_large"


COUNT = {"operation": "count"}


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("operations", "field_required")),
        ({"items": "trigger.", "operations": [COUNT]}, ("items", "syntax_error")),
        ({"operations": "sum"}, ("operations", "field_type")),
        ({"operations": ["sum"]}, ("operations[0]", "field_type")),
        (
            {"operations": [{"name": f"n{number}"} for number in range(21)]},
            ("operations", "field_length"),
        ),
        (
            {"operations": [{"operation": "median", "path": "a"}]},
            ("operations[0].operation", "field_choice"),
        ),
        ({"operations": [{"operation": "sum"}]}, ("operations[0].path", "field_required")),
        ({"operations": [{"path": "a + b"}]}, ("operations[0].path", "bad_path")),
        ({"operations": [COUNT, COUNT]}, ("operations[1].name", "name_duplicate")),
        ({"operations": [{"name": "x" * 101}]}, ("operations[0].name", "field_length")),
        (
            {"operations": [{"name": "city"}], "group_by": ["city"]},
            ("operations[0].name", "name_duplicate"),
        ),
        ({"operations": [COUNT], "group_by": "city"}, ("group_by", "field_type")),
        ({"operations": [COUNT], "group_by": ["a..b"]}, ("group_by[0]", "bad_path")),
        ({"operations": [COUNT], "group_by": ["a"] * 11}, ("group_by", "field_length")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
