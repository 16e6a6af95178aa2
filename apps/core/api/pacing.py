"""What an answer says of the buckets that its request was taken from."""

import math
from collections.abc import Iterable

from django.http import HttpRequest

from apps.core.rate_limit import State

STATES = "gorax_rate_states"


def note(request: HttpRequest, states: list[State]) -> None:
    """Remember what the answer to this request shall say."""
    setattr(request, STATES, states)


def noted(request: HttpRequest) -> list[State]:
    """Return what was remembered, nothing if no bucket was asked."""
    found: list[State] = getattr(request, STATES, [])
    return found


def headers(states: Iterable[State]) -> dict[str, str]:
    """Return RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10), and what older clients read.

    A policy's quota `q` is a full bucket, its window `w` the seconds in which an empty one fills.
    """
    ordered = sorted(states, key=lambda state: state.left)
    if not ordered:
        return {}
    least = ordered[0]
    return {
        "RateLimit-Policy": ", ".join(map(_policy, ordered)),
        "RateLimit": ", ".join(map(_left, ordered)),
        "X-RateLimit-Limit": str(int(least.want.limit.burst)),
        "X-RateLimit-Remaining": str(int(least.left)),
        "X-RateLimit-Reset": str(_full_in_s(least)),
    }


def _policy(state: State) -> str:
    limit = state.want.limit
    return f'"{state.want.name}";q={int(limit.burst)};w={math.ceil(limit.burst / limit.per_s)}'


def _left(state: State) -> str:
    return f'"{state.want.name}";r={int(state.left)};t={_full_in_s(state)}'


def _full_in_s(state: State) -> int:
    limit = state.want.limit
    return max(0, math.ceil((limit.burst - state.left) / limit.per_s))
