"""Goes through its body once for each item of a list, or for each entry of an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from apps.engine.blocks import Opening
from apps.engine.container import Collected, Open, Pass, Passes
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.graph import Container
from apps.engine.node import Context, NodeType, Raw
from apps.engine.value import DEFAULT_LIMITS, Json

BODY, DONE = "body", "done"
Value = TypeVar("Value")
# What expressions know already under these names.
TAKEN = frozenset(
    {
        "trigger", "input", "steps", "env", "vars", "error", "item", "index", "key", "loop", "credentials",
        "true", "false", "null", "in",
    }
)  # fmt: skip
NAMES = {"item_variable": "item", "index_variable": "index", "key_variable": "key"}


def run(ctx: Context) -> Open:
    """Open one pass for each item or batch. An object is gone through by its names, in their order.

    Raises:
        NodeError: `source_invalid`, there is nothing to go through; `iterations_too_many`, there is more than wanted.
    """
    source = ctx.config.json("source")
    size = int(ctx.config.number("batch_size"))
    keys = None
    if isinstance(source, dict):
        names = sorted(source)
        items: list[Json] = [source[name] for name in names]
        if size == 1:
            keys = names
        else:
            items = [{name: source[name] for name in batch} for batch in _batches(names, size)]
    elif isinstance(source, list):
        items = source if size == 1 else [list(batch) for batch in _batches(source, size)]
    else:
        raise NodeError("source_invalid", "A loop goes through a list or an object.")
    most = int(ctx.config.number("max_iterations"))
    if len(items) > most:
        raise NodeError(
            "iterations_too_many",
            f"There are {len(items):,} passes to go, and at most {most:,} are allowed.",
        )
    opening = Opening(
        count=len(items),
        concurrency=int(ctx.config.number("concurrency")),
        is_patient=ctx.config.text("on_error") == "continue",
        has_break=ctx.config.is_given("break_when"),
    )
    return Open(opening, items, keys)


def _batches(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def collect(collected: Collected) -> Json:
    """Return the passes in their order; those after the one that broke are left out."""
    broke_at = collected.block.broke_at
    iterations: list[Json] = [
        _iteration(each) for each in collected.passes if broke_at is None or each.index <= broke_at
    ]
    return {
        "iteration_count": len(iterations),
        "iterations": iterations,
        "break_triggered": broke_at is not None,
        "break_at_index": broke_at,
    }


def _iteration(each: Pass) -> dict[str, Json]:
    shown = {name: each.facts[name] for name in ("index", "key", "item") if name in each.facts}
    if each.error is not None:
        return {**shown, "error": dict(each.error)}
    return {**shown, "output": each.output}


def _check(config: Raw) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for name in NAMES:
        value = config.get(name)
        if is_absent(value) or not isinstance(value, str):
            continue
        if value in TAKEN or value in seen:
            yield FieldProblem(name, "name_taken", f"The name “{value}” means something already.")
        seen.add(value)
    source = config.get("source")
    is_path = isinstance(source, str) and is_templated(source)
    if isinstance(source, str) and not is_path and not source.lstrip().startswith(("[", "{")):
        yield FieldProblem(
            "source", "source_invalid", "This is a text. Write the list as {{ path.to.list }}."
        )


def _name(name: str, title: str, shown: str) -> Field:
    return Field(
        name=name,
        kind=Kind.TEXT,
        title=title,
        help=f"Another name for “{shown}” in the body, so that inner loops do not hide it.",
        pattern=r"[A-Za-z_][A-Za-z0-9_]{0,63}",
    )


NODE = NodeType(
    type="control:loop",
    title="Loop",
    description="Goes through “body” for each item of a list, in order or several at a time; then goes on by “done”.",
    category="control",
    run=run,
    ports=(DONE,),
    needs_port=True,
    check=_check,
    passes=Passes(
        container=Container.LOOP,
        handles=(BODY,),
        collect=collect,
        condition="break_when",
        names=NAMES,
    ),
    fields=(
        Field(
            name="source",
            kind=Kind.JSON,
            title="Go through",
            help="A list, or an object, whose entries come in the order of their names.",
            placeholder="{{ trigger.body.items }}",
            is_required=True,
        ),
        _name("item_variable", "Name of the item", "item"),
        _name("index_variable", "Name of the index", "index"),
        _name("key_variable", "Name of the key", "key"),
        Field(
            name="max_iterations",
            kind=Kind.NUMBER,
            title="At most",
            help="With more passes than this the node fails before the first.",
            default=1000,
            minimum=1,
            maximum=DEFAULT_LIMITS.loop_iterations,
            is_whole=True,
        ),
        Field(
            name="concurrency",
            kind=Kind.NUMBER,
            title="At a time",
            help="How many passes may be under way; 1 means one after the other.",
            default=1,
            minimum=1,
            maximum=DEFAULT_LIMITS.passes_at_once,
            is_whole=True,
        ),
        Field(
            name="batch_size",
            kind=Kind.NUMBER,
            title="Batch",
            help="How many items one pass gets; with more than one, “item” is a list or an object of them.",
            default=1,
            minimum=1,
            maximum=DEFAULT_LIMITS.loop_iterations,
            is_whole=True,
        ),
        Field(
            name="on_error",
            kind=Kind.SELECT,
            title="When a pass fails",
            help="Stop: the loop fails. Continue: the error stands among the iterations.",
            options=("stop", "continue"),
            default="stop",
        ),
        Field(
            name="break_when",
            kind=Kind.EXPRESSION,
            title="Break when",
            help="Judged after each pass, in order; when it holds, no other pass follows.",
            placeholder="steps.check.found",
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "iteration_count": {"type": "integer"},
            "iterations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "index": {"type": "integer"},
                        "key": {},
                        "item": {},
                        "output": {},
                        "error": {},
                    },
                },
            },
            "break_triggered": {"type": "boolean"},
            "break_at_index": {"type": ["integer", "null"]},
        },
    },
)
