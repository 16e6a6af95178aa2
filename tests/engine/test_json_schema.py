"""The part of JSON Schema that people need to say what they expect."""

import pytest

from apps.engine.json_schema import Budget, faults, mismatches

PERSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "A person",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "age": {"type": ["integer", "null"], "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 2},
    },
    "additionalProperties": False,
}


def found(schema, value) -> list[tuple[tuple, str]]:
    return [(each.place, each.code) for each in mismatches(schema, value)]


@pytest.mark.parametrize(
    "value",
    [
        {"name": "Ada"},
        {"name": "Ada", "age": 36.0, "tags": ["a"]},
        {"name": "Ada", "age": None, "tags": ["a", "b"]},
    ],
)
def test_what_fits_is_fine(value) -> None:
    assert list(faults(PERSON)) == []
    assert found(PERSON, value) == []


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        (None, [((), "wrong_type")]),
        ([], [((), "wrong_type")]),
        ({}, [(("name",), "required")]),
        ({"name": ""}, [(("name",), "too_short")]),
        ({"name": "Ada Lovelace"}, [(("name",), "too_long")]),
        ({"name": 5}, [(("name",), "wrong_type")]),
        ({"name": "Ada", "age": True}, [(("age",), "wrong_type")]),
        ({"name": "Ada", "age": 1.5}, [(("age",), "wrong_type")]),
        ({"name": "Ada", "age": -1}, [(("age",), "too_small")]),
        ({"name": "Ada", "age": 10**400}, [(("age",), "too_large")]),
        ({"name": "Ada", "tags": []}, [(("tags",), "too_few")]),
        ({"name": "Ada", "tags": ["a", "c", "b"]}, [(("tags", 1), "not_a_choice"), (("tags",), "too_many")]),
        ({"name": "Ada", "shoe": 44}, [(("shoe",), "not_expected")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(value, problems) -> None:
    assert found(PERSON, value) == problems


@pytest.mark.parametrize(
    ("schema", "fine", "wrong", "code"),
    [
        ({"const": 1}, [1, 1.0], [True, "1", None], "not_a_choice"),
        ({"const": True}, [True], [1, False], "not_a_choice"),
        ({"const": {"a": [1, {"b": 2}]}}, [{"a": [1, {"b": 2.0}]}], [{"a": [1]}, {"c": 1}, {"a": [1, {"b": True}]}], "not_a_choice"),
        ({"enum": [[1], None]}, [[1], None], [[2], 0], "not_a_choice"),
        ({"type": "boolean"}, [True], [1], "wrong_type"),
        ({"type": "number"}, [1, 1.5], [True, "1"], "wrong_type"),
        ({"exclusiveMinimum": 1}, [2, "x"], [1], "too_small"),
        ({"exclusiveMaximum": 1}, [0, None], [1], "too_large"),
        ({"pattern": "^v[0-9]+$"}, ["v12", 5], ["12", "v"], "wrong_form"),
        ({"minProperties": 1}, [{"a": 1}, []], [{}], "too_few"),
        ({"maxProperties": 1}, [{}, 5], [{"a": 1, "b": 2}], "too_many"),
        ({"not": {"type": "null"}}, [1], [None], "not_allowed"),
        ({"anyOf": [{"type": "null"}, {"minimum": 5}]}, [None, 5], [4], "no_choice_fits"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 5}]}, [4, 5.5], [5, 4.5], "no_choice_fits"),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0], "too_small"),
        ({"properties": {"a": False}}, [{}, {"b": 1}, 5], [{"a": 1}], "not_allowed"),
        ({"properties": {"a": True}}, [{"a": 1}], [], ""),
        ({"additionalProperties": {"type": "string"}}, [{"a": "b"}, 5], [{"a": 1}], "wrong_type"),
        ({"properties": {"a": True}, "additionalProperties": False}, [{"a": 1}], [{"b": 1}], "not_expected"),
        ({"items": {"type": "string"}}, [[], ["a"], 5], [[1]], "wrong_type"),
        ({"required": ["a"]}, [{"a": None}, 5], [{}], "required"),
    ],
)  # fmt: skip
def test_each_word_judges_what_it_is_for_and_nothing_else(schema, fine, wrong, code) -> None:
    assert list(faults(schema)) == []
    assert [mismatches(schema, value) for value in fine] == [[]] * len(fine)
    assert [[each.code for each in mismatches(schema, value)] for value in wrong] == [[code]] * len(
        wrong
    )


def test_twenty_places_are_enough() -> None:
    assert len(mismatches({"items": {"type": "string"}}, [1] * 100)) == 20


@pytest.mark.parametrize(
    ("schema", "place", "code"),
    [
        (None, (), "schema_invalid"),
        (True, (), "schema_invalid"),
        ([], (), "schema_invalid"),
        ({"$ref": "#"}, ("$ref",), "schema_word_unknown"),
        ({"patternProperties": {}}, ("patternProperties",), "schema_word_unknown"),
        ({"type": "text"}, ("type",), "schema_invalid"),
        ({"type": []}, ("type",), "schema_invalid"),
        ({"type": [5]}, ("type",), "schema_invalid"),
        ({"enum": []}, ("enum",), "schema_invalid"),
        ({"required": "name"}, ("required",), "schema_invalid"),
        ({"required": [5]}, ("required",), "schema_invalid"),
        ({"properties": []}, ("properties",), "schema_invalid"),
        ({"properties": {"a": 5}}, ("properties", "a"), "schema_invalid"),
        ({"items": [{}]}, ("items",), "schema_invalid"),
        ({"not": {"if": {}}}, ("not", "if"), "schema_word_unknown"),
        ({"anyOf": [{}, {"type": 1}]}, ("anyOf", 1, "type"), "schema_invalid"),
        ({"minimum": "1"}, ("minimum",), "schema_invalid"),
        ({"minLength": -1}, ("minLength",), "schema_invalid"),
        ({"minLength": True}, ("minLength",), "schema_invalid"),
        ({"pattern": "(?=x)"}, ("pattern",), "schema_invalid"),
        ({"pattern": "\ud800"}, ("pattern",), "schema_invalid"),
        ({"pattern": 5}, ("pattern",), "schema_invalid"),
    ],
)
def test_a_schema_that_is_none_or_says_more_than_is_read_is_refused(schema, place, code) -> None:
    assert [(each.place, each.code) for each in faults(schema)] == [(place, code)]


def test_a_schema_is_not_endlessly_deep() -> None:
    schema = {"type": "string"}
    for _ in range(40):
        schema = {"items": schema}

    assert [each.code for each in faults(schema)] == ["schema_invalid"]


BITS = [{"const": [index]} for index in range(1_000)]
LAST = [[999]] * 1_000
MANY = dict.fromkeys(map(str, range(1_000)), True)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ({"items": {"enum": [[index] for index in range(1_000)]}}, LAST),
        ({"items": {"anyOf": BITS}}, LAST),
        ({"items": {"oneOf": BITS}}, LAST),
        ({"items": {"not": {"anyOf": BITS}}}, [[-1]] * 1_000),
        ({"items": {"allOf": [{}] * 1_000}}, LAST),
        ({"items": {"anyOf": [{"const": [0] * 1_000}]}}, [[0] * 1_000] * 1_000),
        ({"items": {"properties": MANY}}, [{}] * 1_000),
        ({"items": {"required": ["a"] * 1_000}}, [{"a": 1}] * 1_000),
        ({"items": {"allOf": [{"additionalProperties": True}] * 100}}, [{"a": 1, "b": 2}] * 5_000),
        ({"items": {"allOf": [{"pattern": f"^a{{{each}}}"} for each in range(400)]}}, ["a" * 900] * 500),
        ({"items": {"allOf": [{"pattern": "b"}, {}]}}, ["b" + "a" * 70_000] * 1_000),
    ],
)  # fmt: skip
def test_what_takes_too_long_to_judge_is_not_judged_to_its_end(word, value) -> None:
    schema = {"properties": {"many": word}}
    assert list(faults(schema)) == []

    found = mismatches(schema, {"many": value})

    assert [(each.place, each.code) for each in found[-1:]] == [((), "input_too_costly")]


def test_many_values_are_judged_out_of_one_budget() -> None:
    budget = Budget(5)

    assert [mismatches({"type": "null"}, None, budget) for _ in range(5)] == [[]] * 5
    assert [each.code for each in mismatches({}, None, budget)] == ["input_too_costly"]


def test_thousands_of_choices_are_looked_up() -> None:
    choices = [*range(5_000), "a", None, [1]]
    budget = Budget(2_500)
    fine = [4_999, 4_999.0, "a", None, [1]] * 300

    assert mismatches({"items": {"enum": choices}}, fine, budget) == []
    assert found({"items": {"enum": choices}}, [True, False, "b"]) == [
        ((0,), "not_a_choice"), ((1,), "not_a_choice"), ((2,), "not_a_choice"),
    ]  # fmt: skip
    assert found({"enum": [True]}, True) == []
    assert found({"enum": [True]}, 1) == [((), "not_a_choice")]
    assert found({"enum": [1]}, True) == [((), "not_a_choice")]


def test_a_type_that_is_said_again_and_again_counts_once() -> None:
    schema = {"items": {"type": ["string", "null"] * 5_000}}

    assert found(schema, [None, 1]) == [((1,), "wrong_type")]
    assert mismatches(schema, [1])[0].message == "This must be of the type string or null."
