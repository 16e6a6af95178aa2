"""Goes through its body again until that succeeds, or there were enough tries."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine import retry
from apps.engine.blocks import Opening
from apps.engine.container import Collected, Open, Passes
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.graph import Container
from apps.engine.node import Context, NodeType, Raw
from apps.engine.retry import MOST_ATTEMPTS, Backoff, RetryPolicy
from apps.engine.value import Json

BODY, DONE = "body", "done"
PLAIN = RetryPolicy()
POLICY = (
    "attempts",
    "backoff",
    "first_wait_s",
    "longest_wait_s",
    "multiplier",
    "retry_on",
    "give_up_on",
    "statuses",
)


def run(ctx: Context) -> Open:
    """Open the first try; the others follow as they are needed."""
    given = {name: ctx.config.json(name) for name in POLICY if ctx.config.is_given(name)}
    policy = retry.read(given, default_attempts=DEFAULT_ATTEMPTS)
    return Open(Opening(count=policy.attempts, retry=policy))


def collect(collected: Collected) -> Json:
    """Return what the successful try said."""
    return [each.output for each in collected.passes][-1]


def _check(config: Raw) -> Iterator[FieldProblem]:
    given = {name: config[name] for name in POLICY if config.get(name) is not None}
    for name, sentence in retry.problems_of(given):
        yield FieldProblem(name, "retry_invalid", sentence)


DEFAULT_ATTEMPTS = 3

NODE = NodeType(
    type="control:retry",
    title="Retry",
    description="Goes through “body” until that succeeds, with growing waits between the tries; then goes on by “done”.",
    category="control",
    run=run,
    ports=(DONE,),
    needs_port=True,
    check=_check,
    passes=Passes(container=Container.RETRY, handles=(BODY,), collect=collect),
    fields=(
        Field(
            name="attempts",
            kind=Kind.NUMBER,
            title="Tries",
            help="How often the body is gone through, the first time included.",
            default=DEFAULT_ATTEMPTS,
            minimum=1,
            maximum=MOST_ATTEMPTS,
            is_whole=True,
        ),
        Field(
            name="backoff",
            kind=Kind.SELECT,
            title="Waits",
            help="Always the same, growing, or growing and a little moved by chance.",
            options=tuple(Backoff),
            default=str(PLAIN.backoff),
        ),
        Field(
            name="first_wait_s",
            kind=Kind.NUMBER,
            title="First wait (s)",
            default=PLAIN.first_wait_s,
            minimum=0,
            maximum=86_400,
        ),
        Field(
            name="longest_wait_s",
            kind=Kind.NUMBER,
            title="Longest wait (s)",
            default=PLAIN.longest_wait_s,
            minimum=0,
            maximum=86_400,
        ),
        Field(
            name="multiplier",
            kind=Kind.NUMBER,
            title="Growth",
            help="By what each wait is longer than the one before.",
            default=PLAIN.multiplier,
            minimum=1,
            maximum=10,
        ),
        Field(
            name="retry_on",
            kind=Kind.LIST,
            title="Only on",
            help="Patterns of failures that are worth another try; left empty, all are.",
        ),
        Field(
            name="give_up_on",
            kind=Kind.LIST,
            title="Never on",
            help="Patterns of failures that are not.",
        ),
        Field(
            name="statuses",
            kind=Kind.LIST,
            title="Only on these statuses",
            help="HTTP statuses that are worth another try.",
        ),
    ),
)
