"""Fields: what a value must be, and how a field is told to the catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine.fields import (
    Field,
    FieldProblem,
    Kind,
    describe,
    is_absent,
    is_templated,
    value_problems,
)
from apps.engine.value import Json


def field(kind: Kind, **facts: Any) -> Field:
    return Field(name="f", kind=kind, **facts)


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (field(Kind.TEXT), "a"),
        (field(Kind.TEXT, pattern="[a-z]+", longest=3), "abc"),
        (field(Kind.EXPRESSION), "1 + 1"),
        (field(Kind.CREDENTIAL), "github"),
        (field(Kind.TEMPLATE), "a"),
        (field(Kind.TEMPLATE, longest=1), {"any": "thing"}),
        (field(Kind.JSON), [None]),
        (field(Kind.SELECT, options=("a", "b")), "b"),
        (field(Kind.NUMBER, minimum=1, maximum=2), 1),
        (field(Kind.NUMBER, minimum=1, maximum=2), 2.0),
        (field(Kind.NUMBER, is_whole=True), 2.0),
        (field(Kind.BOOLEAN), False),
        (field(Kind.LIST), [1]),
        (field(Kind.LIST, options=("a", "b")), ["b"]),
        (field(Kind.KEY_VALUE), {"a": 1}),
        (field(Kind.FORMULAS), {"a": "1"}),
    ],
)
def test_a_value_that_fits_has_no_problem(spec: Field, value: Json) -> None:
    assert list(value_problems(spec, value, "f")) == []


@pytest.mark.parametrize(
    ("spec", "value", "code"),
    [
        (field(Kind.TEXT), 7, "field_type"),
        (field(Kind.TEXT, longest=3), "abcd", "field_length"),
        (field(Kind.TEXT, pattern="[a-z]+"), "abc1", "field_pattern"),
        (field(Kind.TEMPLATE, longest=3), "abcd", "field_length"),
        (field(Kind.EXPRESSION), ["a"], "field_type"),
        (field(Kind.CREDENTIAL), None, "field_type"),
        (field(Kind.SELECT, options=("a",)), "c", "field_choice"),
        (field(Kind.SELECT, options=("a",)), ["a"], "field_choice"),
        (field(Kind.NUMBER), "1", "field_type"),
        (field(Kind.NUMBER), True, "field_type"),
        (field(Kind.NUMBER, minimum=1), 0.5, "field_range"),
        (field(Kind.NUMBER, maximum=1), 1.5, "field_range"),
        (field(Kind.NUMBER, is_whole=True), 1.5, "field_type"),
        (field(Kind.BOOLEAN), 1, "field_type"),
        (field(Kind.BOOLEAN), "true", "field_type"),
        (field(Kind.LIST), {"a": 1}, "field_type"),
        (field(Kind.LIST, options=("a", "b")), ["a", "c"], "field_choice"),
        (field(Kind.KEY_VALUE), ["a"], "field_type"),
        (field(Kind.FORMULAS), "1", "field_type"),
    ],
)
def test_a_value_that_does_not_fit_is_named(spec: Field, value: Json, code: str) -> None:
    assert [problem.code for problem in value_problems(spec, value, "f")] == [code]


def test_a_sentence_calls_the_field_by_its_title() -> None:
    spec = Field(name="timeout_s", kind=Kind.NUMBER, title="Timeout", maximum=300)

    assert list(value_problems(spec, 301, "here")) == [
        FieldProblem("here", "field_range", "“Timeout” must be at most 300.")
    ]


@pytest.mark.parametrize(
    ("config", "is_shown"), [({}, False), ({"mode": "sync"}, True), ({"mode": "async"}, False)]
)
def test_a_field_may_depend_on_another(config: dict[str, Json], is_shown: bool) -> None:
    mode = Field(name="mode", kind=Kind.SELECT, options=("async", "sync"), default="async")
    wait = Field(name="wait_s", kind=Kind.NUMBER, depends_on=("mode", ("sync",)))

    assert wait.is_shown(config, (mode, wait)) is is_shown
    assert mode.is_shown(config, (mode, wait))


def test_inside_of_a_list_a_field_may_depend_on_one_of_the_node() -> None:
    entry = Field(name="when", kind=Kind.EXPRESSION, depends_on=("mode", ("rules",)))

    assert entry.is_shown({}, (entry,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("{{ a }}", True), ("${a}", True), ("a", False), (7, False), (["{{ a }}"], False)],
)
def test_a_text_with_braces_is_a_template(value: Json, expected: bool) -> None:
    assert is_templated(value) is expected


@pytest.mark.parametrize(("value", "expected"), [(None, True), ("", True), (0, False), ([], False)])
def test_nothing_and_empty_text_are_absent(value: Json, expected: bool) -> None:
    assert is_absent(value) is expected


def test_a_field_is_told_with_what_is_set_and_nothing_else() -> None:
    plain = Field(name="a", kind=Kind.TEXT)
    full = Field(
        name="b",
        kind=Kind.LIST,
        title="B",
        help="Helps.",
        is_required=True,
        default=0,
        depends_on=("a", (1, 2)),
        fields=(plain,),
    )

    assert describe(plain) == {"name": "a", "kind": "text", "title": "a", "required": False}
    assert describe(full) == {
        "name": "b",
        "kind": "list",
        "title": "B",
        "help": "Helps.",
        "required": True,
        "default": 0,
        "depends_on": {"field": "a", "values": [1, 2]},
        "fields": [describe(plain)],
    }
