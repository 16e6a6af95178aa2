"""Takes text or data out of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import bounded
from apps.engine.value import Json
from apps.nodes.data_html.parsing import Element, parse
from apps.nodes.data_html.reading import Page
from apps.nodes.data_html.selecting import LONGEST_SELECTOR, Selector, selector

MOST_VALUES = 50


def run(ctx: Context) -> Result:
    """Return the text of a page, or an object, or a list of objects, of what was found in it.

    Raises:
        NodeError: `html_too_deep`, `html_too_large`, `too_many_steps`, `too_many_entries`, `output_too_large`.
    """
    root, page = parse(ctx.config.text("text")), Page()
    if ctx.config.text("operation") == "text":
        return Result(page.text_of(root, has_addresses=ctx.config.flag("has_addresses")))
    wanted = [
        _Wanted(
            name=each.text("name"),
            selector=selector(each.text("selector")) if each.is_given("selector") else None,
            attribute=each.text("attribute").lower() if each.text("take") == "attribute" else None,
            is_list=each.flag("all"),
        )
        for each in ctx.config.items("values")
    ]
    if not ctx.config.is_given("each"):
        return Result(_found(root, wanted, page))
    rows: list[Json] = []
    for element in selector(ctx.config.text("each")).within(root, page.work):
        rows.append(_found(element, wanted, page))
        bounded(rows, "each")
    return Result(rows)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One value of an object: where it is looked for, and what of it is taken."""

    name: str
    selector: Selector | None
    attribute: str | None
    is_list: bool

    def of(self, element: Element, page: Page) -> Json:
        if self.attribute is None:
            return page.text_of(element)
        value = element.attributes.get(self.attribute)
        if value is not None:
            page.take(value)
        return value


def _found(element: Element, wanted: list[_Wanted], page: Page) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for each in wanted:
        elements = (
            iter((element,)) if each.selector is None else each.selector.within(element, page.work)
        )
        if each.is_list:
            made[each.name] = [each.of(one, page) for one in elements]
        else:
            first = next(elements, None)
            made[each.name] = None if first is None else each.of(first, page)
    return made


def _check(config: Raw) -> Iterator[FieldProblem]:
    yield from _selector_problems(config.get("each"), "each")
    values = config.get("values")
    if not isinstance(values, list):
        return
    if len(values) > MOST_VALUES:
        yield FieldProblem("values", "field_length", f"There may be at most {MOST_VALUES} values.")
    names: set[str] = set()
    for index, each in enumerate(values):
        if not isinstance(each, dict):
            continue
        yield from _selector_problems(each.get("selector"), f"values[{index}].selector")
        name = str(each.get("name"))
        if name in names:
            yield FieldProblem(
                f"values[{index}].name", "name_duplicate", f"“{name}” is named twice."
            )
        names.add(name)


def _selector_problems(value: Json, place: str) -> Iterator[FieldProblem]:
    if isinstance(value, str) and value:
        try:
            selector(value)
        except NodeError as error:
            yield FieldProblem(place, error.code, error.message)


NODE = NodeType(
    type="data:html",
    title="HTML",
    description="Takes text or data out of a page.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            help="What a person reads, or values by selectors.",
            options=("text", "extract"),
            default="text",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Page",
            help="Its HTML.",
            placeholder="{{ steps.http-1.body }}",
            is_required=True,
        ),
        Field(
            name="has_addresses",
            kind=Kind.BOOLEAN,
            title="Addresses of links",
            help="Follow each link by where it leads.",
            default=False,
            depends_on=("operation", ("text",)),
        ),
        Field(
            name="each",
            kind=Kind.TEXT,
            title="For each",
            help="Selector of elements that become one object each; left empty, the page becomes one.",
            placeholder="article.offer",
            longest=LONGEST_SELECTOR,
            depends_on=("operation", ("extract",)),
        ),
        Field(
            name="values",
            kind=Kind.LIST,
            title="Values",
            help="What each object holds.",
            is_required=True,
            depends_on=("operation", ("extract",)),
            fields=(
                Field(name="name", kind=Kind.TEXT, title="Name", is_required=True, longest=100),
                Field(
                    name="selector",
                    kind=Kind.TEXT,
                    title="Selector",
                    help="Left empty, the element itself.",
                    placeholder="h2 > a",
                    longest=LONGEST_SELECTOR,
                ),
                Field(
                    name="take",
                    kind=Kind.SELECT,
                    title="Take",
                    options=("text", "attribute"),
                    default="text",
                ),
                Field(
                    name="attribute",
                    kind=Kind.TEXT,
                    title="Attribute",
                    placeholder="href",
                    is_required=True,
                    longest=100,
                    depends_on=("take", ("attribute",)),
                ),
                Field(
                    name="all",
                    kind=Kind.BOOLEAN,
                    title="All of them",
                    help="A list of all that are found, instead of the first.",
                    default=False,
                ),
            ),
        ),
    ),
    output_schema={"type": ["string", "object", "array"]},
)
