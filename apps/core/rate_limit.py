"""Token buckets shared by all processes: one round trip of one small script, for one bucket or for several."""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import redis
from prometheus_client import Counter

from apps.core import request_context
from apps.core.errors import RateLimitedError
from apps.core.redis_client import client

log = logging.getLogger(__name__)

# KEYS: buckets. ARGV: of each its capacity, tokens per second, tokens wanted. Takes from all of them or from none. Answers
# of each what is left and the seconds to wait, 0 for "go". Redis's own clock decides, so processes with different clocks
# share one bucket; an idle bucket expires once it would be full.
_TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local lefts, said, goes = {}, {}, true
for i, key in ipairs(KEYS) do
  local bucket = redis.call('HMGET', key, 'left', 'at')
  local capacity, rate, wanted = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local left = tonumber(bucket[1]) or capacity
  lefts[i] = math.min(capacity, left + (now - (tonumber(bucket[2]) or now)) * rate)
  if lefts[i] < wanted then goes = false end
end
for i, key in ipairs(KEYS) do
  local capacity, rate, wanted = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local wait = 0
  if lefts[i] < wanted then wait = (wanted - lefts[i]) / rate end
  if goes then lefts[i] = lefts[i] - wanted end
  redis.call('HSET', key, 'left', tostring(lefts[i]), 'at', tostring(now))
  redis.call('EXPIRE', key, math.ceil(capacity / rate) + 1)
  said[i * 2 - 1], said[i * 2] = tostring(lefts[i]), tostring(wait)
end
return said
"""
# The next take caps what lies above the capacity.
_PUT_BACK = """
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('HINCRBYFLOAT', key, 'left', 1) end
end
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


@dataclass(frozen=True, slots=True)
class Want:
    """A bucket from which tokens are wanted. `subject` may be anything, also what a stranger wrote: only its hash leaves this process."""

    name: str
    subject: str
    limit: Limit
    tokens: int = 1

    @property
    def key(self) -> str:
        """What the bucket is called outside of this process."""
        digest = hashlib.sha256(self.subject.encode("utf-8", "surrogatepass")).hexdigest()
        return f"gorax:rate:{self.name}:{digest[:32]}"


@dataclass(frozen=True, slots=True)
class State:
    """A bucket after it was asked: `wait_s` until what was wanted is there, 0 if it was; `left` tokens are in it."""

    want: Want
    left: float
    wait_s: float


class _Local:
    """Buckets of this process alone, for while Redis is away: a limit that is too generous beats none."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, wants: Sequence[Want]) -> list[State]:
        now = time.monotonic()
        with self._lock:
            lefts = [self._left(want, now) for want in wants]
            goes = all(left >= want.tokens for left, want in zip(lefts, wants, strict=True))
            states = []
            for want, left in zip(wants, lefts, strict=True):
                wait_s = max(0.0, (want.tokens - left) / want.limit.per_s)
                kept = left - want.tokens if goes else left
                self._buckets[want.key] = (kept, now)
                states.append(State(want, kept, wait_s))
            while len(self._buckets) > MOST_LOCAL:
                self._buckets.popitem(last=False)
        return states

    def _left(self, want: Want, now: float) -> float:
        left, at = self._buckets.pop(want.key, (want.limit.burst, now))
        return min(want.limit.burst, left + (now - at) * want.limit.per_s)

    def put_back(self, key: str) -> None:
        with self._lock:
            if key in self._buckets:
                left, at = self._buckets[key]
                self._buckets[key] = (left + 1, at)


_local = _Local()


def take(name: str, subject: str, limit: Limit, *, tokens: int = 1) -> float:
    """Take `tokens` of `subject`'s bucket, all or none; return 0, or the seconds after which they will be there."""
    return take_each([Want(name, subject, limit, tokens)])[0].wait_s


def hold_back(name: str, schema: str, *, asker: Limit, tenant: Limit, words: str) -> None:
    """Take one token of whoever asks (a key, a person, an address) and one of the whole tenant, both or none.

    Raises:
        RateLimitedError: one of the two is empty; says `words`, and when neither will be.
    """
    who = request_context.asker()
    subject = f"{schema}|{who.api_key_id or who.user_id or who.address}"
    wants = [Want(name, subject, asker), Want(f"{name}-all", schema, tenant)]
    wait_s = max(state.wait_s for state in take_each(wants))
    if wait_s:
        raise RateLimitedError(words, retry_after_s=wait_s)


def take_each(wants: Sequence[Want]) -> list[State]:
    """Take what is wanted from every bucket or from none, by one round trip; return the buckets in the same order."""
    numbers = [
        str(number)
        for want in wants
        for number in (want.limit.burst, want.limit.per_s, want.tokens)
    ]
    try:
        said = client().eval(_TAKE, len(wants), *(want.key for want in wants), *numbers)
    except redis.RedisError:
        for want in wants:
            JUDGED_ALONE.labels(want.name).inc()
        log.warning("rate_limit.redis_away", extra={"limit": wants[0].name})
        return _local.take(wants)
    figures = [float(text) for text in said]
    return [
        State(want, figures[2 * place], figures[2 * place + 1]) for place, want in enumerate(wants)
    ]


def put_back(name: str, subject: str) -> None:
    """Return a token that was taken for something that should not count after all."""
    put_back_each([Want(name, subject, Limit(1, 1))])


def put_back_each(wants: Sequence[Want]) -> None:
    """Return the token that was taken from each of these buckets."""
    keys = [want.key for want in wants]
    try:
        client().eval(_PUT_BACK, len(keys), *keys)
    except redis.RedisError:
        for key in keys:
            _local.put_back(key)
