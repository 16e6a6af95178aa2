"""Values are found by a JSONPath."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_json_query.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def found(data, path, **config):
    return try_node(NODE, {"path": path, **config}, Given(inputs={"before": data}))


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("$", [{"a": [1, {"b": 2}]}]),
        ("$.a[0]", [1]),
        ("$.a[-1].b", [2]),
        ("$..b", [2]),
        ("$.c", []),
    ],
)
def test_all_that_is_found_stands_in_a_list(path, output) -> None:
    assert found({"a": [1, {"b": 2}]}, path).output == output


def test_the_first_may_be_null_and_is_not_nothing() -> None:
    assert found({"a": None}, "$.a", result="first", otherwise=1, must_find=True).output is None


def test_without_a_word_for_otherwise_nothing_is_null() -> None:
    assert found({}, "$.a", result="first").output is None


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize("result", ["all", "first", "count"])
def test_nothing_where_something_must_be_is_refused_and_time_does_not_heal_it(result) -> None:
    failure = found({}, "$.a", result=result, must_find=True).answer

    assert (failure.code, failure.is_retryable) == ("nothing_found", False)


@pytest.mark.proves("fault")
@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([0] * 600_000, "$[*]"),
        ([{"a": [0] * 1_000}] * 1_000, "$..[?@ == 1]"),
        (["a" * 100_000] * 200, '$[?search(@, "(a+)+b")]'),
    ],
)
def test_a_search_that_does_too_much_fails(data, path) -> None:
    assert found(data, path).answer.code == "too_many_steps"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("path", "field_required")),
        ({"path": 7}, ("path", "field_type")),
        ({"path": "orders"}, ("path", "bad_jsonpath")),
        ({"path": "$..a..b"}, ("path", "bad_jsonpath")),
        ({"path": "$" + ".a" * 128}, ("path", "source_too_long")),
        ({"path": '$[?match(@, "(")]'}, ("path", "bad_pattern")),
        ({"path": "$", "data": "trigger."}, ("data", "syntax_error")),
        ({"path": "$", "result": "last"}, ("result", "field_choice")),
        ({"path": "$", "result": "first", "otherwise": "{oops"}, ("otherwise", "json_invalid")),
        ({"path": "$", "must_find": "yes"}, ("must_find", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
