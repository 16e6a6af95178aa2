"""Of equal entries one is kept."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_deduplicate.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def told_apart(rows, **config):
    return try_node(NODE, config, Given(inputs={"before": rows}))


def test_json_is_compared_by_value_and_kind() -> None:
    rows = [1, True, "1", 1.0, None, {"a": 1, "b": 2}, {"b": 2, "a": 1.0}, [1], [True]]

    assert told_apart(rows).output == [1, True, "1", None, {"a": 1, "b": 2}, [1], [True]]


def test_several_paths_count_together_and_a_missing_value_is_null() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 1, "b": None}, {"a": 1}, {"a": 1, "b": 1}]

    assert told_apart(rows, by=["a", "b"]).output == rows[:2]


def test_the_last_one_keeps_its_own_place() -> None:
    rows = [{"a": 1, "i": 0}, {"a": 2, "i": 1}, {"a": 1, "i": 2}]

    assert [row["i"] for row in told_apart(rows, by=["a"], keep="last").output] == [1, 2]


def test_paths_may_come_from_the_data() -> None:
    given = Given(trigger=["a"], inputs={"before": [{"a": 1, "b": 1}, {"a": 1, "b": 2}]})

    assert try_node(NODE, {"by": "{{ trigger }}"}, given).output == [{"a": 1, "b": 1}]


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("by", "code"), [(["a + 1"], "bad_path"), (["a"] * 11, "bad_config"), ("a", "bad_config")]
)
def test_paths_that_become_none_are_refused_and_time_does_not_heal_it(by, code) -> None:
    failure = try_node(NODE, {"by": "{{ trigger }}"}, Given(trigger=by, inputs={"x": [1]})).answer

    assert (failure.code, failure.is_retryable) == (code, False)


@pytest.mark.proves("fault")
def test_a_list_that_is_too_long_fails() -> None:
    assert told_apart([0] * 100_001).answer.code == "too_many_entries"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"items": "trigger."}, ("items", "syntax_error")),
        ({"by": "email"}, ("by", "field_type")),
        ({"by": ["a..b"]}, ("by[0]", "bad_path")),
        ({"by": [7]}, ("by[0]", "field_type")),
        ({"by": ["a"] * 11}, ("by", "field_length")),
        ({"keep": "both"}, ("keep", "field_choice")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
