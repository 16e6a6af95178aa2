"""Writes a text in which values stand between words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.value import compact


def run(ctx: Context) -> Result:
    """Return the rendered text; a value that stands alone in it is written as it would be between words.

    Raises:
        NodeError: `text_too_long`.
    """
    value = ctx.config.json("text")
    text = _TIDIED[ctx.config.text("tidy")](value if isinstance(value, str) else compact(value))
    if not ctx.config.is_given("most_characters"):
        return Result(text)
    most = int(ctx.config.number("most_characters"))
    if len(text) > most and ctx.config.text("when_longer") == "fail":
        raise NodeError(
            "text_too_long", f"“text” has {len(text):,} characters; at most {most:,} are allowed."
        )
    return Result(text[:most])


def _lines(text: str) -> str:
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line)


_TIDIED: Mapping[str, Callable[[str], str]] = {
    "nothing": str,
    "ends": str.strip,
    "lines": _lines,
}

NODE = NodeType(
    type="data:template",
    title="Template text",
    description="Writes a text in which values stand between words.",
    category="data",
    run=run,
    fields=(
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="Values stand in it as {{ … }}.",
            placeholder="Hello {{ trigger.body.name }}",
            is_required=True,
        ),
        Field(
            name="tidy",
            kind=Kind.SELECT,
            title="Tidy up",
            help="Blanks at both ends; or at the ends of every line, and empty lines.",
            options=tuple(_TIDIED),
            default="nothing",
        ),
        Field(
            name="most_characters",
            kind=Kind.NUMBER,
            title="At most",
            help="As many characters; left empty, as many as an output may have.",
            minimum=1,
            maximum=1_000_000,
            is_whole=True,
        ),
        Field(
            name="when_longer",
            kind=Kind.SELECT,
            title="When longer",
            options=("fail", "cut"),
            default="fail",
        ),
    ),
    output_schema={"type": "string"},
)
