"""Token buckets shared by all processes: one round trip of one small script."""

import hashlib
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import redis
from prometheus_client import Counter

from apps.core.redis_client import client

log = logging.getLogger(__name__)

# KEYS: bucket. ARGV: capacity, tokens per second, tokens wanted. Answers the seconds to wait, 0 for "go". Redis's own clock
# decides, so processes with different clocks share one bucket; an idle bucket expires once it would be full.
_TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at')
local capacity, rate, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local left = tonumber(bucket[1]) or capacity
left = math.min(capacity, left + (now - (tonumber(bucket[2]) or now)) * rate)
local wait = 0
if left < wanted then wait = (wanted - left) / rate else left = left - wanted end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate) + 1)
return tostring(wait)
"""
# The next take caps what lies above the capacity.
_PUT_BACK = """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBYFLOAT', KEYS[1], 'left', 1) end
"""
MOST_LOCAL = 10_000
JUDGED_ALONE = Counter(
    "gorax_rate_limit_judged_alone",
    "Calls that this process judged by itself, Redis being away",
    ["limit"],
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `burst` at once, and `per_s` each second in the long run."""

    burst: float
    per_s: float


class _Local:
    """Buckets of this process alone, for while Redis is away: a limit that is too generous beats none."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, limit: Limit, tokens: int) -> float:
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(key, (limit.burst, now))
            left = min(limit.burst, left + (now - at) * limit.per_s)
            wait = 0.0 if left >= tokens else (tokens - left) / limit.per_s
            self._buckets[key] = (left - tokens if left >= tokens else left, now)
            if len(self._buckets) > MOST_LOCAL:
                self._buckets.popitem(last=False)
        return wait

    def put_back(self, key: str) -> None:
        with self._lock:
            if key in self._buckets:
                left, at = self._buckets[key]
                self._buckets[key] = (left + 1, at)


_local = _Local()


def take(name: str, subject: str, limit: Limit, *, tokens: int = 1) -> float:
    """Take `tokens` of `subject`'s bucket, all or none; return 0, or the seconds after which they will be there.

    `subject` may be anything, also what a stranger wrote: only its hash leaves this process.
    """
    key = _key(name, subject)
    try:
        wait = client().eval(_TAKE, 1, key, str(limit.burst), str(limit.per_s), str(tokens))
        return float(wait)
    except redis.RedisError:
        JUDGED_ALONE.labels(name).inc()
        log.warning("rate_limit.redis_away", extra={"limit": name})
        return _local.take(key, limit, tokens)


def put_back(name: str, subject: str) -> None:
    """Return a token that was taken for something that should not count after all."""
    key = _key(name, subject)
    try:
        client().eval(_PUT_BACK, 1, key)
    except redis.RedisError:
        _local.put_back(key)


def _key(name: str, subject: str) -> str:
    return f"gorax:rate:{name}:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
