"""From XML to JSON. The parser is told to refuse every declaration, so nothing is loaded and nothing multiplies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from apps.engine.errors import NodeError
from apps.engine.value import DEFAULT_LIMITS, Json

ATTRIBUTE, TEXT = "@", "#text"


@dataclass(slots=True)
class _Element:
    """An element that is open: what it holds so far."""

    name: str
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    children: dict[str, list[Json]] = field(default_factory=dict)


def read(text: str, lists: frozenset[str]) -> Json:
    """Return the root under its name; children whose names are among `lists` are always lists.

    Raises:
        NodeError: `xml_invalid`, `xml_declares`, `xml_too_deep`, `xml_too_large`.
    """
    return _Reader(lists).read(text)


class _Reader:
    """Keeps the elements that are open, and makes JSON of each when it is closed."""

    def __init__(self, lists: frozenset[str]) -> None:
        self.lists = lists
        self.open: list[_Element] = []
        self.count = 0
        self.root: Json = None

    def read(self, text: str) -> Json:
        parser = expat.ParserCreate(encoding="utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = _declared
        parser.SkippedEntityHandler = _declared
        try:
            parser.Parse(text.encode(), True)  # noqa: FBT003 - the last piece; it takes no keyword
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise NodeError(
                "xml_invalid", f"“text”, line {error.lineno}, column {error.offset + 1}: {reason}."
            ) from None
        except UnicodeEncodeError:
            raise NodeError("xml_invalid", "“text” holds half a character.") from None
        return self.root

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1 + len(attributes)
        if self.count > DEFAULT_LIMITS.list_entries:
            raise NodeError(
                "xml_too_large",
                f"“text” has more than {DEFAULT_LIMITS.list_entries:,} elements and attributes.",
            )
        # An output may not be deeper either; stopping here keeps what is open small.
        if len(self.open) >= DEFAULT_LIMITS.json_depth:
            raise NodeError(
                "xml_too_deep",
                f"Elements of “text” lie deeper than {DEFAULT_LIMITS.json_depth} levels in each other.",
            )
        self.open.append(_Element(name, attributes))

    def text(self, text: str) -> None:
        self.open[-1].texts.append(text)

    def end(self, name: str) -> None:
        element = self.open.pop()
        value = self.value_of(element)
        if self.open:
            self.open[-1].children.setdefault(name, []).append(value)
        else:
            self.root = {name: value}

    def value_of(self, element: _Element) -> Json:
        text = "".join(element.texts).strip()
        if not element.attributes and not element.children:
            return text or None
        made: dict[str, Json] = {
            f"{ATTRIBUTE}{name}": value for name, value in element.attributes.items()
        }
        for name, values in element.children.items():
            is_list = len(values) > 1 or name in self.lists
            made[name] = values if is_list else values[0]
        if text:
            made[TEXT] = text
        return made

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_own: int) -> None:
        if has_own:
            _declared()


def _declared(*_facts: object) -> None:
    raise NodeError(
        "xml_declares", "“text” declares a type or entities of its own, which are never read."
    )
