"""Whether a genuine delivery starts an execution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apps.engine.errors import EngineError
from apps.engine.value import Json
from apps.webhooks.rules import filters
from apps.webhooks.rules.filters import Filter
from apps.workflows import facade as workflows


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of the event, and why: `accepted`, `filtered` or `filter_error`."""

    status: str
    reason: str = ""


def judge(filters_: Sequence[Filter], condition: str, trigger: Json, *, zone: str) -> Verdict:
    """Judge a trigger's data by its filters and its condition, which reads dates in `zone`.

    What cannot be judged is never dropped: it is kept as `filter_error`, and can be replayed.
    """
    try:
        failed = filters.why_filtered(filters_, trigger)
        if failed is not None:
            return Verdict("filtered", failed)
        if not workflows.is_wanted(condition, trigger, now=datetime.now(UTC), zone=zone):
            return Verdict("filtered", "the condition did not hold")
    except EngineError as reason:
        return Verdict("filter_error", reason.message)
    return Verdict("accepted")
