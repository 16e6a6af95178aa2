"""Makes few values out of many entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import RowPath, identity, path_problems, row_path, rows_of, value_at
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.nodes.data_aggregate.operations import OPERATIONS, WITHOUT_PATH, Values

MOST_OPERATIONS = 20
MOST_GROUPINGS = 10


def run(ctx: Context) -> Result:
    """Return one object of the named values, or a list with one for each group.

    Raises:
        NodeError: `bad_input`, what is given is no list; `too_many_entries`; `bad_path`; `bad_entry`, a value does
            not fit its operation; `number_out_of_range`.
    """
    rows, by, wanted = rows_of(ctx.config), _groupings(ctx), _wanted(ctx)
    if not by:
        return Result(_values_of(wanted, rows, range(len(rows))))
    paths = [row_path(path, "group_by") for path in by]
    groups: dict[object, list[int]] = {}
    for place, row in enumerate(rows):
        key = tuple(identity(value_at(row, path)) for path in paths)
        groups.setdefault(key, []).append(place)
    _refuse_large(len(groups), [*by, *(each.name for each in wanted)])
    return Result(
        [
            {
                **dict(zip(by, (value_at(rows[places[0]], path) for path in paths), strict=True)),
                **_values_of(wanted, rows, places),
            }
            for places in groups.values()
        ]
    )


def _refuse_large(groups: int, names: Sequence[str]) -> None:
    # What the names alone take is told before the values are made.
    if groups * sum(len(name) + 4 for name in names) > DEFAULT_LIMITS.output_bytes:
        raise NodeError(
            "output_too_large",
            f"The {groups:,} groups of “items” with their values take more than {DEFAULT_LIMITS.output_bytes} bytes.",
        )


def _groupings(ctx: Context) -> list[str]:
    by = ctx.config.json("group_by") or []
    if not isinstance(by, list) or len(by) > MOST_GROUPINGS:
        raise NodeError(
            "bad_config", f"“group_by” must be a list of at most {MOST_GROUPINGS} paths."
        )
    return [str(path) for path in by]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One value that is made of a group."""

    name: str
    operation: str
    shown: str
    path: RowPath


def _wanted(ctx: Context) -> list[_Wanted]:
    found: list[_Wanted] = []
    for each in ctx.config.items("operations"):
        operation = each.text("operation")
        shown = each.text("path") if each.is_given("path") else ""
        name = each.text("name") if each.is_given("name") else _name(operation, shown)
        found.append(_Wanted(name, operation, shown, row_path(shown)))
    return found


def _values_of(
    wanted: Sequence[_Wanted], rows: Sequence[Json], places: Sequence[int]
) -> dict[str, Json]:
    return {
        each.name: OPERATIONS[each.operation](
            Values(
                each.operation,
                each.shown,
                places,
                [value_at(rows[place], each.path) for place in places],
            )
        )
        for each in wanted
    }


def _name(operation: str, path: str) -> str:
    return f"{operation}_{path}" if path else operation


def _check(config: Raw) -> Iterator[FieldProblem]:
    group_by, operations = config.get("group_by"), config.get("operations")
    names = set(map(str, group_by)) if isinstance(group_by, list) else set()
    if isinstance(group_by, list):
        if len(group_by) > MOST_GROUPINGS:
            sentence = f"There may be at most {MOST_GROUPINGS} paths."
            yield FieldProblem("group_by", "field_length", sentence)
        yield from path_problems(group_by, "group_by")
    if not isinstance(operations, list):
        return
    if len(operations) > MOST_OPERATIONS:
        sentence = f"There may be at most {MOST_OPERATIONS} operations."
        yield FieldProblem("operations", "field_length", sentence)
    for index, each in enumerate(operations):
        if isinstance(each, dict):
            yield from _operation_problems(each, f"operations[{index}]", names)


def _operation_problems(each: Raw, place: str, names: set[str]) -> Iterator[FieldProblem]:
    operation, path = each.get("operation", "count"), each.get("path") or ""
    yield from path_problems(path, f"{place}.path")
    if isinstance(operation, str) and operation not in WITHOUT_PATH and not path:
        yield FieldProblem(f"{place}.path", "field_required", f"“{operation}” needs a path.")
    name = str(each.get("name") or _name(str(operation), str(path)))
    if name in names:
        yield FieldProblem(f"{place}.name", "name_duplicate", f"“{name}” is named twice.")
    names.add(name)


NODE = NodeType(
    type="data:aggregate",
    title="Aggregate",
    description="Counts, sums up and collects the entries of a list, as a whole or by group.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="items",
            kind=Kind.EXPRESSION,
            title="Items",
            help="The list.",
            placeholder="trigger.body.rows",
            default="input",
        ),
        Field(
            name="group_by",
            kind=Kind.LIST,
            title="Group by",
            help="Paths into the entry; left empty, the whole list is one group.",
            placeholder="address.city",
        ),
        Field(
            name="operations",
            kind=Kind.LIST,
            title="Operations",
            help="Each makes one value.",
            is_required=True,
            fields=(
                Field(
                    name="operation",
                    kind=Kind.SELECT,
                    title="Operation",
                    options=tuple(OPERATIONS),
                    default="count",
                ),
                Field(
                    name="path",
                    kind=Kind.TEXT,
                    title="Path",
                    help="Into the entry.",
                    placeholder="price",
                ),
                Field(
                    name="name",
                    kind=Kind.TEXT,
                    title="Name",
                    help="What the value is called; left empty, the operation and the path.",
                    longest=100,
                ),
            ),
        ),
    ),
)
