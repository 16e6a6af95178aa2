"""Goes through its branches side by side, and goes on when enough of them are done."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.blocks import Opening
from apps.engine.container import Collected, Open, Pass, Passes
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.graph import ERROR_PORT, Container
from apps.engine.node import LONGEST_TIMEOUT_S, Context, NodeType, Raw
from apps.engine.value import DEFAULT_LIMITS, Json

DONE = "done"
MOST_BRANCHES = 100


def run(ctx: Context) -> Open:
    """Open the branches, as many at a time as is wanted."""
    count = len(handles(ctx.config.values))
    needs = {"all": count, "first": 1, "n": min(count, int(ctx.config.number("count")))}
    return Open(
        Opening(
            count=count,
            need=needs[ctx.config.text("mode")],
            concurrency=int(ctx.config.number("max_concurrency")),
            is_patient=ctx.config.text("on_error") == "continue",
            timeout_s=ctx.config.number("timeout_s") if ctx.config.is_given("timeout_s") else None,
        )
    )


def collect(collected: Collected) -> Json:
    """Return the branches that came to their own end, in the order of the list."""
    branches: list[Json] = [_branch(each) for each in collected.passes]
    return {
        "branches": branches,
        "total_branches": collected.block.count,
        "completed_branches": collected.block.succeeded,
    }


def _branch(each: Pass) -> dict[str, Json]:
    shown = {"name": each.facts["name"], "index": each.index}
    return shown | ({"output": each.output} if each.error is None else {"error": dict(each.error)})


def handles(config: object) -> tuple[str, ...]:
    """Return the branches, each once; texts only."""
    branches = config.get("branches") if isinstance(config, dict) else None
    names = branches if isinstance(branches, list) else []
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _handles(config: Raw) -> tuple[str, ...]:
    return handles(dict(config))


def _check(config: Raw) -> Iterator[FieldProblem]:
    branches = config.get("branches")
    if not isinstance(branches, list):
        return
    if not 1 <= len(branches) <= MOST_BRANCHES:
        yield FieldProblem(
            "branches", "field_length", f"There may be 1 to {MOST_BRANCHES} branches."
        )
    seen: set[object] = set()
    for index, name in enumerate(branches[:MOST_BRANCHES]):
        place = f"branches[{index}]"
        if not isinstance(name, str) or not name or len(name) > 64 or "{{" in name:
            yield FieldProblem(
                place, "field_type", "A branch is called by a text of at most 64 characters."
            )
        elif name in {DONE, ERROR_PORT} or name in seen:
            yield FieldProblem(
                place, "branch_duplicate", f"The name “{name}” is taken; each branch needs its own."
            )
        else:
            seen.add(name)


NODE = NodeType(
    type="control:parallel",
    title="Parallel",
    description="Goes through its branches side by side; then goes on by “done”.",
    category="control",
    run=run,
    ports=(DONE,),
    needs_port=True,
    check=_check,
    passes=Passes(container=Container.PARALLEL, handles=_handles, collect=collect),
    fields=(
        Field(
            name="branches",
            kind=Kind.LIST,
            title="Branches",
            help="Their names; each opens an exit of its own.",
            is_required=True,
        ),
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Goes on after",
            help="All branches, the first one that succeeds, or some of them; the others are cancelled.",
            options=("all", "first", "n"),
            default="all",
        ),
        Field(
            name="count",
            kind=Kind.NUMBER,
            title="How many",
            default=1,
            minimum=1,
            maximum=MOST_BRANCHES,
            is_whole=True,
            depends_on=("mode", ("n",)),
        ),
        Field(
            name="on_error",
            kind=Kind.SELECT,
            title="When a branch fails",
            help="Stop: the node fails as soon as too few can succeed. Continue: the error stands among the branches.",
            options=("stop", "continue"),
            default="stop",
        ),
        Field(
            name="max_concurrency",
            kind=Kind.NUMBER,
            title="At a time",
            help="How many branches may be under way; 0 means all.",
            default=0,
            minimum=0,
            maximum=DEFAULT_LIMITS.passes_at_once,
            is_whole=True,
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Time limit (s)",
            help="After this time the node fails, and what is under way is aborted.",
            minimum=0.1,
            maximum=LONGEST_TIMEOUT_S * 24 * 30,
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "branches": {"type": "array"},
            "total_branches": {"type": "integer"},
            "completed_branches": {"type": "integer"},
        },
    },
)
