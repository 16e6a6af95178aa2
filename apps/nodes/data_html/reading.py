"""What a person reads of an element."""

from __future__ import annotations

import re

from apps.engine.errors import NodeError
from apps.engine.value import DEFAULT_LIMITS
from apps.nodes.data_html.parsing import BLOCKS, Element
from apps.nodes.data_html.selecting import Work

_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_HIDDEN = frozenset({"script", "style", "template", "noscript"})


class Page:
    """What was read of a page so far, and what may still be read."""

    def __init__(self) -> None:
        self.work = Work()
        self.left = DEFAULT_LIMITS.output_bytes

    def text_of(self, element: Element, *, has_addresses: bool = False) -> str:
        """Return the text: one line for each block, entries with a dash, cells with a tab between them.

        Raises:
            NodeError: `too_many_steps`; `output_too_large`.
        """
        lines: list[list[str]] = [[]]
        todo: list[str | Element | _Closing] = [element]
        while todo:
            part = todo.pop()
            self.work.spend(1)
            if isinstance(part, Element):
                _open(part, lines)
                if part.name not in _HIDDEN:
                    todo.append(_Closing(part))
                    self.work.spend(len(part.parts))
                    todo.extend(reversed(part.parts))
            elif isinstance(part, _Closing):
                _close(part.element, lines, has_addresses=has_addresses)
            else:
                self.take(part)
                lines[-1].append(part)
        return "\n".join(filter(None, map(_line, lines)))

    def take(self, text: str) -> None:
        """Pay for a text that becomes a part of the output.

        Raises:
            NodeError: `output_too_large`.
        """
        self.left -= len(text)
        if self.left < 0:
            raise NodeError(
                "output_too_large",
                f"What is read of “text” takes more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )


class _Closing:
    """An element whose parts have been read."""

    __slots__ = ("element",)

    def __init__(self, element: Element) -> None:
        self.element = element


def _open(element: Element, lines: list[list[str]]) -> None:
    if element.name in BLOCKS or element.name == "br":
        lines.append(["- "] if element.name == "li" else [])
    elif element.name in ("td", "th"):
        lines[-1].append("\v")


def _close(element: Element, lines: list[list[str]], *, has_addresses: bool) -> None:
    address = element.attributes.get("href")
    if element.name == "a" and has_addresses and address:
        lines[-1].append(f" ({address})")
    if element.name in BLOCKS:
        lines.append([])


def _line(pieces: list[str]) -> str:
    # A vertical tab stands for the border of two cells until blanks have been taken together.
    line = _BLANKS.sub(" ", "".join(pieces)).strip(" ")
    if "\v" not in line:
        return "" if line == "-" else line
    return "\t".join(cell.strip(" ") for cell in line.lstrip("\v").split("\v"))
