"""When a failed attempt is tried again: a frozen policy that answers with seconds or gives up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache

import re2

from apps.engine.failure import Failure
from apps.engine.value import Json

# What a server may ask by Retry-After; more than this is a refusal in other words.
LONGEST_RETRY_AFTER_S = 3600.0
# A wait longer than this lets the clock of the execution's own timeout stand still.
LONG_WAIT_S = 60.0
MOST_ATTEMPTS = 20
JITTER_SHARE = 0.25

_SECONDS = re.compile(r"[0-9]{1,9}")


class Backoff(StrEnum):
    FIXED = "fixed"
    EXPONENTIAL = "exponential"
    JITTER = "jitter"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently one node is tried. `attempts` counts all tries, the first too."""

    attempts: int = 1
    backoff: Backoff = Backoff.JITTER
    first_wait_s: float = 1.0
    longest_wait_s: float = 30.0
    multiplier: float = 2.0
    retry_on: tuple[str, ...] = ()
    give_up_on: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()

    def wait_s(self, attempt: int, failure: Failure, *, chance: float = 0.5) -> float | None:
        """Return the seconds to wait after failed `attempt`, or None to give up.

        `attempt` counts from 1. `chance` lies in [0, 1) and moves a jittered wait by up to a quarter
        either way; the caller derives it from the step, so that the answer can be repeated. The answer
        never exceeds `longest_wait_s`, but for a server's Retry-After (at most an hour).

        Raises:
            ValueError: `attempt` is below 1.
        """
        if attempt < 1:
            raise ValueError("attempts count from 1")
        if attempt >= self.attempts or not self._is_worth_it(failure):
            return None
        wait_s = self.first_wait_s
        if self.backoff is not Backoff.FIXED:
            wait_s *= self.multiplier ** (attempt - 1)
        if self.backoff is Backoff.JITTER:
            wait_s *= 1 + JITTER_SHARE * (2 * chance - 1)
        wait_s = min(wait_s, self.longest_wait_s)
        if failure.retry_after_s is not None:
            wait_s = max(wait_s, min(failure.retry_after_s, LONGEST_RETRY_AFTER_S))
        return wait_s

    def _is_worth_it(self, failure: Failure) -> bool:
        if failure.is_final:
            return False
        text = f"{failure.code}: {failure.message}"
        if any(_matches(pattern, text) for pattern in self.give_up_on):
            return False
        if self.statuses and failure.status is not None:
            return failure.status in self.statuses
        return failure.is_retryable or any(_matches(pattern, text) for pattern in self.retry_on)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _matches(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, a number or a date; None if unreadable."""
    if value is None:
        return None
    if _SECONDS.fullmatch(value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter of a year of twenty digits
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def problems_of(raw: Json) -> list[tuple[str, str]]:
    """Return everything wrong with a `retry` object as (key, sentence); empty means readable."""
    if not isinstance(raw, dict):
        return [("", "Retry settings must be an object.")]
    found = [
        (key, f"“{key}” is no retry setting; known are {', '.join(_CHECKS)}.")
        for key in raw
        if key not in _CHECKS
    ]
    found += [
        (key, sentence)
        for key, (is_fine, sentence) in _CHECKS.items()
        if key in raw and not is_fine(raw[key])
    ]
    return found


def read(raw: Mapping[str, Json], *, default_attempts: int) -> RetryPolicy:
    """Return the policy of a `retry` object that has no problems; what it leaves out has its default."""
    plain = RetryPolicy()
    return RetryPolicy(
        attempts=_integer(raw.get("attempts"), default_attempts),
        backoff=Backoff(str(raw.get("backoff", plain.backoff))),
        first_wait_s=_seconds(raw.get("first_wait_s"), plain.first_wait_s),
        longest_wait_s=_seconds(raw.get("longest_wait_s"), plain.longest_wait_s),
        multiplier=_seconds(raw.get("multiplier"), plain.multiplier),
        retry_on=tuple(str(item) for item in _listed(raw.get("retry_on"))),
        give_up_on=tuple(str(item) for item in _listed(raw.get("give_up_on"))),
        statuses=tuple(_integer(item, 0) for item in _listed(raw.get("statuses"))),
    )


def write(policy: RetryPolicy) -> dict[str, Json]:
    """Return the policy as the JSON from which `read` makes it again."""
    return {
        "attempts": policy.attempts,
        "backoff": str(policy.backoff),
        "first_wait_s": policy.first_wait_s,
        "longest_wait_s": policy.longest_wait_s,
        "multiplier": policy.multiplier,
        "retry_on": list(policy.retry_on),
        "give_up_on": list(policy.give_up_on),
        "statuses": list(policy.statuses),
    }


def _integer(raw: Json, default: int) -> int:
    return raw if isinstance(raw, int) else default


def _seconds(raw: Json, default: float) -> float:
    return float(raw) if isinstance(raw, int | float) else default


def _listed(raw: Json) -> list[Json]:
    return raw if isinstance(raw, list) else []


def _is_integer(raw: Json, least: int, most: int) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most


def _is_number(raw: Json, least: float, most: float) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool) and least <= raw <= most


def _are_patterns(raw: Json) -> bool:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        return False
    try:
        for item in raw:
            _compiled(str(item))
    except re2.error:
        return False
    return True


def _are_statuses(raw: Json) -> bool:
    return isinstance(raw, list) and all(_is_integer(item, 100, 599) for item in raw)


_CHECKS: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "attempts": (
        lambda raw: _is_integer(raw, 1, MOST_ATTEMPTS),
        f"The number of attempts must be a whole number from 1 to {MOST_ATTEMPTS}.",
    ),
    "backoff": (
        lambda raw: raw in tuple(Backoff),
        "The way of waiting must be fixed, exponential or jitter.",
    ),
    "first_wait_s": (
        lambda raw: _is_number(raw, 0, 86_400),
        "The first wait must be a number of seconds from 0 to 86400.",
    ),
    "longest_wait_s": (
        lambda raw: _is_number(raw, 0, 86_400),
        "The longest wait must be a number of seconds from 0 to 86400.",
    ),
    "multiplier": (lambda raw: _is_number(raw, 1, 10), "The multiplier must lie between 1 and 10."),
    "retry_on": (_are_patterns, "“retry_on” must be a list of regular expressions."),
    "give_up_on": (_are_patterns, "“give_up_on” must be a list of regular expressions."),
    "statuses": (_are_statuses, "“statuses” must be a list of HTTP statuses from 100 to 599."),
}
