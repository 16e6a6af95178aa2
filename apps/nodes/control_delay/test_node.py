"""A delay holds nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.engine.node import Wait
from apps.engine.state import Reason
from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_delay.node import NODE

# Moments of the calendar that are none in UTC, and what is just not too far from 2026-01-01.
BEYOND_UTC = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
A_YEAR = "2027-01-02T01:00:00+01:00"


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (5, 5),
        (0.5, 0.5),
        ("5s", 5),
        ("1m30s", 90),
        ("2h", 7200),
        ("1 h 30 min", 5400),
        ("250ms", 0.25),
        ("1d", 86_400),
        ("1w", 604_800),
        ("PT1M30S", 90),
        ("P1DT2H", 93_600),
        ("0s", 0),
        ("{{ trigger.wait }}", 7),
    ],
)
def test_it_lets_go_for_as_long_as_it_is_told(duration, seconds) -> None:
    tried = try_node(NODE, {"duration": duration}, Given(trigger={"wait": "7s"}))

    assert tried.answer == Wait(seconds=seconds)


def test_a_moment_is_waited_for() -> None:
    tried = try_node(NODE, {"until": "2026-03-01T09:00:00+01:00"})

    assert tried.answer == Wait(until=datetime(2026, 3, 1, 8, tzinfo=UTC))


def test_it_is_over_when_it_is_woken() -> None:
    tried = try_node(NODE, {"duration": "2h"}, Given(woken=Reason.DELAY))

    assert tried.output == {"duration": "2h", "delayed_ms": 7_200_000, "completed": True}


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    "duration", ["soon", "5", "5 parsecs", "-1s", -1, "P", "PT", True, [5], "400d", 10**400]
)
def test_what_is_no_duration_is_refused_before_and_while_it_runs(duration) -> None:
    config = {"duration": duration}

    assert problems_in(NODE, config) == [("duration", "duration_invalid")]
    tried = try_node(NODE, {"duration": "{{ trigger }}"}, Given(trigger=duration))
    assert (tried.answer.code, tried.answer.is_retryable) == ("duration_invalid", False)


@pytest.mark.parametrize("until", ["tomorrow", "2026-03-01T09:00:00", 7, *BEYOND_UTC])
def test_what_is_no_moment_is_refused(until) -> None:
    assert problems_in(NODE, {"until": until}) == [("until", "moment_invalid")]
    tried = try_node(NODE, {"until": "{{ trigger }}"}, Given(trigger=until))
    assert tried.answer.code == "moment_invalid"


@pytest.mark.parametrize("until", ["2027-01-02T00:00:01Z", "9999-12-31T23:59:59+00:00"])
def test_a_moment_lies_a_year_ahead_at_most(until) -> None:
    tried = try_node(NODE, {"until": until})

    assert (tried.answer.code, tried.answer.is_retryable) == ("moment_invalid", False)


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", A_YEAR])
def test_a_moment_may_have_passed_or_lie_a_year_ahead(until) -> None:
    tried = try_node(NODE, {"until": until})

    assert tried.answer == Wait(until=datetime.fromisoformat(until))


def test_how_long_must_be_said() -> None:
    assert problems_in(NODE, {}) == [("duration", "field_required")]


@pytest.mark.proves("fault")
def test_a_duration_whose_path_leads_nowhere_fails() -> None:
    tried = try_node(NODE, {"duration": "{{ trigger.wait }}"}, Given(trigger={}))

    assert tried.answer.code == "missing_path"
