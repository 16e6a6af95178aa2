"""When a failed attempt is tried again, and how long that takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import retry
from apps.engine.failure import Failure
from apps.engine.retry import Backoff, RetryPolicy, problems_of, read, retry_after_s, write
from apps.engine.value import Json

PASSING = Failure("timeout", "late", is_retryable=True)
LASTING = Failure("bad_config", "wrong")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waits(policy: RetryPolicy, failure: Failure = PASSING) -> list[float | None]:
    return [policy.wait_s(attempt, failure) for attempt in range(1, policy.attempts + 1)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (RetryPolicy(), [None]),
        (RetryPolicy(attempts=3, backoff=Backoff.FIXED), [1, 1, None]),
        (RetryPolicy(attempts=4, backoff=Backoff.EXPONENTIAL), [1, 2, 4, None]),
        (RetryPolicy(attempts=8, backoff=Backoff.EXPONENTIAL), [1, 2, 4, 8, 16, 30, 30, None]),
        (RetryPolicy(attempts=3, backoff=Backoff.JITTER), [1, 2, None]),
        (
            RetryPolicy(attempts=3, backoff=Backoff.EXPONENTIAL, first_wait_s=5, multiplier=3),
            [5, 15, None],
        ),
    ],
)
def test_waits_grow_as_the_policy_says_and_end_with_the_last_attempt(
    policy: RetryPolicy, expected: list[float | None]
) -> None:
    assert waits(policy) == expected


def test_what_somebody_has_decided_about_is_not_tried_again_whatever_the_patterns_say() -> None:
    policy = RetryPolicy(attempts=3, retry_on=(".",), statuses=(500,))

    assert waits(policy, Failure("x", "y", is_retryable=True, is_final=True)) == [None] * 3
    assert waits(policy, Failure("x", "y", status=500, is_final=True)) == [None] * 3


@pytest.mark.parametrize(("chance", "wait_s"), [(0.0, 7.5), (0.5, 10.0), (0.75, 11.25)])
def test_jitter_moves_a_wait_by_up_to_a_quarter(chance: float, wait_s: float) -> None:
    policy = RetryPolicy(attempts=2, first_wait_s=10)

    assert policy.wait_s(1, PASSING, chance=chance) == wait_s


@settings(deadline=None)
@given(
    attempt=st.integers(1, 19),
    chance=st.floats(0, 1, exclude_max=True),
    longest_wait_s=st.floats(0, 1000),
    backoff=st.sampled_from(Backoff),
)
def test_no_wait_is_longer_than_the_longest(
    attempt: int, chance: float, longest_wait_s: float, backoff: Backoff
) -> None:
    policy = RetryPolicy(attempts=20, backoff=backoff, longest_wait_s=longest_wait_s)

    wait_s = policy.wait_s(attempt, PASSING, chance=chance)

    assert wait_s is not None
    assert 0 <= wait_s <= longest_wait_s


def test_attempts_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        RetryPolicy(attempts=3).wait_s(0, PASSING)


def test_what_time_does_not_heal_is_not_tried_again() -> None:
    assert waits(RetryPolicy(attempts=3), LASTING) == [None, None, None]


@pytest.mark.parametrize(("asked_s", "wait_s"), [(0, 1), (120, 120), (1e6, 3600)])
def test_a_server_may_ask_for_more_patience_but_not_for_less(asked_s: float, wait_s: float) -> None:
    policy = RetryPolicy(attempts=2, backoff=Backoff.FIXED)
    failure = Failure("http_status", "busy", is_retryable=True, retry_after_s=asked_s)

    assert policy.wait_s(1, failure) == wait_s


@pytest.mark.parametrize(("status", "is_tried"), [(409, True), (503, False)])
def test_named_statuses_replace_the_usual_judgement(status: int, is_tried: bool) -> None:
    policy = RetryPolicy(attempts=2, statuses=(409,))
    failure = Failure("http_status", "no", is_retryable=True, status=status)

    assert (policy.wait_s(1, failure) is not None) is is_tried


def test_statuses_say_nothing_about_a_failure_without_one() -> None:
    assert RetryPolicy(attempts=2, statuses=(409,)).wait_s(1, PASSING) is not None


def test_patterns_add_what_is_tried_again_and_win_when_they_forbid() -> None:
    policy = RetryPolicy(attempts=2, retry_on=("wrong",), give_up_on=("^timeout",))

    assert policy.wait_s(1, LASTING) is not None
    assert policy.wait_s(1, PASSING) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 01 Mar 2026 12:01:00 GMT", 60),
        ("Sun, 01 Mar 2026 12:01:00 -0000", 60),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("Sun, 01 Mar 99999999999999999999 12:01:00 GMT", None),
        ("Sun, 01 Mar 2026 12:01:00 +99999999999999", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_settings_that_are_left_out_have_their_defaults() -> None:
    assert retry.read({}, default_attempts=3) == RetryPolicy(attempts=3)


def test_all_settings_are_read() -> None:
    raw: dict[str, Json] = {
        "attempts": 5,
        "backoff": "fixed",
        "first_wait_s": 2,
        "longest_wait_s": 60.5,
        "multiplier": 3,
        "retry_on": ["a"],
        "give_up_on": ["b"],
        "statuses": [409],
    }

    assert retry.problems_of(raw) == []
    assert retry.read(raw, default_attempts=1) == RetryPolicy(
        5, Backoff.FIXED, 2.0, 60.5, 3.0, ("a",), ("b",), (409,)
    )


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("often", ""),
        ({"attempts": 0}, "attempts"),
        ({"attempts": 21}, "attempts"),
        ({"attempts": True}, "attempts"),
        ({"attempts": 2.0}, "attempts"),
        ({"backoff": "random"}, "backoff"),
        ({"first_wait_s": -1}, "first_wait_s"),
        ({"first_wait_s": "1"}, "first_wait_s"),
        ({"longest_wait_s": 86_401}, "longest_wait_s"),
        ({"multiplier": 0.5}, "multiplier"),
        ({"retry_on": "a"}, "retry_on"),
        ({"retry_on": [1]}, "retry_on"),
        ({"give_up_on": ["("]}, "give_up_on"),
        ({"statuses": [99]}, "statuses"),
        ({"statuses": 404}, "statuses"),
        ({"max_retries": 3}, "max_retries"),
    ],
)
def test_a_bad_setting_is_named(raw: Json, key: str) -> None:
    assert [found for found, _ in retry.problems_of(raw)] == [key]


def test_every_bad_setting_is_named_at_once() -> None:
    found = retry.problems_of({"attempts": 0, "statuses": "x", "odd": 1})

    assert {key for key, _ in found} == {"attempts", "statuses", "odd"}


def test_a_policy_is_written_as_the_json_from_which_it_is_read_again() -> None:
    policy = RetryPolicy(4, Backoff.FIXED, 2.0, 9.0, 3.0, ("a",), ("b",), (503,))

    assert problems_of(write(policy)) == []
    assert read(write(policy), default_attempts=1) == policy
