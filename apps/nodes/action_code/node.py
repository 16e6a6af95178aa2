"""Runs a script in JavaScript or in a subset of Python, where it can reach nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Raw, Result, Script
from apps.engine.ports import CodeFault, CodeReply, CodeRequest
from apps.engine.script import ROOTS, paths_of
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.engine.weight import Excess, weigh

LANGUAGES = ("javascript", "python")
LONGEST_SCRIPT = 1_000_000
USUAL_TIMEOUT_S, MOST_TIMEOUT_S = 30.0, 60.0
USUAL_MEMORY_MB, LEAST_MEMORY_MB, MOST_MEMORY_MB = 128, 16, 512
# A script waits for its turn before its own time begins: half an hour, and then some for the way.
WAITS_S = 1_830.0
# Running a script again does no harm, and only what time may heal is tried again.
ATTEMPTS = 3
# Of what a script wrote before it failed, the last lines stand in the error.
LINES_SHOWN = 20


def run(ctx: Context) -> Result:
    """Run the script and return what it returns; what it writes goes to the step's log.

    Raises:
        NodeError: `code_error`, the script cannot be read or failed, with line and column in the details;
            `code_timeout`; `out_of_memory`; `output_not_json`; `output_too_large`; `code_unavailable`, its language
            is off here; `code_crashed`; `code_lost` and `code_busy` (retryable); `input_too_large`.
        PortError: `aborted`.
    """
    source = ctx.config.text("script")
    reply = ctx.code.run(
        CodeRequest(
            language=ctx.config.text("language"),
            source=source,
            roots=_roots(ctx, source),
            timeout_s=ctx.config.number("timeout_s"),
            memory_mb=int(ctx.config.number("memory_mb")),
        )
    )
    for line in reply.lines:
        ctx.log.write(line.level, line.text, {"source": "console"})
    if reply.lines_dropped:
        ctx.log.write("warning", f"{reply.lines_dropped} more lines were left out.", {})
    if reply.fault is not None:
        raise _failure(reply.fault, reply)
    return Result(reply.value)


def _roots(ctx: Context, source: str) -> dict[str, Json]:
    """Return what the script sees as `ctx`: the roots that it names; of the steps those that it names."""
    paths = paths_of(source)
    named = {path[0] for path in paths}
    roots = {name: ctx.roots[name] for name in ROOTS if name in named and name in ctx.roots}
    if "steps" in named:
        steps: Mapping[str, Any] = ctx.roots.get("steps", {})
        wanted = list(steps) if ("steps",) in paths else [path[1] for path in paths if path[1:]]
        roots["steps"] = {name: steps[name] for name in wanted if name in steps}
    if isinstance(weigh(roots, DEFAULT_LIMITS.input_bytes), Excess):
        raise NodeError(
            "input_too_large",
            f"What the script reads takes more than {DEFAULT_LIMITS.input_bytes} bytes. Name only the steps it needs.",
        )
    return cast("dict[str, Json]", roots)


def _failure(fault: CodeFault, reply: CodeReply) -> NodeError:
    details: dict[str, Json] = {}
    message = fault.message
    if fault.line is not None:
        details["line"], details["column"] = fault.line, fault.column
        message = f"Line {fault.line}: {message}"
    if reply.lines:
        details["console"] = [line.text for line in reply.lines[-LINES_SHOWN:]]
    return NodeError(fault.code, message, is_retryable=fault.is_retryable, details=details)


def _scripts(config: Raw) -> Iterator[Script]:
    language, source = config.get("language", LANGUAGES[0]), config.get("script")
    if language in LANGUAGES and isinstance(source, str) and len(source) <= LONGEST_SCRIPT:
        yield Script("script", str(language), source)


def _attempts(_config: Raw) -> int:
    return ATTEMPTS


def _timeout_s(config: Raw) -> float:
    timeout_s = config.get("timeout_s", USUAL_TIMEOUT_S)
    is_known = isinstance(timeout_s, int | float) and not isinstance(timeout_s, bool)
    own_s = float(cast("float", timeout_s)) if is_known else MOST_TIMEOUT_S
    return WAITS_S + min(own_s, MOST_TIMEOUT_S)


NODE = NodeType(
    type="action:code",
    title="Code",
    description="Runs a script in JavaScript or in a subset of Python.",
    category="data",
    run=run,
    effect=Effect.CODE,
    attempts=_attempts,
    timeout_s=_timeout_s,
    scripts=_scripts,
    languages=LANGUAGES,
    fields=(
        Field(
            name="language",
            kind=Kind.SELECT,
            title="Language",
            help="Python is a subset: no packages, no generators, a small part of the standard library.",
            options=LANGUAGES,
            default="javascript",
        ),
        Field(
            name="script",
            kind=Kind.CODE,
            title="Script",
            help="Reads ctx.trigger, ctx.input, ctx.steps, ctx.vars and ctx.env; what it returns is the output.",
            placeholder="return ctx.trigger.body.items.length;",
            is_required=True,
            longest=LONGEST_SCRIPT,
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Timeout",
            help="Seconds that the script may take.",
            default=USUAL_TIMEOUT_S,
            minimum=0.1,
            maximum=MOST_TIMEOUT_S,
        ),
        Field(
            name="memory_mb",
            kind=Kind.NUMBER,
            title="Memory",
            help="Megabytes that the script may take.",
            default=USUAL_MEMORY_MB,
            minimum=LEAST_MEMORY_MB,
            maximum=MOST_MEMORY_MB,
            is_whole=True,
        ),
    ),
)
