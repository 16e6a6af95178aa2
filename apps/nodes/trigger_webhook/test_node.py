"""A webhook starts a workflow."""

from __future__ import annotations

import pytest

from apps.engine.testing import examples_beside, problems_in
from apps.nodes.trigger_webhook.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_have_no_problems(example) -> None:
    assert problems_in(NODE, example["config"]) == []


def test_it_starts_workflows_and_is_never_run() -> None:
    assert NODE.is_trigger
    assert NODE.run is None


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"path": "../etc"}, ("path", "field_pattern")),
        ({"path": 7}, ("path", "field_type")),
        ({"auth_type": "trust"}, ("auth_type", "field_choice")),
        ({"mode": "sync", "timeout_s": 0}, ("timeout_s", "field_range")),
        ({"condition": "trigger.body ="}, ("condition", "syntax_error")),
        ({"secret": "hunter2"}, ("secret", "field_unknown")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
