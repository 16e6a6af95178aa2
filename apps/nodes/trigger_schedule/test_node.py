"""A clock starts a workflow."""

from __future__ import annotations

import pytest

from apps.engine.testing import examples_beside, problems_in
from apps.nodes.trigger_schedule.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_have_no_problems(example) -> None:
    assert problems_in(NODE, example["config"]) == []


def test_it_starts_workflows_and_is_never_run() -> None:
    assert NODE.is_trigger
    assert NODE.run is None


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("cron", "field_required")),
        ({"cron": "soon"}, ("cron", "cron_invalid")),
        ({"cron": "0 9 * *"}, ("cron", "cron_invalid")),
        ({"cron": 5}, ("cron", "field_type")),
    ],
)
def test_a_schedule_that_cannot_be_read_is_refused(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


def test_six_parts_count_seconds() -> None:
    assert problems_in(NODE, {"cron": "30 0 9 * * 1-5"}) == []
