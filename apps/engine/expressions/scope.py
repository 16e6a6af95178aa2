"""What an expression may read, and the seed from which its time and chance are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from apps.engine.swift import swift
from apps.engine.zone import zone_names

OnMissing: TypeAlias = Literal["error", "null", "keep"]


@swift(frozen=True, slots=True)
class Seed:
    """The only source of `now()`, `uuid()` and `random()`: the same seed gives the same bytes.

    `started_at` is when the step's first attempt was recorded; it must know its time zone. `zone` is where dates
    are read and shown if nothing else is said; chance does not depend on it.
    """

    execution_id: str
    step_key: str
    started_at: datetime
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None:
            raise ValueError("started_at must know its time zone")
        if self.zone not in zone_names():
            raise ValueError(f"there is no time zone {self.zone}")


class Links(Protocol):
    """Knows the addresses by which somebody outside comes back to a step."""

    def url_of(self, node_id: str) -> str:
        """Return the address of the step of a node that is seen from here.

        Raises:
            ExpressionError: `not_waiting`, nobody can come back to such a node; `out_of_sight`.
        """
        ...


@swift(frozen=True, slots=True)
class Scope:
    """The roots that an expression may read, by name.

    A value is plain JSON or any Mapping; `mapping[name]` may load, and raises KeyError for what
    is missing. Values are shared, never copied: whoever changes a result changes the scope.
    Without a seed `now()`, `uuid()` and `random()` fail, and `resumeUrl()` without links. `on_missing` is what a path that leads
    nowhere does: fail, be null, or (in a template, else fail) stay as it was written.
    """

    roots: Mapping[str, Any]
    seed: Seed | None = None
    on_missing: OnMissing = "error"
    links: Links | None = None


@runtime_checkable
class Standing(Protocol):
    """A mapping that stands for something else where it is what a template gives."""

    def whole(self) -> Any:
        """Return what is given in its place."""
        ...


@runtime_checkable
class Hinting(Protocol):
    """A mapping that knows why a name is missing."""

    def hint_for(self, name: str) -> str | None:
        """Return a sentence for the person who wrote `name`, or None."""
