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
        ({"condition": "steps.a.b"}, ("condition", "root_unavailable")),
        ({"methods": ["GET", "FETCH"]}, ("methods", "field_choice")),
        ({"auth_type": "basic"}, ("username", "field_required")),
        ({"rate_per_s": 0}, ("rate_per_s", "field_range")),
        ({"secret": "hunter2"}, ("secret", "field_unknown")),
        ({"auth_type": "api_key", "key_header": "x y"}, ("key_header", "field_pattern")),
        ({"mode": "later"}, ("mode", "field_choice")),
        ({"allowed_ips": "[oops"}, ("allowed_ips", "json_invalid")),
        ({"filters": "[oops"}, ("filters", "json_invalid")),
        ({"deduplication_path": 7}, ("deduplication_path", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.parametrize("allowed", [["10.0.0.0/8"], "10.0.0.1, 10.0.0.2"])
def test_addresses_are_a_list_or_divided_by_commas(allowed) -> None:
    assert problems_in(NODE, {"allowed_ips": allowed}) == []
