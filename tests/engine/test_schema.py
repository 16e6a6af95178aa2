"""JSON Schema: what fits, what does not and where, and that judging ends."""

import pytest

from apps.engine.schema import misfit, schema_problem

FITS = [
    (True, 7),
    ({}, None),
    ({"title": "T", "description": "D", "format": "date", "$schema": "x"}, "anything"),
    ({"type": "integer"}, 1.0),
    ({"type": "integer"}, 10**400),
    ({"type": "number"}, 0.5),
    ({"type": ["string", "null"]}, None),
    ({"type": "boolean"}, False),
    ({"enum": [1, "a", [True]]}, [True]),
    ({"enum": [1]}, 1.0),
    ({"const": {"a": 1.0, "b": [2]}}, {"b": [2.0], "a": 1}),
    ({"properties": {"a": {"type": "string"}}}, {"b": 1}),
    ({"properties": {"a": {"type": "string"}}}, []),
    ({"required": ["a"]}, {"a": None}),
    ({"required": ["a"]}, "no object"),
    ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1}),
    ({"additionalProperties": False}, "no object"),
    ({"additionalProperties": {"type": "integer"}}, {"a": 1}),
    ({"minProperties": 1, "maxProperties": 1}, {"a": 1}),
    ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1, 2]),
    ({"prefixItems": [{"type": "string"}]}, []),
    ({"prefixItems": [{"type": "string"}]}, "no list"),
    ({"items": {"type": "integer"}}, "no list"),
    ({"minItems": 1, "maxItems": 2}, [1, 2]),
    ({"uniqueItems": True}, [1, True, "1", [1]]),
    ({"uniqueItems": True}, "no list"),
    ({"uniqueItems": False}, [1, 1]),
    ({"minLength": 2, "maxLength": 2}, "üü"),
    ({"minLength": 2}, 1),
    ({"pattern": "^a+$"}, "aaa"),
    ({"pattern": "^a+$"}, 7),
    ({"minimum": 1, "maximum": 3, "exclusiveMinimum": 0, "exclusiveMaximum": 4}, 3),
    ({"minimum": 1}, True),
    ({"allOf": [{"type": "string"}, {"minLength": 1}]}, "a"),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
    ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "a"),
    ({"not": {"type": "string"}}, 1),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "integer"}}}, 1),
    (
        {"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": False},
        {"next": {"next": {}}},
    ),
]
DIFFERS = [
    (False, 1, "$: nothing may stand here."),
    ({"type": "integer"}, 1.5, "$: must be integer."),
    ({"type": "integer"}, True, "$: must be integer."),
    ({"type": "integer"}, float("inf"), "$: must be integer."),
    ({"type": ["array", "null"]}, "x", "$: must be array or null."),
    ({"enum": [1, "a"]}, True, '$: must be one of 1, "a".'),
    ({"enum": list(range(9))}, 10, "$: must be one of 0, 1, 2, 3, 4, …."),
    ({"const": "a"}, "b", '$: must be one of "a".'),
    ({"properties": {"a": {"type": "string"}}}, {"a": 1}, "$.a: must be string."),
    ({"required": ["a", "b"]}, {"a": 1}, "$.b: is missing."),
    ({"properties": {}, "additionalProperties": False}, {"x": 1}, "$.x: nothing may stand here."),
    ({"additionalProperties": {"type": "integer"}}, {"x": "1"}, "$.x: must be integer."),
    ({"minProperties": 1}, {}, "$: must have at least this many names: 1."),
    ({"maxProperties": 0}, {"a": 1}, "$: must have at most this many names: 0."),
    ({"prefixItems": [{"type": "string"}]}, [1], "$[0]: must be string."),
    ({"prefixItems": [True], "items": {"type": "integer"}}, ["a", "b"], "$[1]: must be integer."),
    ({"items": {"items": {"type": "null"}}}, [[], [None, 1]], "$[1][1]: must be null."),
    ({"minItems": 1}, [], "$: must have at least this many items: 1."),
    ({"maxItems": 1}, [1, 2], "$: must have at most this many items: 1."),
    ({"uniqueItems": True}, [{"a": 1, "b": 2}, {"b": 2, "a": 1.0}], "$: holds something twice."),
    ({"minLength": 2}, "ü", "$: must have at least this many characters: 2."),
    ({"maxLength": 1}, "ab", "$: must have at most this many characters: 1."),
    ({"pattern": "^a+$"}, "b", "$: does not have the form ^a+$."),
    ({"minimum": 1}, 0, "$: must be at least 1."),
    ({"maximum": 1}, 2, "$: must be at most 1."),
    ({"exclusiveMinimum": 1}, 1, "$: must be more than 1."),
    ({"exclusiveMaximum": 1}, 1, "$: must be less than 1."),
    ({"allOf": [True, {"minLength": 1}]}, "", "$: must have at least this many characters: 1."),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "$: fits none of the choices."),
    ({"oneOf": [True, {"type": "null"}]}, None, "$: must fit exactly one of the choices."),
    ({"not": True}, 1, "$: is what it must not be."),
    ({"$ref": "#/definitions/a", "definitions": {"a": {"type": "null"}}}, 1, "$: must be null."),
]
WRONG = [
    (7, "$: a schema is an object, true or false."),
    ({"typ": "string"}, "$.typ: this keyword is not known."),
    ({"type": "text"}, "$.type: this must be one or some of object, array, string,"),
    ({"type": []}, "$.type: this must be one or some of"),
    ({"type": [7]}, "$.type: this must be one or some of"),
    ({"enum": []}, "$.enum: this must be a list."),
    ({"properties": []}, "$.properties: this must be an object."),
    ({"properties": {"a": 1}}, "$.properties.a: a schema is an object"),
    ({"properties": {"properties": {"typ": 1}}}, "$.properties.properties.typ: this keyword"),
    ({"required": [1]}, "$.required: this must be a list of names."),
    ({"additionalProperties": 1}, "$.additionalProperties: a schema is"),
    ({"prefixItems": {}}, "$.prefixItems: this must be a list."),
    ({"items": {"items": {"x": 1}}}, "$.items.items.x: this keyword is not known."),
    ({"minItems": -1}, "$.minItems: this must be a whole number from 0."),
    ({"maxItems": True}, "$.maxItems: this must be a whole number from 0."),
    ({"minLength": 1.5}, "$.minLength: this must be a whole number from 0."),
    ({"uniqueItems": "yes"}, "$.uniqueItems: this must be true or false."),
    ({"pattern": "("}, "$.pattern: this must be a regular expression."),
    ({"pattern": 7}, "$.pattern: this must be a regular expression."),
    ({"minimum": "1"}, "$.minimum: this must be a number."),
    ({"anyOf": [True, {"anyOf": []}]}, "$.anyOf[1].anyOf: this must be a list."),
    ({"not": {"not": 1}}, "$.not.not: a schema is an object"),
    ({"$ref": "https://example.com/a.json"}, "$.$ref: this must be a reference into this schema"),
    ({"$ref": "#/$defs/gone"}, "$.$ref: this must be a reference into this schema"),
    ({"$ref": 7}, "$.$ref: this must be a reference into this schema"),
    ({"$defs": {"a": {"typ": 1}}}, "$.$defs.a.typ: this keyword is not known."),
    ({"definitions": 7}, "$.definitions: a schema is an object"),
]


@pytest.mark.parametrize(("schema", "value"), FITS)
def test_what_fits_has_nothing_wrong(schema, value) -> None:
    assert (schema_problem(schema), misfit(schema, value)) == (None, None)


@pytest.mark.parametrize(("schema", "value", "sentence"), DIFFERS)
def test_what_differs_is_told_with_its_place(schema, value, sentence) -> None:
    assert (schema_problem(schema), misfit(schema, value)) == (None, sentence)


@pytest.mark.parametrize(("schema", "sentence"), WRONG)
def test_a_schema_that_would_not_be_checked_is_refused(schema, sentence) -> None:
    assert (schema_problem(schema) or "").startswith(sentence)


def test_a_schema_that_is_nested_too_deep_is_refused() -> None:
    schema: dict = {}
    for _ in range(66):
        schema = {"not": schema}

    assert (schema_problem(schema) or "").endswith("deeper than 64 levels.")


def test_a_schema_that_leads_to_itself_ends() -> None:
    schema = {"$ref": "#"}

    assert schema_problem(schema) is None
    assert misfit(schema, 1) == "$: the schema asks for more than can be judged."


def test_a_schema_that_multiplies_itself_ends() -> None:
    both = [{"$ref": f"#/$defs/d{level}"} for level in range(1, 31)]
    shelves = {f"d{level}": {"anyOf": [both[level], both[level]]} for level in range(1, 30)}
    schema = {"$ref": "#/$defs/d1", "$defs": {**shelves, "d30": {"type": "null"}}}

    assert schema_problem(schema) is None
    assert misfit(schema, 1) == "$: the schema asks for more than can be judged."
