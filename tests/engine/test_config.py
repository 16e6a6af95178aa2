"""A rendered config, read by kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.engine.config import Config, Formula
from apps.engine.errors import NodeError
from apps.engine.secret import REDACTED, Secret

FORMULA = Formula("1 + 1", evaluate=lambda roots: 2, test=lambda roots: True)
CONFIG = Config(
    {
        "text": "a",
        "number": 7,
        "decimal": 1.5,
        "yes": True,
        "no": False,
        "null": None,
        "list": [1, {"a": 2}],
        "objects": [{"a": 1}, {"b": 2}],
        "map": {"a": 1, "b": [None]},
        "secret": Secret("hunter2"),
        "mixed": {"key": [Secret("hunter2")], "b": 1},
        "formula": FORMULA,
        "formulas": {"x": FORMULA},
    }
)


@pytest.mark.parametrize(
    ("name", "text"),
    [("text", "a"), ("number", "7"), ("decimal", "1.5"), ("yes", "true"), ("no", "false")],
)
def test_plain_values_are_read_as_text(name: str, text: str) -> None:
    assert CONFIG.text(name) == text
    assert CONFIG.sendable(name) == text


def test_each_kind_is_read_by_its_reader() -> None:
    assert CONFIG.number("number") == 7
    assert CONFIG.number("decimal") == 1.5
    assert CONFIG.flag("yes")
    assert not CONFIG.flag("no")
    assert CONFIG.json("list") == [1, {"a": 2}]
    assert CONFIG.mapping("map") == {"a": 1, "b": [None]}
    assert [item.values for item in CONFIG.items("objects")] == [{"a": 1}, {"b": 2}]
    assert CONFIG.formula("formula") is FORMULA
    assert CONFIG.formulas("formulas") == {"x": FORMULA}
    assert CONFIG.sendable("secret") == Secret("hunter2")
    assert CONFIG.sealed("mixed") == {"key": [Secret("hunter2")], "b": 1}


def test_a_field_left_empty_is_nothing_no_and_empty() -> None:
    assert not CONFIG.is_given("null")
    assert not CONFIG.is_given("absent")
    assert CONFIG.is_given("no")
    assert CONFIG.json("null") is None
    assert CONFIG.sealed("absent") is None
    assert not CONFIG.flag("null")
    assert CONFIG.mapping("null") == {}
    assert CONFIG.items("null") == []
    assert CONFIG.formulas("null") == {}


@pytest.mark.parametrize(
    "read",
    [
        lambda: CONFIG.text("list"),
        lambda: CONFIG.text("null"),
        lambda: CONFIG.text("secret"),
        lambda: CONFIG.sendable("map"),
        lambda: CONFIG.number("text"),
        lambda: CONFIG.number("yes"),
        lambda: CONFIG.flag("number"),
        lambda: CONFIG.json("secret"),
        lambda: CONFIG.json("mixed"),
        lambda: CONFIG.json("formula"),
        lambda: CONFIG.sealed("formula"),
        lambda: CONFIG.sealed("formulas"),
        lambda: CONFIG.mapping("list"),
        lambda: CONFIG.items("list"),
        lambda: CONFIG.items("map"),
        lambda: CONFIG.formula("text"),
        lambda: CONFIG.formulas("list"),
    ],
)
def test_a_value_of_another_kind_fails_the_node(read: Callable[[], object]) -> None:
    with pytest.raises(NodeError) as caught:
        read()

    assert (caught.value.code, caught.value.is_retryable) == ("bad_config", False)
    assert "hunter2" not in caught.value.message


def test_what_is_shown_holds_no_secret_and_expressions_as_written() -> None:
    shown = CONFIG.masked()

    assert shown["secret"] == REDACTED
    assert shown["mixed"] == {"key": [REDACTED], "b": 1}
    assert shown["formula"] == "1 + 1"
    assert shown["formulas"] == {"x": "1 + 1"}
    assert shown["list"] == [1, {"a": 2}]
    assert "null" not in shown


def test_every_secret_is_found() -> None:
    assert CONFIG.secrets() == (Secret("hunter2"), Secret("hunter2"))
