"""Nothing is done, and everything is passed on."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, promised, try_node
from apps.nodes.control_no_op.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_without_an_input_there_is_nothing_to_pass_on() -> None:
    assert try_node(NODE, {}).output is None


def test_several_inputs_are_passed_on_by_node() -> None:
    tried = try_node(NODE, {}, Given(inputs={"a": 1, "b": 2}))

    assert tried.output == {"a": 1, "b": 2}
