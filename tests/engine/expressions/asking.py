"""What the tests of expressions ask: the value, or the code, of a source over some roots."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, Scope, Seed, compile_expression

STARTED_AT = datetime(2024, 5, 7, 9, 5, 3, tzinfo=UTC)
SEED = Seed("0190-execution", "http-1", STARTED_AT)


class Doors:
    """Links that know an address for everything."""

    def url_of(self, node_id: str) -> str:
        return f"https://example.test/{node_id}"


def scope(roots: Mapping[str, Any] | None = None, **settings: Any) -> Scope:
    return Scope(roots or {}, **{"seed": SEED, "links": Doors(), **settings})


def value_of(source: str, /, *, node_ids: frozenset[str] = frozenset(), **roots: Any) -> Any:
    return compile_expression(source, node_ids=node_ids).evaluate(scope(roots))


def refusal(
    source: str, /, *, node_ids: frozenset[str] = frozenset(), **roots: Any
) -> ExpressionError:
    """Return the failure of compiling or evaluating `source`."""
    with pytest.raises(ExpressionError) as caught:
        value_of(source, node_ids=node_ids, **roots)
    return caught.value


def code_of(source: str, /, *, node_ids: frozenset[str] = frozenset(), **roots: Any) -> str:
    return refusal(source, node_ids=node_ids, **roots).code


def exactly(value: object) -> object:
    """Return `value` so that 1, 1.0 and true are three: Python's == takes them for one."""
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, dict):
        return {name: exactly(item) for name, item in value.items()}
    return (type(value), value)
