"""What every operation has in common, said once for the whole OpenAPI document."""

from typing import Any

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and for programs, `detail` is a sentence for people.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "code", "message"],
                "properties": {
                    "path": {"type": "string", "description": "A JSON pointer into the request."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def allow_null_beside_anything(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say `anyOf` where a value may be anything or null: null is both, and `oneOf` would forbid it."""
    waiting: list[Any] = [result]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if {} in part.get("oneOf", ()):
                part["anyOf"] = part.pop("oneOf")
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return result


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation that whatever is refused is answered as a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    refusal = {
        "description": "Refused, and why.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for item in result["paths"].values():
        for method in METHODS & item.keys():
            item[method]["responses"].setdefault("default", refusal)
    return result
