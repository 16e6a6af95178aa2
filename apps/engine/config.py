"""A node's config as it is when the node runs: rendered, checked, read by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from apps.engine.errors import NodeError
from apps.engine.secret import REDACTED, Sealed, Secret
from apps.engine.value import DEFAULT_LIMITS, Json, size_bytes
from apps.engine.weight import Excess, omitted, weigh


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that waits to be evaluated, because only the node knows whether and over what."""

    source: str
    evaluate: Callable[[Mapping[str, Json]], Json]
    test: Callable[[Mapping[str, Json]], bool]

    def value(self, **roots: Json) -> Json:
        """Return the value; `roots` are seen beside the usual ones, as `item` in a list.

        Raises:
            ExpressionError: it cannot be evaluated.
        """
        return self.evaluate(roots)

    def is_true(self, **roots: Json) -> bool:
        """Say whether the condition holds.

        Raises:
            ExpressionError: it cannot be evaluated, or is neither true nor false.
        """
        return self.test(roots)


@dataclass(frozen=True, slots=True)
class Config:
    """Rendered fields by name. A field that was left empty has its default, or is None.

    Each reader raises NodeError `bad_config` if the value is of another kind, which happens only to
    values that were not known before the execution.
    """

    values: Mapping[str, object]

    def is_given(self, name: str) -> bool:
        """Say whether the field has a value at all."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text; numbers and booleans, which a template may yield, are written as JSON."""
        value = self.values[name]
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, str):
            return value
        raise _bad(name, "text")

    def sendable(self, name: str) -> str | Secret:
        """Return a text that may be or hold a secret, for a port to send."""
        value = self.values[name]
        return value if isinstance(value, Secret) else self.text(name)

    def number(self, name: str) -> float:
        """Return a number; whole ones stay ints."""
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _bad(name, "a number")
        return value

    def flag(self, name: str) -> bool:
        """Return yes or no; a field that was left empty means no."""
        value = self.values.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise _bad(name, "yes or no")
        return value

    def json(self, name: str) -> Json:
        """Return plain JSON."""
        return _plain(self.values.get(name), name)

    def sealed(self, name: str) -> Sealed:
        """Return JSON that may hold secrets, for a port to send."""
        return _sealed(self.values.get(name), name)

    def mapping(self, name: str) -> dict[str, Sealed]:
        """Return names with values, which may be secrets; empty if the field was left empty."""
        value = self.values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise _bad(name, "names with values")
        return {key: _sealed(item, name) for key, item in value.items()}

    def items(self, name: str) -> list[Config]:
        """Return the objects of a list as configs of their own; empty if the field was left empty."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise _bad(name, "a list of objects")
        return [Config(item) for item in value if isinstance(item, dict)]

    def formula(self, name: str) -> Formula:
        """Return an expression, not evaluated yet."""
        value = self.values[name]
        if not isinstance(value, Formula):
            raise _bad(name, "an expression")
        return value

    def formulas(self, name: str) -> dict[str, Formula]:
        """Return expressions by name, not evaluated yet; empty if the field was left empty."""
        value = self.values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise _bad(name, "names with expressions")
        return {key: item for key, item in value.items() if isinstance(item, Formula)}

    def masked(self, most_bytes: int = DEFAULT_LIMITS.input_stored_bytes) -> dict[str, Json]:
        """Return the config as it may be stored and shown, in `most_bytes` of JSON.

        Secrets are removed, expressions stand as written, fields that were left empty are left out. Of a field
        that does not fit any more stands that it was left out.
        """
        shown: dict[str, Json] = {}
        left = most_bytes
        for name, value in self.values.items():
            if value is None:
                continue
            weight = weigh(value, left, foreign=_shown_bytes)
            if isinstance(weight, Excess):
                shown[name] = omitted(most_bytes)
            else:
                shown[name] = _shown(value)
                left -= weight
        return shown

    def secrets(self) -> tuple[Secret, ...]:
        """Return every secret that stands anywhere in the config."""
        return tuple(_secrets(list(self.values.values())))


def _bad(name: str, wanted: str) -> NodeError:
    return NodeError("bad_config", f"“{name}” must be {wanted}, but became something else.")


def _sealed(value: object, name: str) -> Sealed:
    if not _is_made_of(value, (str, bool, int, float, Secret)):
        raise _bad(name, "a value")
    return cast("Sealed", value)


def _plain(value: object, name: str) -> Json:
    if not _is_made_of(value, (str, bool, int, float)):
        raise _bad(name, "a plain value")
    return cast("Json", value)


def _is_made_of(value: object, kinds: tuple[type, ...]) -> bool:
    """Look and do not copy: what several places share stays shared, and is looked at once."""
    todo = [value]
    seen: set[int] = set()
    while todo:
        item = todo.pop()
        if not isinstance(item, dict | list):
            if item is not None and not isinstance(item, kinds):
                return False
        elif id(item) not in seen:
            seen.add(id(item))
            todo.extend(item.values() if isinstance(item, dict) else item)
    return True


def _shown_bytes(value: object) -> int:
    return size_bytes(value.source if isinstance(value, Formula) else REDACTED)


def _shown(value: object) -> Json:
    match value:
        case Formula():
            return value.source
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_shown(item) for item in value]
        case dict():
            return {key: _shown(item) for key, item in value.items()}
        case _:
            return REDACTED


def _secrets(value: object) -> Iterator[Secret]:
    match value:
        case Secret():
            yield value
        case list():
            for item in value:
                yield from _secrets(item)
        case dict():
            yield from _secrets(list(value.values()))
        case _:
            return
