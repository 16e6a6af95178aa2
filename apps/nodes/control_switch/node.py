"""Takes the way of the first case that holds."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.graph import ERROR_PORT
from apps.engine.node import Context, NodeType, Raw, Result

FALLBACK = "fallback"
MOST_CASES = 50


def run(ctx: Context) -> Result:
    """Judge the cases in order and leave by the first that holds; by `fallback` if none does.

    In mode `value` a case holds if its value equals that of the node; in mode `rules` if its condition is true.
    """
    port = _by_value(ctx) if ctx.config.text("mode") == "value" else _by_rule(ctx)
    return Result({"taken_case": port}, port)


def _by_rule(ctx: Context) -> str:
    for case in ctx.config.items("cases"):
        if case.formula("when").is_true():
            return case.text("name")
    return FALLBACK


def _by_value(ctx: Context) -> str:
    wanted = ctx.config.formula("value").value()
    for case in ctx.config.items("cases"):
        value = case.json("equals")
        # In Python True equals 1, in JSON it does not.
        if value == wanted and isinstance(value, bool) is isinstance(wanted, bool):
            return case.text("name")
    return FALLBACK


def _ports(config: Raw) -> tuple[str, ...]:
    cases = config.get("cases")
    names = [
        case["name"]
        for case in (cases if isinstance(cases, list) else ())
        if isinstance(case, dict) and isinstance(case.get("name"), str)
    ]
    return (*dict.fromkeys(str(name) for name in names if name), FALLBACK)


def _check(config: Raw) -> Iterator[FieldProblem]:
    cases = config.get("cases")
    if not isinstance(cases, list):
        return
    if len(cases) > MOST_CASES:
        yield FieldProblem("cases", "field_length", f"There may be at most {MOST_CASES} cases.")
    by_value = config.get("mode") == "value"
    seen: set[str] = set()
    for index, case in enumerate(cases):
        if not isinstance(case, dict):
            continue
        name = case.get("name")
        if isinstance(name, str) and name in {*seen, FALLBACK, ERROR_PORT}:
            yield FieldProblem(
                f"cases[{index}].name",
                "case_duplicate",
                f"The name “{name}” is taken; each case needs its own.",
            )
        seen.add(str(name))
        if not by_value and not case.get("when"):
            yield FieldProblem(
                f"cases[{index}].when", "field_required", "This case needs a condition."
            )


NODE = NodeType(
    type="control:switch",
    title="Switch",
    description="Goes on by the first case that holds, or by “fallback”.",
    category="control",
    run=run,
    ports=_ports,
    default_port=FALLBACK,
    needs_port=True,
    check=_check,
    fields=(
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Mode",
            help="Each case has a condition, or all compare with one value.",
            options=("rules", "value"),
            default="rules",
        ),
        Field(
            name="value",
            kind=Kind.EXPRESSION,
            title="Value",
            help="What the cases are compared with.",
            placeholder="trigger.body.kind",
            is_required=True,
            depends_on=("mode", ("value",)),
        ),
        Field(
            name="cases",
            kind=Kind.LIST,
            title="Cases",
            help="Judged in order; each opens an exit of its name.",
            is_required=True,
            fields=(
                Field(
                    name="name",
                    kind=Kind.TEXT,
                    title="Name",
                    is_required=True,
                    longest=64,
                ),
                Field(
                    name="when",
                    kind=Kind.EXPRESSION,
                    title="Condition",
                    placeholder='trigger.body.kind == "order"',
                    depends_on=("mode", ("rules",)),
                ),
                Field(
                    name="equals",
                    kind=Kind.JSON,
                    title="Equals",
                    depends_on=("mode", ("value",)),
                ),
            ),
        ),
    ),
    output_schema={"type": "object", "properties": {"taken_case": {"type": "string"}}},
)
