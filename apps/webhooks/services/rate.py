"""How many deliveries a webhook takes: one bucket for all processes, holding one second's worth, at least one.

A process takes tokens by the handful and spends them at once, so that a busy webhook does not ask Redis at each
delivery; what is left of a handful after a second is lost. A second is what the bucket holds: lost sooner, the handfuls
of several processes that are each seldom asked would use up the bucket.
"""

import threading
import time
from dataclasses import dataclass
from uuid import UUID

from apps.core import rate_limit, tenancy
from apps.core.errors import RateLimitedError
from apps.core.rate_limit import Limit

HANDFULS_PER_S = 100
HANDFUL_S = 1.0
MOST_HANDFULS = 10_000


@dataclass(slots=True)
class _Handful:
    left: int
    gone_at: float


_handfuls: dict[str, _Handful] = {}
_lock = threading.Lock()


def take(webhook_id: UUID, rate_per_s: float) -> None:
    """Take one token of a webhook's bucket.

    Raises:
        RateLimitedError: the bucket is empty; says when it will not be.
    """
    key = tenancy.key(webhook_id)
    if _spent(key):
        return
    limit = Limit(burst=max(1.0, rate_per_s), per_s=rate_per_s)
    handful = int(rate_per_s / HANDFULS_PER_S)
    if handful > 1 and rate_limit.take("webhook", key, limit, tokens=handful) == 0:
        _keep(key, handful - 1)
        return
    wait_s = rate_limit.take("webhook", key, limit)
    if wait_s > 0:
        raise RateLimitedError(
            "This webhook gets more deliveries than it may.", retry_after_s=wait_s
        )


def _spent(key: str) -> bool:
    with _lock:
        handful = _handfuls.get(key)
        if handful is None or handful.left == 0 or handful.gone_at < time.monotonic():
            return False
        handful.left -= 1
        return True


def _keep(key: str, left: int) -> None:
    with _lock:
        now = time.monotonic()
        # Threads that found nothing left at the same time have each taken one: 16 of them once cost the bucket 16 times
        # what they spent, and a webhook far below its rate was refused.
        known = _handfuls.get(key)
        if known is not None and known.gone_at >= now:
            left += known.left
        elif len(_handfuls) >= MOST_HANDFULS:
            _handfuls.clear()
        _handfuls[key] = _Handful(left, now + HANDFUL_S)
