"""Values of which an execution makes thousands a second: frozen for mypy, plain for Python.

A frozen dataclass sets each of its fields through `object.__setattr__` and takes three times as long to make as a plain
one: an eighth of the time of a loop was that (sampled). mypy refuses an assignment to either, and nothing runs unchecked.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["swift"]

if TYPE_CHECKING:
    from dataclasses import dataclass as swift
else:
    from dataclasses import dataclass

    def swift(**_: Any) -> Any:
        """Make a dataclass with slots, a hash and no guard of its fields; written as `@swift(frozen=True, slots=True)`."""
        return dataclass(slots=True, unsafe_hash=True)
