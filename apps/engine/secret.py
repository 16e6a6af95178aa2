"""A value that refuses to be printed, and how secrets are spliced without being shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from apps.engine.value import Json, compact

REDACTED = "[REDACTED]"


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that refuses to be printed; the only way out is `reveal()`."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the value itself; only a port that sends it away may ask."""
        return self._value

    def __str__(self) -> str:
        return REDACTED

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is never pickled")


Sealed: TypeAlias = "bool | int | float | str | Secret | list[Sealed] | dict[str, Sealed] | None"


def secrets_in(value: Sealed) -> tuple[Secret, ...]:
    """Return every secret in a nested value, in the order in which they stand."""
    match value:
        case Secret():
            return (value,)
        case list():
            return tuple(secret for item in value for secret in secrets_in(item))
        case dict():
            return tuple(secret for item in value.values() for secret in secrets_in(item))
        case _:
            return ()


def without_secrets(value: Sealed) -> Json:
    """Return a copy in which every secret reads `[REDACTED]`."""
    match value:
        case Secret():
            return REDACTED
        case list():
            return [without_secrets(item) for item in value]
        case dict():
            return {name: without_secrets(item) for name, item in value.items()}
        case _:
            return value


def _revealed(value: Sealed) -> Json:
    match value:
        case Secret():
            return value.reveal()
        case list():
            return [_revealed(item) for item in value]
        case dict():
            return {name: _revealed(item) for name, item in value.items()}
        case _:
            return value


def as_json_text(value: Sealed) -> str | Secret:
    """Return `value` as compact JSON text; the text is a Secret as soon as one stands inside."""
    text = compact(_revealed(value))
    return Secret(text) if secrets_in(value) else text
