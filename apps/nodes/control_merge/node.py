"""Brings together what came by several ways. The order is that of the edges, never that of arrival."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, Input, NodeType, Result
from apps.engine.value import Json, compact

Objects: TypeAlias = list[dict[str, Json]]


def run(ctx: Context) -> Result:
    """Merge the outputs of the taken predecessors; skipped ones are left out.

    Raises:
        NodeError: `bad_input`, an input is not of the kind that the mode needs.
    """
    return Result(_MODES[ctx.config.text("mode")](ctx))


def _append(ctx: Context) -> Json:
    merged: list[Json] = []
    for item in ctx.inputs:
        merged.extend(item.value if isinstance(item.value, list) else [item.value])
    return merged


def _by_index(ctx: Context) -> Json:
    columns = [_objects(item) for item in ctx.inputs]
    longest = max((len(column) for column in columns), default=0)
    rows = (
        [column[index] for column in columns if index < len(column)] for index in range(longest)
    )
    return [_joined(row, ctx.config.text("clash")) for row in rows]


def _by_key(ctx: Context) -> Json:
    rows: dict[str, Objects] = {}
    for item in ctx.inputs:
        for entry in _objects(item):
            rows.setdefault(_key_of(entry, ctx), []).append(entry)
    return [_joined(row, ctx.config.text("clash")) for row in rows.values()]


def _matching(ctx: Context, *, is_kept: bool) -> Json:
    """Return the entries of the first input whose key stands (or does not stand) in a later one."""
    if not ctx.inputs:
        return []
    others = {_key_of(entry, ctx) for item in ctx.inputs[1:] for entry in _objects(item)}
    return [
        entry for entry in _objects(ctx.inputs[0]) if (_key_of(entry, ctx) in others) is is_kept
    ]


def _combine(ctx: Context) -> Json:
    objects: Objects = []
    for item in ctx.inputs:
        if not isinstance(item.value, dict):
            raise NodeError("bad_input", f"The output of “{item.node_id}” is no object.")
        objects.append(item.value)
    return _joined(objects, ctx.config.text("clash"))


def _choose(ctx: Context) -> Json:
    if not ctx.inputs:
        return None
    if not ctx.config.is_given("choose"):
        return ctx.inputs[0].value
    wanted = ctx.config.text("choose")
    for item in ctx.inputs:
        if item.node_id == wanted:
            return item.value
    raise NodeError("bad_input", f"Nothing came from “{wanted}”.")


def _objects(item: Input) -> Objects:
    values = item.value if isinstance(item.value, list) else [item.value]
    objects = [value for value in values if isinstance(value, dict)]
    if len(objects) < len(values):
        raise NodeError("bad_input", f"The output of “{item.node_id}” is no list of objects.")
    return objects


def _key_of(entry: Mapping[str, Json], ctx: Context) -> str:
    name = ctx.config.text("key")
    if name not in entry:
        raise NodeError("bad_input", f"An entry has no “{name}” to be matched by.")
    # As JSON text, so that 1 and "1" stay apart and lists can be keys too.
    return compact(entry[name])


def _joined(objects: Sequence[dict[str, Json]], clash: str) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for one in objects:
        for name, value in one.items():
            if name not in merged or clash == "last":
                merged[name] = value
            elif clash == "deep":
                merged[name] = _deep(merged[name], value)
    return merged


def _deep(left: Json, right: Json) -> Json:
    if isinstance(left, dict) and isinstance(right, dict):
        return _joined([left, right], "deep")
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right]
    return right


_MODES: Mapping[str, Callable[[Context], Json]] = {
    "append": _append,
    "by_index": _by_index,
    "by_key": _by_key,
    "keep_matches": lambda ctx: _matching(ctx, is_kept=True),
    "remove_matches": lambda ctx: _matching(ctx, is_kept=False),
    "combine": _combine,
    "choose": _choose,
}

NODE = NodeType(
    type="control:merge",
    title="Merge",
    description="Waits for all ways that were taken, and brings their outputs together.",
    category="control",
    run=run,
    reads_input=True,
    fields=(
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Mode",
            help="Lists one after another, row by row, by a key; objects combined; or one of them chosen.",
            options=tuple(_MODES),
            default="append",
        ),
        Field(
            name="key",
            kind=Kind.TEXT,
            title="Key",
            help="The field by which entries match.",
            is_required=True,
            depends_on=("mode", ("by_key", "keep_matches", "remove_matches")),
        ),
        Field(
            name="clash",
            kind=Kind.SELECT,
            title="When both have it",
            help="The last one wins, the first one wins, or objects and lists are joined inside too.",
            options=("last", "first", "deep"),
            default="last",
            depends_on=("mode", ("by_index", "by_key", "combine")),
        ),
        Field(
            name="choose",
            kind=Kind.TEMPLATE,
            title="From",
            help="The id of the node whose output is taken; left empty, the first that came.",
            depends_on=("mode", ("choose",)),
        ),
    ),
)
