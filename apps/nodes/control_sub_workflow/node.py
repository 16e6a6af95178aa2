"""Calls another workflow: waits for it, or goes on at once, or calls it for each item of a list."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Call, CallMode, Context, NodeType, Raw, Result
from apps.engine.state import Reason
from apps.engine.value import DEFAULT_LIMITS, Json

MOST_ITEMS = DEFAULT_LIMITS.children
MOST_AT_ONCE = 100
LONGEST_S = 30 * 86_400
UUID_FORM = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


def run(ctx: Context) -> Call | Result:
    """Call the workflow, with `input` or else with what came in here; of a list, once for each item.

    Raises:
        NodeError: `child_timeout`, the workflow has not ended in time; `source_invalid`, there is no list to go
            through; `too_many_children`, it is too long.
    """
    timeout_s = ctx.config.number("timeout_s") if ctx.config.is_given("timeout_s") else None
    if ctx.woken is Reason.SUB_WORKFLOW:
        raise NodeError(
            "child_timeout", f"The workflow that was called has not ended within {timeout_s:g} s."
        )
    mode = CallMode(ctx.config.text("mode"))
    inputs = [ctx.config.json("input") if ctx.config.is_given("input") else ctx.input]
    if mode is CallMode.FOR_EACH:
        inputs = _items(ctx.config.json("items"))
        if not inputs:
            return Result({"iteration_count": 0, "failed_count": 0, "iterations": []})
    return Call(
        workflow_id=ctx.config.text("workflow_id").lower(),
        inputs=inputs,
        mode=mode,
        concurrency=int(ctx.config.number("concurrency")),
        is_patient=ctx.config.text("on_item_error") == "continue",
        timeout_s=timeout_s,
    )


def _items(items: Json) -> list[Json]:
    if not isinstance(items, list):
        raise NodeError("source_invalid", "What is gone through must be a list.")
    if len(items) > MOST_ITEMS:
        raise NodeError(
            "too_many_children",
            f"There are {len(items):,} items, and at most {MOST_ITEMS:,} workflows may be called.",
        )
    return items


def workflow_of(config: Raw) -> str | None:
    """Return the id of the workflow that a config names, in its usual form."""
    named = config.get("workflow_id")
    return named.lower() if isinstance(named, str) and named else None


NODE = NodeType(
    type="control:sub_workflow",
    title="Sub-workflow",
    description="Calls another workflow, and waits for its output, goes on at once, or calls it for each item of a list.",
    category="control",
    run=run,
    calls=workflow_of,
    reads_input=True,
    fields=(
        Field(
            name="workflow_id",
            kind=Kind.TEXT,
            title="Workflow",
            help="The id of a published workflow with a trigger “Called by workflow” or “Manual”.",
            is_required=True,
            pattern=UUID_FORM,
        ),
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="How",
            help="Sync waits for its output; async goes on at once; for_each calls it once for each item.",
            options=tuple(CallMode),
            default=str(CallMode.SYNC),
        ),
        Field(
            name="input",
            kind=Kind.JSON,
            title="Input",
            help="What it finds as `trigger`. Empty: what came in here.",
            depends_on=("mode", (str(CallMode.SYNC), str(CallMode.ASYNC))),
        ),
        Field(
            name="items",
            kind=Kind.JSON,
            title="Items",
            help="A list; each item is what one execution finds as `trigger`.",
            placeholder="{{ trigger.body.items }}",
            is_required=True,
            depends_on=("mode", (str(CallMode.FOR_EACH),)),
        ),
        Field(
            name="concurrency",
            kind=Kind.NUMBER,
            title="At a time",
            help="How many of its executions may be under way.",
            default=10,
            minimum=1,
            maximum=MOST_AT_ONCE,
            is_whole=True,
            depends_on=("mode", (str(CallMode.FOR_EACH),)),
        ),
        Field(
            name="on_item_error",
            kind=Kind.SELECT,
            title="When one fails",
            help="Stop: the others are cancelled and the node fails. Continue: the error stands among the iterations.",
            options=("stop", "continue"),
            default="stop",
            depends_on=("mode", (str(CallMode.FOR_EACH),)),
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Wait at most",
            help="Seconds; then what is under way is cancelled and the node fails. Empty: as long as it takes.",
            minimum=1,
            maximum=LONGEST_S,
            depends_on=("mode", (str(CallMode.SYNC), str(CallMode.FOR_EACH))),
        ),
    ),
)
