"""What a workflow may at most, as its settings say, and by which key an execution is counted."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from apps.dispatch import facade as dispatch
from apps.engine.expressions import Expression, ExpressionError, Scope, Seed, compile_expression
from apps.engine.settings import Settings
from apps.engine.value import Json, compact

# A key says whom something concerns; when it came is no part of that.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def limits_of(settings: Settings) -> dispatch.Limits:
    """Return the limits that a workflow with these settings has."""
    has_rate = settings.rate_limit is not None
    return dispatch.Limits(
        max_running=settings.max_concurrency,
        max_per_key=settings.max_per_key if settings.concurrency_key else None,
        rate_count=settings.rate_limit,
        rate_per_s=float(settings.rate_period_s) if has_rate else None,
    )


def gate_key_of(settings: Settings, trigger: Json) -> str:
    """Return the key by which an execution is counted: 32 hex digits of a hash, empty without one.

    Data over which the expression cannot be evaluated has no key: it is counted with all else that has none, and not
    refused, for what was sent is sent.
    """
    if not settings.concurrency_key:
        return ""
    seed = Seed("", "concurrency_key", NEVER, zone=settings.timezone)
    try:
        value = _expression(settings.concurrency_key).evaluate(Scope({"trigger": trigger}, seed))
    except ExpressionError:
        return ""
    return hashlib.sha256(compact(value).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@lru_cache(maxsize=1024)
def _expression(source: str) -> Expression:
    return compile_expression(source)
