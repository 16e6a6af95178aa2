"""The part of JSON Schema that people need to say what they expect."""

import pytest

from apps.engine.json_schema import faults, mismatches

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
