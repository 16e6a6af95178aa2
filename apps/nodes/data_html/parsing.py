"""From HTML to a tree of elements, in one pass. Whatever stands in the text, each character is looked at a few times only.

Python's own parser takes quadratic time on some broken pages, and the tree that browsers make of others is quadratic by
its rules, so this one is simpler: no page is refused because it is odd, only because it is too deep or too large.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from apps.engine.errors import NodeError
from apps.engine.value import DEFAULT_LIMITS

DEEPEST = 256
# Tags, comments and attributes together; a page of so many elements has about as many ends.
MOST_MARKUP = 3 * DEFAULT_LIMITS.list_entries
ROOT = "#root"

_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]*+")
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>=][^\s/>=]*+)(?>(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?)"
)
_TAG_END = re.compile(r"[\s/]*+>?")
# Only forms that are short: nothing is gained by reading a number of a million digits.
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}+;?|#[xX][0-9A-Fa-f]{1,6}+;?|[A-Za-z][A-Za-z0-9]{1,31}+;?)", re.ASCII
)
_EMPTY = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_RAW: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "textarea", "title")
}
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
        "title",
        "body",
        "html",
        "head",
        "option",
    ]
)
# What a start tag ends, if it stands open, and how far out it may stand.
_ENDS: Mapping[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
    "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    **dict.fromkeys(BLOCKS - {"li", "dt", "dd", "option", "tr"}, frozenset({"p"})),
}
_FENCES = frozenset(
    ["ul", "ol", "dl", "table", "select", "td", "th", "article", "section", "div", "body", "#root"]
)


@dataclass(slots=True, eq=False)
class Element:
    """One element: what it is called, its attributes, and its texts and elements in their order."""

    name: str
    attributes: Mapping[str, str]
    parts: list[str | Element] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Yield the elements directly inside."""
        return (part for part in self.parts if isinstance(part, Element))


def parse(text: str) -> Element:
    """Return the root of the page.

    Raises:
        NodeError: `html_too_deep`, `html_too_large`.
    """
    return _Parser(text).run()


def decoded(text: str) -> str:
    """Return the text with its `&amp;` and `&#233;` turned into characters."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


class _Parser:
    """The text, where it is read, and the elements that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.count = 0
        self.elements = 0
        self.open = [Element(ROOT, {})]
        # How many of each name are open, so that nobody looks for what is not there.
        self.standing: Counter[str] = Counter()

    def run(self) -> Element:
        while self.at < len(self.text):
            found = _MARKUP.search(self.text, self.at)
            self.say(found.start() if found else len(self.text))
            if found:
                self.markup(found.start())
        return self.open[0]

    def say(self, end: int) -> None:
        """Keep the text up to `end`."""
        if end > self.at:
            self.open[-1].parts.append(decoded(self.text[self.at : end]))
            self.at = end

    def charge(self) -> None:
        self.count += 1
        if self.count > MOST_MARKUP:
            raise _too_large("tags, comments and attributes", MOST_MARKUP)

    def markup(self, start: int) -> None:
        self.charge()
        following = self.text[start + 1]
        if self.text.startswith("<!--", start):
            self.skip("-->", start + 4)
        elif following in ("!", "?"):
            self.skip(">", start + 1)
        elif following == "/":
            name = _NAME.match(self.text, start + 2)
            self.skip(">", start + 2)
            if name:
                self.end(name[0].lower())
        elif name := _NAME.match(self.text, start + 1):
            self.start(name[0].lower(), name.end())

    def skip(self, until: str, start: int) -> None:
        found = self.text.find(until, start)
        self.at = len(self.text) if found < 0 else found + len(until)

    def start(self, name: str, at: int) -> None:
        attributes, self.at = self.attributes(at)
        self.elements += 1
        if self.elements > DEFAULT_LIMITS.list_entries:
            raise _too_large("elements", DEFAULT_LIMITS.list_entries)
        self.make_room(name)
        element = Element(name, attributes)
        self.open[-1].parts.append(element)
        if name in _RAW:
            self.raw(name, element)
        elif name not in _EMPTY:
            if len(self.open) > DEEPEST:
                raise NodeError(
                    "html_too_deep",
                    f"Elements of “text” lie deeper than {DEEPEST} levels in each other.",
                )
            self.open.append(element)
            self.standing[name] += 1

    def attributes(self, at: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self.text, at):
            value = next((each for each in found.groups()[1:] if each is not None), "")
            self.charge()
            # The first of several counts.
            attributes.setdefault(found[1].lower(), decoded(value))
            at = found.end()
        ending = _TAG_END.match(self.text, at)
        return attributes, ending.end() if ending else at

    def raw(self, name: str, element: Element) -> None:
        """Keep everything up to the end tag as text."""
        found = _RAW[name].search(self.text, self.at)
        end = found.start() if found else len(self.text)
        content = self.text[self.at : end]
        if name in ("textarea", "title"):
            element.parts.append(decoded(content))
        self.at = end
        if found:
            self.skip(">", end)

    def make_room(self, name: str) -> None:
        """End what cannot hold the element that begins."""
        ended = [each for each in _ENDS.get(name, ()) if self.standing[each]]
        if not ended:
            return
        for place in range(len(self.open) - 1, 0, -1):
            standing = self.open[place].name
            if standing in ended:
                self.close(place)
                return
            if standing in _FENCES:
                return

    def end(self, name: str) -> None:
        if not self.standing[name]:
            return
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].name == name:
                self.close(place)
                return

    def close(self, place: int) -> None:
        """End the element at this place, and all inside of it that are still open."""
        self.standing.subtract(each.name for each in self.open[place:])
        del self.open[place:]


def _too_large(what: str, most: int) -> NodeError:
    return NodeError("html_too_large", f"“text” has more than {most:,} {what}.")
