"""The caller gets an answer."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.action_respond.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_the_answer_has_status_headers_and_body() -> None:
    tried = try_node(NODE, {"status": 404, "headers": {"X-Count": 3}, "body": "gone"})

    assert tried.answer.response == {"status": 404, "headers": {"X-Count": "3"}, "body": "gone"}


def test_a_file_is_answered_by_its_reference_and_says_so() -> None:
    reference = {"$blob": "00000000-0000-0000-0000-000000000001", "media_type": "image/png"}

    tried = try_node(NODE, {"body": "{{ trigger }}", "body_type": "file"}, Given(trigger=reference))
    as_data = try_node(NODE, {"body": "{{ trigger }}"}, Given(trigger=reference))

    answer = {"status": 200, "headers": {}, "body": reference}
    assert tried.answer.response == {**answer, "is_file": True}
    assert as_data.answer.response == answer
    assert tried.output == reference


@pytest.mark.proves("refusal")
@pytest.mark.parametrize("body", ["text", None, {"$blob": 7}, [{"$blob": "x"}]])
def test_what_refers_to_no_file_is_not_answered_as_one(body) -> None:
    tried = try_node(NODE, {"body": "{{ trigger }}", "body_type": "file"}, Given(trigger=body))

    assert (tried.answer.code, tried.answer.is_retryable) == ("blob_not_found", False)


@pytest.mark.proves("refusal")
def test_a_header_that_is_no_text_fails() -> None:
    tried = try_node(NODE, {"headers": {"X-List": "{{ trigger }}"}}, Given(trigger=[1]))

    assert tried.answer.code == "bad_config"


def test_a_status_that_becomes_none_fails() -> None:
    tried = try_node(NODE, {"status": "{{ trigger }}"}, Given(trigger=99))

    assert tried.answer.code == "bad_config"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"status": 99}, ("status", "field_range")),
        ({"status": 200.5}, ("status", "field_type")),
        ({"body": "{{ credentials.key }}"}, ("body", "secret_not_allowed")),
        ({"headers": ["a"]}, ("headers", "field_type")),
        ({"body_type": "binary"}, ("body_type", "field_choice")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault", "retryable")
def test_a_body_whose_path_leads_nowhere_fails_and_time_does_not_heal_it() -> None:
    tried = try_node(NODE, {"body": "{{ trigger.total }}"}, Given(trigger={}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("missing_path", False)
