"""What is left of a delivery that proved nothing: a sampled line in the log."""

import logging
import time
from uuid import UUID

logger = logging.getLogger(__name__)

EVERY_S = 10.0
MOST_REMEMBERED = 10_000

_logged: dict[UUID, tuple[float, int]] = {}


def note(webhook_id: UUID, reason: str) -> None:
    """Write one line per webhook in ten seconds; it says how many were not written."""
    logged_at, unlogged = _logged.get(webhook_id, (0.0, 0))
    now = time.monotonic()
    if logged_at and now - logged_at < EVERY_S:
        _logged[webhook_id] = (logged_at, unlogged + 1)
        return
    if len(_logged) > MOST_REMEMBERED:
        _logged.clear()
    _logged[webhook_id] = (now, 0)
    logger.warning(
        "webhook.refused",
        extra={"webhook_id": str(webhook_id), "reason": reason, "unlogged": unlogged},
    )
