"""An execution of another workflow has failed."""

from __future__ import annotations

import pytest

from apps.engine.testing import examples_beside, problems_in
from apps.nodes.trigger_error.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_have_no_problems(example) -> None:
    assert problems_in(NODE, example["config"]) == []


def test_it_starts_workflows_and_is_never_run() -> None:
    assert NODE.is_trigger
    assert NODE.run is None


def test_a_condition_that_cannot_be_read_is_refused() -> None:
    assert problems_in(NODE, {"condition": "trigger.n >"}) == [("condition", "syntax_error")]
