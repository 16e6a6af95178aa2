"""How large a value is, without ever doing more work than a bound allows.

Values are shared, never copied, so thirty small steps can make one that holds itself a billion times. Whatever looks
at a value whole (copies it, checks it, writes it as JSON) asks here first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from json.encoder import encode_basestring

from apps.engine.errors import NodeError
from apps.engine.value import Json

# A longer integer is weighed by its bits: it has more digits than Python writes.
_MOST_BITS = 10_000
_DIGITS_PER_BIT = 0.30103
# Looked at in vain if the last part is none of the plain ones, so not many.
_MOST_FLAT = 16
# Below this a value is weighed faster than it is remembered.
_LEAST_KEPT_BYTES = 1024


class Excess(StrEnum):
    """Of what there is too much."""

    BYTES = "bytes"
    DEPTH = "depth"


def weigh(
    value: object,
    most_bytes: int,
    most_depth: int | None = None,
    foreign: Callable[[object], int] = lambda _: 1,
) -> int | Excess:
    """Return how many bytes `value` takes as compact JSON in UTF-8, or of what it has too much.

    Parts that are shared count each time they stand, but are looked at once, and the walk ends where a bound is
    passed: it visits at most as many parts as `most_bytes`. What is not JSON counts as `foreign` says.
    """
    flat = _flat_bytes(value, most_bytes)
    if flat is not None and (most_depth is None or most_depth > 0):
        return Excess.BYTES if flat > most_bytes else flat
    walk = _Walk(most_bytes, foreign)
    deepest = float("inf") if most_depth is None else most_depth
    walk.put(value)
    while walk.open and walk.spent <= most_bytes and walk.depth <= deepest:
        walk.go_on()
    if walk.depth > deepest:
        return Excess.DEPTH
    return Excess.BYTES if walk.spent > most_bytes else walk.spent


def _flat_bytes(value: object, most: int) -> int | None:
    """Return what a plain value takes, or an object with a few of them; None: it has to be walked.

    Nearly all that is weighed is such, and a walk that never goes down costs three times as much.
    """
    if not isinstance(value, dict):
        return _plain_bytes(value, most)
    if not 0 < len(value) <= _MOST_FLAT:
        return None
    spent = 2 * len(value) + 1
    for name, part in value.items():
        size = _plain_bytes(part, most)
        if size is None:
            return None
        spent += size + _text_bytes(name, most)
    return spent


def _plain_bytes(value: object, most: int) -> int | None:
    kind = type(value)
    if kind is str:
        return _text_bytes(value, most)
    if kind is int or kind is float:
        return _number_bytes(value)
    if kind is bool or value is None:
        return 5 if value is False else 4
    return None


@dataclass(slots=True)
class _Open:
    """A list or an object that is being weighed: what is left of it, and what was spent before it."""

    value: object
    parts: Iterator[object]
    before: int
    height: int = 1


class _Walk:
    """A value half weighed. `depth` is how deep it was seen to be, `known` what shared parts weigh and how high they are."""

    __slots__ = ("depth", "foreign", "known", "most", "open", "spent")

    def __init__(self, most_bytes: int, foreign: Callable[[object], int]) -> None:
        self.most = most_bytes
        self.foreign = foreign
        self.spent = 0
        self.depth = 0
        self.open: list[_Open] = []
        self.known: dict[int, tuple[int, int]] = {}

    def go_on(self) -> None:
        """Put the parts of the innermost open value until one of them opens, the bound is passed or it is weighed."""
        inner, most = self.open[-1], self.most
        for part in inner.parts:
            # Most parts are texts and numbers; this loop is run for every value of every step.
            kind = type(part)
            if kind is str:
                self.spent += _text_bytes(part, most - self.spent)
            elif kind is int or kind is float:
                self.spent += _number_bytes(part)
            elif self.put(part):
                return
            if self.spent > most:
                return
        self.open.pop()
        self.known[id(inner.value)] = (self.spent - inner.before, inner.height)
        if self.open:
            self.open[-1].height = max(self.open[-1].height, inner.height + 1)

    def put(self, item: object) -> bool:
        """Charge one value; say whether it was opened, so that its parts come first."""
        if isinstance(item, str):
            self.spent += _text_bytes(item, self.most - self.spent)
        elif isinstance(item, dict | list):
            return self._open_or_recall(item)
        elif item is None or item is True:
            self.spent += 4
        elif type(item) is int or type(item) is float:
            self.spent += _number_bytes(item)
        else:
            self.spent += 5 if item is False else self.foreign(item)
        return False

    def _open_or_recall(self, item: dict[object, object] | list[object]) -> bool:
        known = self.known.get(id(item))
        if known is not None:
            weight, height = known
            self.spent += weight
            self.depth = max(self.depth, len(self.open) + height)
            self.open[-1].height = max(self.open[-1].height, height + 1)
            return False
        before = self.spent
        # The brackets and what stands between the parts.
        self.spent += max(2, len(item) + 1)
        if isinstance(item, dict):
            self.spent += len(item) + sum(map(_text_bytes, item, repeat(self.most)))
        parts = iter(item.values() if isinstance(item, dict) else item)
        self.open.append(_Open(item, parts, before))
        self.depth = max(self.depth, len(self.open))
        return True


def _text_bytes(text: object, left: int) -> int:
    if not isinstance(text, str):
        return 1
    # Each character takes at least a byte; what is too long anyway is not written out.
    if len(text) > left:
        return len(text)
    quoted = encode_basestring(text)
    return len(quoted) if quoted.isascii() else len(quoted.encode("utf-8", "surrogatepass"))


def _number_bytes(number: object) -> int:
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        return int(number.bit_length() * _DIGITS_PER_BIT)
    return len(repr(number))


class Allowance:
    """What the values of one step's input may still take together."""

    __slots__ = ("_known", "left", "most")

    def __init__(self, most_bytes: int) -> None:
        self.most = self.left = most_bytes
        self._known: dict[int, tuple[object, int]] = {}

    def charge(self, value: object, foreign: Callable[[object], int]) -> None:
        """Charge a value that is put in as it is.

        Raises:
            NodeError: `input_too_large`.
        """
        known = self._known.get(id(value))
        if known is not None:
            self.take(known[1])
            return
        weight = weigh(value, self.left, foreign=foreign)
        if isinstance(weight, Excess):
            raise self.excess()
        if weight >= _LEAST_KEPT_BYTES:
            # Kept with the value, so that nothing else takes its id meanwhile.
            self._known[id(value)] = (value, weight)
        self.left -= weight

    def take(self, n_bytes: int) -> None:
        """Charge so many bytes.

        Raises:
            NodeError: `input_too_large`.
        """
        if n_bytes > self.left:
            raise self.excess()
        self.left -= n_bytes

    def excess(self) -> NodeError:
        """Return the failure of a step whose input becomes too large."""
        return NodeError(
            "input_too_large",
            f"What this node is given becomes larger than {self.most} bytes. Hand on less: name the fields that are"
            " needed instead of a whole output.",
        )


def omitted(most_bytes: int) -> Json:
    """Return what stands where a value is left out because it does not fit into so many bytes."""
    return {"_omitted": "too_large", "most_bytes": most_bytes}
