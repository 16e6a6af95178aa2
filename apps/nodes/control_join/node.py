"""Goes on when all ways into it have come, or as many as are wanted; the others are cancelled."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.state import Reason
from apps.engine.value import Json

MOST = 100
LONGEST_S = 30 * 86_400


def run(ctx: Context) -> Result:
    """Return the outputs of the ways that came, by node, in the order of the edges.

    Raises:
        NodeError: `join_unreachable`, so few ways were taken that the wanted number can come no more; `join_timeout`,
            the time was up before enough had come.
    """
    wanted = wants(ctx.config.values)
    is_late = ctx.woken is Reason.DEADLINE
    if is_late and ctx.config.text("on_timeout") == "fail":
        raise NodeError("join_timeout", f"Only {ctx.arrived} ways have come in time.")
    if not is_late and wanted is not None and ctx.arrived < wanted:
        raise NodeError(
            "join_unreachable",
            f"Only {ctx.arrived} of the {wanted} ways that are waited for can still come.",
        )
    outputs: dict[str, Json] = {item.node_id: item.value for item in ctx.inputs}
    return Result(
        {"branch_outputs": outputs, "completed_branches": ctx.arrived, "timed_out": is_late}
    )


def wants(config: object) -> int | None:
    """Return how many ways are enough; None: all of them are waited for."""
    given = config if isinstance(config, dict) else {}
    mode, count = given.get("mode"), given.get("count")
    if mode == "first":
        return 1
    if mode == "n":
        return max(1, count) if isinstance(count, int) else 1
    return None


def _wants(config: Raw) -> int | None:
    return wants(dict(config))


def _wait_s(config: Raw) -> float | None:
    seconds = config.get("timeout_s")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    # Judged first: an integer may be larger than any float, and not-a-number is no number of seconds.
    return float(seconds) if 0 < seconds <= LONGEST_S else None


NODE = NodeType(
    type="control:join",
    title="Join",
    description="Goes on when all ways into it have come, the first one, or some of them; the others are cancelled.",
    category="control",
    run=run,
    reads_input=True,
    wants=_wants,
    wait_s=_wait_s,
    fields=(
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Waits for",
            help="All ways that are taken, the first one, or some of them.",
            options=("all", "first", "n"),
            default="all",
        ),
        Field(
            name="count",
            kind=Kind.NUMBER,
            title="How many",
            default=1,
            minimum=1,
            maximum=MOST,
            is_whole=True,
            depends_on=("mode", ("n",)),
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Time limit (s)",
            help="For how long it waits once the first way has come; left empty, for ever.",
            minimum=0.1,
            maximum=LONGEST_S,
        ),
        Field(
            name="on_timeout",
            kind=Kind.SELECT,
            title="When the time is up",
            help="Fail, or go on with what has come.",
            options=("fail", "continue"),
            default="fail",
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "branch_outputs": {"type": "object"},
            "completed_branches": {"type": "integer"},
            "timed_out": {"type": "boolean"},
        },
    },
)
