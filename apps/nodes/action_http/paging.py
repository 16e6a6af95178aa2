"""Many pages as one: where the next one lies, what is taken from each, and when it is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from apps.engine.config import Config
from apps.engine.errors import NodeError, PortError
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.jsonpath import compile_jsonpath
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Raw
from apps.engine.ports import HttpReply
from apps.engine.secret import Sealed
from apps.engine.value import DEFAULT_LIMITS, Json, size_bytes
from apps.nodes.action_http.body import STRUCTURED
from apps.nodes.action_http.links import next_link
from apps.nodes.action_http.reply import output_of

MODES = ("off", "next_link", "cursor", "page", "offset")
USUAL_PAGES, MOST_PAGES = 100, 1_000
USUAL_ITEMS, MOST_ITEMS = 10_000, DEFAULT_LIMITS.list_entries
_FIRST = {"page": 1, "offset": 0}
_ANY = ("pagination", MODES[1:])
_NAMED = ("pagination", ("cursor", "page", "offset"))
_PATHS = ("next_path", "cursor_path", "items_path")

PAGING = (
    Field(
        name="pagination",
        kind=Kind.SELECT,
        title="Pages",
        help="How the next page is found, if the answer comes in several.",
        options=MODES,
        default="off",
    ),
    Field(
        name="next_path",
        kind=Kind.TEXT,
        title="Next address",
        help="JSONPath of it in the body. Empty: the Link header says it.",
        placeholder="$.links.next",
        depends_on=("pagination", ("next_link",)),
    ),
    Field(
        name="cursor_path",
        kind=Kind.TEXT,
        title="Cursor",
        help="JSONPath in the body of what the next page is asked for with.",
        placeholder="$.next_cursor",
        is_required=True,
        depends_on=("pagination", ("cursor",)),
    ),
    Field(
        name="page_name",
        kind=Kind.TEXT,
        title="Sent as",
        help="The name under which the cursor, the page's number or the offset is sent.",
        placeholder="page",
        is_required=True,
        depends_on=_NAMED,
    ),
    Field(
        name="page_in",
        kind=Kind.SELECT,
        title="Sent in",
        help="In a body, dots in the name lead into objects.",
        options=("query", "body"),
        default="query",
        depends_on=_NAMED,
    ),
    Field(
        name="page_start",
        kind=Kind.NUMBER,
        title="Starts at",
        help="Empty: pages start at 1, offsets at 0.",
        minimum=0,
        is_whole=True,
        depends_on=("pagination", ("page", "offset")),
    ),
    Field(
        name="page_size",
        kind=Kind.NUMBER,
        title="Step",
        help="How far the offset moves. Empty: by as many items as came.",
        minimum=1,
        is_whole=True,
        depends_on=("pagination", ("offset",)),
    ),
    Field(
        name="items_path",
        kind=Kind.TEXT,
        title="Items",
        help="JSONPath of the list in each body.",
        placeholder="$.items",
        default="$",
        depends_on=_ANY,
    ),
    Field(
        name="stop_when",
        kind=Kind.EXPRESSION,
        title="Last page",
        help="Holds for the last page: page has status_code, headers, body, items and number.",
        placeholder="page.body.has_more == false",
        depends_on=_ANY,
    ),
    Field(
        name="max_pages",
        kind=Kind.NUMBER,
        title="Most pages",
        default=USUAL_PAGES,
        minimum=1,
        maximum=MOST_PAGES,
        is_whole=True,
        depends_on=_ANY,
    ),
    Field(
        name="max_items",
        kind=Kind.NUMBER,
        title="Most items",
        default=USUAL_ITEMS,
        minimum=1,
        maximum=MOST_ITEMS,
        is_whole=True,
        depends_on=_ANY,
    ),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What tells one page from another: its number, and a link or a value by which it is asked for."""

    number: int = 1
    link: str | None = None
    value: str | int | None = None


# Asks for one page; raises NodeError or PortError.
Fetch = Callable[[Turn], HttpReply]


@dataclass(slots=True)
class Gathered:
    """What the pages have brought so far."""

    items: list[Json] = field(default_factory=list)
    weight_bytes: int = 0

    def add(self, items: list[Json]) -> None:
        """Take the items of one more page.

        Raises:
            NodeError: `output_too_large`, all together are more than an output may be.
        """
        self.weight_bytes += size_bytes(items)
        if self.weight_bytes > DEFAULT_LIMITS.output_bytes:
            raise NodeError(
                "output_too_large",
                f"The items of all pages are larger than {DEFAULT_LIMITS.output_bytes} bytes."
                " Ask for fewer by “max_items”.",
            )
        self.items += items


def gather(config: Config, fetch: Fetch, *, may_repeat: bool) -> dict[str, Json]:
    """Return the last page's status and headers, the items of all as `body`, their `pages`, and `has_more`.

    A page after the first whose connection is lost is asked for once more if `may_repeat`; any other failure is
    that of the whole attempt, and the next one begins with the first page under the same keys.

    Raises:
        NodeError: `page_loop`, the server leads in a circle; `page_unreadable`, a page tells no items or no place
            of the next; `page_elsewhere`; `output_too_large`; whatever a page fails with.
        ExpressionError: a path or the condition cannot be evaluated.
    """
    gathered, seen = Gathered(), set[str | int]()
    most_pages, most_items = int(config.number("max_pages")), int(config.number("max_items"))
    turn = first_turn(config)
    while True:
        reply = _fetched(fetch, turn, may_repeat=may_repeat)
        page = output_of(reply, "json")
        found = _items(config, page)
        gathered.add(found)
        follow = None if _is_last(config, page, found, turn) else _next(config, page, found, turn)
        is_full = len(gathered.items) >= most_items or turn.number >= most_pages
        if follow is None or is_full:
            break
        place = follow.link or follow.value or 0
        if place in seen:
            raise NodeError("page_loop", "The server leads to the same page again.")
        seen.add(place)
        turn = follow
    has_more = follow is not None or len(gathered.items) > most_items
    page["body"] = gathered.items[:most_items]
    return page | {"pages": turn.number, "has_more": has_more}


def first_turn(config: Config) -> Turn:
    """Return how the first page is asked for: a cursor and a link are not known yet."""
    first = _FIRST.get(config.text("pagination"))
    if first is not None and config.is_given("page_start"):
        first = int(config.number("page_start"))
    return Turn(value=first)


def body_of_turn(config: Config, turn: Turn) -> Sealed:
    """Return the rendered body, with the turn's value in it if it is sent there.

    Raises:
        NodeError: `bad_config`, the body has no room for it.
    """
    body = config.sealed("body")
    if turn.value is None or config.text("page_in") != "body":
        return body
    if config.text("body_type") not in STRUCTURED:
        raise NodeError("bad_config", "A page can be asked for in a JSON body or a form only.")
    return _written({} if body is None else body, config.text("page_name").split("."), turn.value)


def query_of_turn(config: Config, turn: Turn) -> dict[str, Sealed]:
    """Return what the turn adds to the query."""
    if turn.value is None or config.text("page_in") != "query":
        return {}
    return {config.text("page_name"): turn.value}


def paging_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield the paths that are none, a page that has no room in its body, and pages that should become a file."""
    for name in _PATHS:
        path = config.get(name)
        if isinstance(path, str) and path:
            try:
                compile_jsonpath(path)
            except ExpressionError as error:
                yield FieldProblem(name, error.code, error.message)
    mode = config.get("pagination")
    if mode in _ANY[1] and config.get("response_type") == "file":
        sentence = "An answer that comes in pages cannot be kept as a file."
        yield FieldProblem("response_type", "field_clash", sentence)
    is_in_body = config.get("page_in") == "body" and mode in _NAMED[1]
    if is_in_body and config.get("body_type", "auto") not in STRUCTURED:
        sentence = "A page can be asked for in a JSON body or a form only."
        yield FieldProblem("page_in", "field_clash", sentence)


def _fetched(fetch: Fetch, turn: Turn, *, may_repeat: bool) -> HttpReply:
    try:
        return fetch(turn)
    except PortError as error:
        if turn.number == 1 or not (may_repeat and error.is_retryable):
            raise
    return fetch(turn)


def _items(config: Config, page: Mapping[str, Json]) -> list[Json]:
    """Return the items of one page: the list at the path, or all values that it finds."""
    body, status = page["body"], page["status_code"]
    # A refusal that the author accepts is how some servers say that there are no more pages.
    if body is None or (isinstance(status, int) and status >= 400):
        return []
    found = compile_jsonpath(config.text("items_path")).find(body)
    if len(found) == 1 and isinstance(found[0], list):
        return found[0]
    return found


def _is_last(config: Config, page: Mapping[str, Json], items: list[Json], turn: Turn) -> bool:
    is_counted = config.text("pagination") in _FIRST
    if is_counted and not items:
        return True
    if not config.is_given("stop_when"):
        return False
    shown: dict[str, Json] = {**page, "items": items, "number": turn.number}
    return config.formula("stop_when").is_true(page=shown)


def _next(config: Config, page: Mapping[str, Json], items: list[Json], turn: Turn) -> Turn | None:
    """Return how the page after this one is asked for; None: there is none."""
    number = turn.number + 1
    match config.text("pagination"):
        case "page":
            return Turn(number, value=int(turn.value or 0) + 1)
        case "offset":
            step = int(config.number("page_size")) if config.is_given("page_size") else len(items)
            return Turn(number, value=int(turn.value or 0) + step)
        case "cursor":
            cursor = compile_jsonpath(config.text("cursor_path")).first(page["body"])
            return Turn(number, value=_place(cursor)) if cursor else None
        case _:
            link = _link(config, page)
            return Turn(number, link=str(_place(link))) if link else None


def _link(config: Config, page: Mapping[str, Json]) -> Json:
    if config.is_given("next_path"):
        return compile_jsonpath(config.text("next_path")).first(page["body"])
    headers = page["headers"]
    header = headers.get("link") if isinstance(headers, dict) else None
    return next_link(header) if isinstance(header, str) else None


def _place(found: Json) -> str | int:
    if isinstance(found, str) or (isinstance(found, int) and not isinstance(found, bool)):
        return found
    raise NodeError(
        "page_unreadable", "What should lead to the next page is neither text nor number."
    )


def _written(body: Sealed, path: list[str], value: str | int) -> Sealed:
    """Return a copy of the body with the value at the path; objects on the way are made."""
    if not isinstance(body, dict):
        raise NodeError("bad_config", "The body has no room for the page: it must be an object.")
    name, *rest = path
    if not rest:
        return body | {name: value}
    return body | {name: _written(body.get(name) or {}, rest, value)}
