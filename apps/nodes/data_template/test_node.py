"""A text is written with values between its words."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_template.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def written(value, **config):
    return try_node(NODE, {"text": "{{ trigger }}", **config}, Given(trigger=value))


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (1.5, "1.5"), (True, "true"), (None, "null"), ([1, "é"], '[1,"é"]'), ("a", "a")],
)
def test_a_value_alone_is_written_as_between_words(value, text) -> None:
    assert written(value).output == text
    assert written(value, text="<{{ trigger }}>").output == f"<{text}>"


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert written("{{ credentials.key }}").output == "{{ credentials.key }}"


@pytest.mark.parametrize(
    ("tidy", "text"),
    [("nothing", " a \n\n  b\t\n"), ("ends", "a \n\n  b"), ("lines", "a\nb")],
)
def test_blanks_are_taken_away_as_wanted(tidy, text) -> None:
    assert written(" a \n\n  b\t\n", tidy=tidy).output == text


@pytest.mark.parametrize(("most", "text"), [(3, "abc"), (4, "abcd"), (5, "abcd")])
def test_a_text_is_cut_after_so_many_characters(most, text) -> None:
    assert written("abcd", most_characters=most, when_longer="cut").output == text


def test_a_text_of_just_so_many_characters_passes() -> None:
    assert written("abcd", most_characters=4).output == "abcd"


@pytest.mark.proves("refusal", "retryable")
def test_a_text_that_is_too_long_is_refused_and_time_does_not_heal_it() -> None:
    failure = written("abcd", most_characters=3).answer

    assert (failure.code, failure.is_retryable) == ("text_too_long", False)


@pytest.mark.proves("fault")
def test_a_path_that_leads_nowhere_fails_and_names_it() -> None:
    tried = written({"name": "Ada"}, text="Hello {{ trigger.nmae }}")

    assert tried.answer.code == "missing_path"
    assert "trigger.name" in tried.answer.message


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("text", "field_required")),
        ({"text": "{{ trigger."}, ("text", "syntax_error")),
        ({"text": "a", "tidy": "all"}, ("tidy", "field_choice")),
        ({"text": "a", "most_characters": 0}, ("most_characters", "field_range")),
        ({"text": "a", "most_characters": 1.5}, ("most_characters", "field_type")),
        ({"text": "a", "when_longer": "wrap"}, ("when_longer", "field_choice")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
