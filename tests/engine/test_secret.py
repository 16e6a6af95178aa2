"""A secret is never shown by accident."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from apps.engine.secret import REDACTED, Secret, as_json_text, secrets_in, without_secrets

PLAIN = "hunter2"


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(PLAIN)),
        repr(Secret(PLAIN)),
        f"{Secret(PLAIN)}",
        f"{Secret(PLAIN):>20}",
        f"{Secret(PLAIN)!s}",
        repr({"key": [Secret(PLAIN)]}),
    ],
)
def test_whatever_prints_it_prints_redacted(shown: str) -> None:
    assert PLAIN not in shown
    assert REDACTED in shown


def test_only_asking_reveals_it() -> None:
    assert Secret(PLAIN).reveal() == PLAIN


def test_it_can_be_neither_pickled_nor_made_json() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(Secret(PLAIN))
    with pytest.raises(TypeError):
        copy.copy(Secret(PLAIN))
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(PLAIN)})


def test_equal_secrets_are_equal() -> None:
    assert Secret(PLAIN) == Secret(PLAIN)
    assert Secret(PLAIN) != Secret("other")


NESTED = {"a": [Secret("one"), 1, None], "b": {"c": Secret("two")}, "d": "plain"}


def test_secrets_are_found_however_deep() -> None:
    assert secrets_in(NESTED) == (Secret("one"), Secret("two"))
    assert secrets_in("plain") == ()


def test_a_copy_without_secrets_is_plain_json() -> None:
    assert without_secrets(NESTED) == {"a": [REDACTED, 1, None], "b": {"c": REDACTED}, "d": "plain"}


def test_json_text_with_a_secret_inside_is_a_secret() -> None:
    text = as_json_text(NESTED)

    assert isinstance(text, Secret)
    assert json.loads(text.reveal()) == {"a": ["one", 1, None], "b": {"c": "two"}, "d": "plain"}
    assert as_json_text({"a": [1]}) == '{"a":[1]}'
