"""What filters would have let pass, before they are written: judged by the same rules, over what arrived last."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import FieldProblem
from apps.engine.problem import pointer
from apps.engine.value import Json
from apps.webhooks.errors import ConfigInvalidError
from apps.webhooks.models import WebhookEvent
from apps.webhooks.queries import history
from apps.webhooks.rules import doors
from apps.webhooks.services import judging
from apps.webhooks.services.judging import Verdict
from apps.workflows import facade as workflows

LATEST = 10
# Filters that are dear on one event are dear on ten: whoever waits for the answer is not kept longer.
JUDGING_S = 3.0
UNJUDGED = Verdict("filter_error", "not judged: the filters take too long on these events")


@dataclass(frozen=True, slots=True)
class Judged:
    """An event, and what would have become of it."""

    event: WebhookEvent
    verdict: Verdict


def judged(webhook_id: UUID, filters: Sequence[Json], condition: str) -> list[Judged]:
    """Return the last ten events of a webhook, newest first, each judged by filters and a condition that nobody has saved.

    Raises:
        WebhookNotFoundError: no live version has it.
        ConfigInvalidError: a filter cannot be read; names each place.
    """
    trigger = history.webhook(webhook_id).trigger
    rules, problems = doors.read({"filters": list(filters)})
    if problems:
        places = [FieldProblem(pointer(*one.parts), one.code, one.message) for one in problems]
        raise ConfigInvalidError(problems[0].message, errors=places)
    zone = workflows.version(trigger.version_id).zone
    latest = WebhookEvent.objects.filter(webhook_id=webhook_id).order_by("-pk")[:LATEST]
    over_at = time.monotonic() + JUDGING_S
    return [
        Judged(
            each,
            UNJUDGED
            if time.monotonic() > over_at
            else judging.judge(rules.filters, condition, each.trigger, zone=zone),
        )
        for each in latest
    ]
