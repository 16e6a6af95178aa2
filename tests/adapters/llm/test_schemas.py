"""Each provider is asked for as much of a schema as it knows."""

import pytest

from apps.adapters.llm.schemas import is_strict, narrowed

TEXT = {"type": "string"}
CLOSED = {
    "type": "object",
    "properties": {"a": TEXT},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (CLOSED, True),
        ({**CLOSED, "properties": {"a": {"anyOf": [TEXT, CLOSED]}}}, True),
        ({**CLOSED, "properties": {"a": {"type": "array", "items": CLOSED}}}, True),
        ({**CLOSED, "$defs": {"x": CLOSED}}, True),
        ({**CLOSED, "additionalProperties": True}, False),
        ({**CLOSED, "required": []}, False),
        ({**CLOSED, "required": None}, False),
        ({**CLOSED, "properties": {"a": {"type": "object"}}}, False),
        ({**CLOSED, "properties": {"a": {"type": "array", "items": {"type": "object"}}}}, False),
        ({**CLOSED, "properties": {"a": {**TEXT, "oneOf": []}}}, False),
        ({**CLOSED, "properties": {"a": True}}, False),
        ({**CLOSED, "$defs": {"x": {"properties": {"b": TEXT}}}}, False),
        (TEXT, False),
        ({}, False),
    ],
)
def test_openai_takes_strictly_what_leaves_nothing_open(schema, expected) -> None:
    assert is_strict(schema) is expected


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        (TEXT, TEXT),
        (True, True),
        (CLOSED, CLOSED),
        (
            {"type": "object", "properties": {"a": {"properties": {}}}, "required": ["a"]},
            {
                "type": "object",
                "properties": {"a": {"properties": {}, "additionalProperties": False}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
        (
            {"type": "integer", "minimum": 1, "description": "How many."},
            {"type": "integer", "description": 'How many.\n{"minimum":1}'},
        ),
        (
            {"type": "array", "minItems": 1, "maxItems": 3, "items": {"maxLength": 3, **TEXT}},
            {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "description": '{"maxLength":3}'},
                "description": '{"maxItems":3}',
            },
        ),
        ({"oneOf": [TEXT, {"minItems": 2}]}, {"anyOf": [TEXT, {"description": '{"minItems":2}'}]}),
        ({"format": "uuid", **TEXT}, {"format": "uuid", **TEXT}),
        ({"format": "isbn", **TEXT}, {"description": '{"format":"isbn"}', **TEXT}),
        (
            {"$ref": "#/$defs/x", "$defs": {"x": {**TEXT, "pattern": "a"}}, "$schema": "s"},
            {"$ref": "#/$defs/x", "$defs": {"x": {**TEXT, "description": '{"pattern":"a"}'}}},
        ),
    ],
)
def test_anthropic_is_told_in_words_what_it_would_refuse(schema, sent) -> None:
    assert narrowed(schema) == sent
