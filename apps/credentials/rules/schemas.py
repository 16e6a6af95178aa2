"""The values of a type as JSON Schema (2020-12), for whoever builds forms or clients."""

from typing import Any

from apps.credentials.rules.kinds.kind import LONGEST_VALUE, Kind, Value

# The formats that JSON Schema itself knows.
_FORMATS = {"url": "uri", "email": "email"}


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the schema of the values that a credential of this type is stored with."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.title,
        "description": kind.description,
        "type": "object",
        "properties": {value.name: _schema(value) for value in kind.values},
        "required": [value.name for value in kind.values if value.is_required],
        "additionalProperties": {"type": "string", "writeOnly": True} if kind.is_free else False,
    }


def _schema(value: Value) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "string",
        "title": value.title,
        "maxLength": LONGEST_VALUE,
        "description": value.help,
        "enum": list(value.options),
        "pattern": f"^(?:{value.pattern})$" if value.pattern else "",
        "format": _FORMATS.get(value.format, ""),
        "default": value.default,
        "writeOnly": value.is_secret,
    }
    return {name: said for name, said in schema.items() if said}
