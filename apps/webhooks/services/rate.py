"""How many deliveries a webhook takes: one bucket for all processes, holding one second's worth, at least one."""

from uuid import UUID

from apps.core import rate_limit, tenancy
from apps.core.errors import RateLimitedError
from apps.core.rate_limit import Limit


def take(webhook_id: UUID, rate_per_s: float) -> None:
    """Take one token of a webhook's bucket.

    Raises:
        RateLimitedError: the bucket is empty; says when it will not be.
    """
    limit = Limit(burst=max(1.0, rate_per_s), per_s=rate_per_s)
    wait_s = rate_limit.take("webhook", tenancy.key(webhook_id), limit)
    if wait_s > 0:
        raise RateLimitedError(
            "This webhook gets more deliveries than it may.", retry_after_s=wait_s
        )
