"""This process's one Redis client. Redis only speeds things up: nothing that matters lives there alone."""

from functools import cache

import redis
from django.conf import settings

# A dead Redis must cost a request less than people notice.
TIMEOUT_S = 0.25


@cache
def client() -> redis.Redis:
    """Return the client; it connects when it is used, and again after a fork."""
    return redis.Redis.from_url(
        settings.GORAX_REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
    )
