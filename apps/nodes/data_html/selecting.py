"""Selectors: read once, then decided for each element while the tree is walked, so that no selector multiplies work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from apps.engine.errors import NodeError
from apps.engine.expressions.lookup import clipped
from apps.nodes.data_html.parsing import Element

LONGEST_SELECTOR = 200
MOST_STEPS = 2_000_000
_LONGEST_CHAIN = 10

_COMBINATOR = re.compile(r"\s*+(>)\s*+|\s++")
_NAME = r"[A-Za-z_-][A-Za-z0-9_:-]*+"
_KIND = re.compile(r"\*|[A-Za-z][A-Za-z0-9-]*+")
_PART = re.compile(
    rf"#(?P<id>{_NAME})|\.(?P<class>{_NAME})"
    rf"|\[\s*+(?P<attribute>{_NAME})\s*+(?:=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'"
    rf"|(?P<plain>[^\]\s\"']++))\s*+)?+\]"
)


class Work:
    """What the work on one page may still cost."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps from what is left.

        Raises:
            NodeError: `too_many_steps`.
        """
        self.left -= steps
        if self.left < 0:
            raise NodeError(
                "too_many_steps",
                "The selectors find too much in “text”, or too often the same. Name less.",
            )


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must be: its kind, and attributes with the value they have; None is any."""

    kind: str | None
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]
    is_child: bool

    def fits(self, element: Element, work: Work) -> bool:
        if self.kind is not None and element.name != self.kind:
            return False
        if self.classes:
            written = element.attributes.get("class", "")
            work.spend(len(written) // 16)
            if not self.classes <= set(written.split()):
                return False
        return all(
            name in element.attributes and value in (None, element.attributes[name])
            for name, value in self.attributes
        )


@dataclass(frozen=True, slots=True)
class Selector:
    """A chain of what elements must be, from the outermost in."""

    chain: tuple[_Compound, ...]

    def within(self, element: Element, work: Work) -> Iterator[Element]:
        """Yield the elements inside `element` that are selected, in the order of the page.

        Raises:
            NodeError: `too_many_steps`.
        """
        last = 1 << (len(self.chain) - 1)
        # Each element comes with the parts of the chain that end in its parent, and in any element around it.
        todo = [(each, 0, 0) for each in _inside(element, work)]
        while todo:
            here, parent, around = todo.pop()
            mine = self._ending_in(here, parent, around, work)
            todo.extend((each, mine, around | mine) for each in _inside(here, work))
            if mine & last:
                yield here

    def _ending_in(self, element: Element, parent: int, around: int, work: Work) -> int:
        work.spend(len(self.chain))
        mine = 0
        for index, compound in enumerate(self.chain):
            before = parent if compound.is_child else around
            is_open = index == 0 or before & (1 << (index - 1))
            if is_open and compound.fits(element, work):
                mine |= 1 << index
        return mine


def _inside(element: Element, work: Work) -> list[Element]:
    work.spend(1 + len(element.parts))
    found = list(element.elements())
    found.reverse()
    return found


@lru_cache(maxsize=256)
def selector(text: str) -> Selector:
    """Return the selector that a text is.

    Raises:
        NodeError: `bad_selector`.
    """
    text = text.strip()
    chain: list[_Compound] = []
    at, is_child = 0, False
    while at < len(text) or not chain:
        compound, at = _compound(text, at, is_child=is_child)
        chain.append(compound)
        between = _COMBINATOR.match(text, at)
        if between is None and at < len(text):
            raise _odd(f"“{clipped(text[at:])}” is not understood")
        if between is not None:
            at, is_child = between.end(), between[1] is not None
            if at == len(text):
                raise _odd("it ends too early")
    if len(text) > LONGEST_SELECTOR or len(chain) > _LONGEST_CHAIN:
        raise _odd("it is too long")
    return Selector(tuple(chain))


def _compound(text: str, at: int, *, is_child: bool) -> tuple[_Compound, int]:
    start = at
    kind = _KIND.match(text, at)
    at = kind.end() if kind else at
    classes: set[str] = set()
    attributes: list[tuple[str, str | None]] = []
    while part := _PART.match(text, at):
        at = part.end()
        if part["id"]:
            attributes.append(("id", part["id"]))
        elif part["class"]:
            classes.add(part["class"])
        else:
            values = (part["double"], part["single"], part["plain"])
            value = next((each for each in values if each is not None), None)
            attributes.append((part["attribute"].lower(), value))
    if at == start:
        raise _odd(f"“{clipped(text[at:])}” is not understood" if text else "it is empty")
    name = None if kind is None or kind[0] == "*" else kind[0].lower()
    return _Compound(name, frozenset(classes), tuple(attributes), is_child), at


def _odd(reason: str) -> NodeError:
    return NodeError("bad_selector", f"This is no selector: {reason}.")
