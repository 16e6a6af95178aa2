"""A list is cut to some of its entries."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_limit.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def limited(rows, **config):
    return try_node(NODE, config, Given(inputs={"before": rows}))


@pytest.mark.parametrize(
    ("config", "output"),
    [
        ({}, [1]),
        ({"count": 0}, []),
        ({"count": 2}, [1, 2]),
        ({"count": 9}, [1, 2, 3, 4]),
        ({"count": 2, "skip": 1}, [2, 3]),
        ({"count": 2, "skip": 9}, []),
        ({"count": 2, "keep": "last"}, [3, 4]),
        ({"count": 9, "keep": "last"}, [1, 2, 3, 4]),
        ({"count": 2, "keep": "last", "skip": 1}, [2, 3]),
        ({"count": 2, "keep": "last", "skip": 3}, [1]),
        ({"count": 2, "keep": "last", "skip": 9}, []),
    ],
)
def test_so_many_are_kept_from_the_end_that_is_named(config, output) -> None:
    assert limited([1, 2, 3, 4], **config).output == output


def test_a_count_may_come_from_the_data() -> None:
    given = Given(trigger={"n": 2}, inputs={"before": [1, 2, 3]})

    assert try_node(NODE, {"count": "{{ trigger.n }}"}, given).output == [1, 2]


@pytest.mark.proves("refusal", "retryable")
def test_what_is_no_list_is_refused_and_time_does_not_heal_it() -> None:
    failure = limited("1, 2").answer

    assert (failure.code, failure.is_retryable) == ("bad_input", False)


@pytest.mark.proves("fault")
def test_a_list_that_is_too_long_fails() -> None:
    assert limited([0] * 100_001).answer.code == "too_many_entries"


def test_without_an_input_the_missing_one_is_named() -> None:
    assert try_node(NODE, {}).answer.code == "missing_path"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"items": "trigger."}, ("items", "syntax_error")),
        ({"count": -1}, ("count", "field_range")),
        ({"count": 100_001}, ("count", "field_range")),
        ({"count": 1.5}, ("count", "field_type")),
        ({"keep": "some"}, ("keep", "field_choice")),
        ({"skip": "1"}, ("skip", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
