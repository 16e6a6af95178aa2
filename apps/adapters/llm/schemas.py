"""What the providers can hold a model to is less than JSON Schema: each is asked for as much as it knows.

The engine judges the answer by the whole schema anyway.
"""

from collections.abc import Mapping
from typing import cast

from apps.engine.value import Json, compact

# What OpenAI knows in its strict form; with anything else it is asked for the schema less strictly.
_STRICT = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs",
    "definitions", "description", "title", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minItems", "maxItems",
}  # fmt: skip
# What Anthropic knows, also on Bedrock; it refuses a schema that says more.
_KNOWN = {
    "type", "properties", "required", "items", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "definitions",
    "description", "title",
}  # fmt: skip
_FORMATS = {
    "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
}  # fmt: skip
_BY_NAME = ("properties", "$defs", "definitions")
_NESTED = ("items", "anyOf", "allOf")
_SILENT = {"additionalProperties", "oneOf", "$schema", "$id", "$comment"}


def is_strict(schema: Mapping[str, Json]) -> bool:
    """Say whether OpenAI can hold a model to a schema: an object whose every name is known and required."""
    return schema.get("type") == "object" and _is_strict(dict(schema))


def _is_strict(schema: Json) -> bool:
    if isinstance(schema, list):
        return all(_is_strict(each) for each in schema)
    if not isinstance(schema, dict) or not schema.keys() <= _STRICT:
        return False
    if schema.get("type") == "object" or "properties" in schema:
        required, properties = schema.get("required"), schema.get("properties")
        names = set(properties) if isinstance(properties, dict) else set()
        named = set(cast("list[str]", required)) if isinstance(required, list) else set()
        if schema.get("additionalProperties") is not False or named != names:
            return False
    inner = [schema[name] for name in _NESTED if name in schema]
    for name in _BY_NAME:
        named_schemas = schema.get(name)
        inner += list(named_schemas.values()) if isinstance(named_schemas, dict) else []
    return all(_is_strict(each) for each in inner)


def narrowed(schema: Json) -> Json:
    """Return what of a schema Anthropic can hold a model to, with no names but those it knows; the rest is said in words."""
    if isinstance(schema, list):
        return [narrowed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _inner(name, value) for name, value in schema.items() if name in _KNOWN}
    if "oneOf" in schema and "anyOf" not in schema:
        kept["anyOf"] = narrowed(schema["oneOf"])
    if schema.get("type") == "object" or "properties" in schema:
        kept["additionalProperties"] = False
    if schema.get("format") in _FORMATS:
        kept["format"] = schema["format"]
    if schema.get("minItems") in {0, 1}:
        kept["minItems"] = schema["minItems"]
    rest = {name: value for name, value in schema.items() if name not in kept.keys() | _SILENT}
    if rest:
        said = str(schema.get("description", ""))
        kept["description"] = f"{said}\n{compact(rest)}".strip()
    return kept


def _inner(name: str, value: Json) -> Json:
    if name in _NESTED:
        return narrowed(value)
    if name in _BY_NAME and isinstance(value, dict):
        return {each: narrowed(inner) for each, inner in value.items()}
    return value
