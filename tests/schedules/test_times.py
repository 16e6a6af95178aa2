"""When a schedule fires, over clock changes and leap days, and which of the times that have passed are made up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from apps.core.errors import FieldProblem
from apps.schedules.rules.times import Decision, Plan, decide
from apps.schedules.rules.words import in_words, problems_of

DAY_S = 86_400


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def times(cron: str, zone: str, since: str, count: int) -> list[str]:
    return [
        each.strftime("%m-%d %H:%M:%S").removesuffix(":00")
        for each in Plan(cron, zone).first(count, at(since))
    ]


@pytest.mark.parametrize(
    ("cron", "wanted"),
    [
        # On 29 March 2026 clocks in Berlin go from 02:00 to 03:00, which is 01:00 UTC.
        ("30 2 * * *", ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
        ("10 30 2 * * *", ["03-28 01:30:10", "03-29 01:00", "03-30 00:30:10"]),
        ("0 3 * * *", ["03-28 02:00", "03-29 01:00", "03-30 01:00"]),
        # Two that fall together are one.
        ("0 2,3 * * *", ["03-28 01:00", "03-28 02:00", "03-29 01:00", "03-30 00:00"]),
        ("*/30 2 * * *", ["03-28 01:00", "03-28 01:30", "03-29 01:00", "03-30 00:00"]),
        ("0 */2 * * *", [f"03-28 {hour:02}:00" for hour in range(1, 24, 2)] + ["03-29 01:00"]),
    ],
)
def test_a_time_that_a_clock_change_leaves_out_fires_at_the_next_instant(cron, wanted) -> None:
    assert times(cron, "Europe/Berlin", "2026-03-27T23:00", len(wanted)) == wanted


@pytest.mark.parametrize(
    ("cron", "wanted"),
    [
        # On 25 October 2026 clocks in Berlin go from 03:00 back to 02:00, which is 01:00 UTC.
        ("30 2 * * *", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
        ("10 30 2 * * *", ["10-24 00:30:10", "10-25 00:30:10", "10-26 01:30:10"]),
        ("*/30 2 * * *", ["10-24 00:00", "10-24 00:30", "10-25 00:00", "10-25 00:30"]),
        ("0 2,3 * * *", ["10-24 00:00", "10-24 01:00", "10-25 00:00", "10-25 02:00"]),
    ],
)
def test_a_time_that_comes_twice_fires_once_at_its_first(cron, wanted) -> None:
    assert times(cron, "Europe/Berlin", "2026-10-23T22:00", len(wanted)) == wanted


def test_the_second_of_two_equal_times_is_not_fired_by_whoever_looks_between_them() -> None:
    assert times("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45", 1) == ["10-26 01:30"]
    assert times("30 2 * * *", "Europe/Berlin", "2026-10-25T01:15", 1) == ["10-26 01:30"]


@pytest.mark.parametrize("since", ["2026-03-28T22:00", "2026-10-24T22:00"])
@pytest.mark.parametrize("cron", ["*/15 * * * *", "@hourly", "7 0-23 * * *", "*/15 */1 * * *"])
def test_what_comes_every_hour_goes_by_elapsed_time(cron, since) -> None:
    found = Plan(cron, "Europe/Berlin").first(60, at(since))

    gaps = {later - sooner for sooner, later in pairwise(found)}

    assert gaps == {timedelta(minutes=15 if "15" in cron else 60)}


def test_a_day_that_a_zone_left_out_fires_when_the_next_one_begins() -> None:
    # Samoa had no 30 December 2011: after 29 December 24:00 (UTC-10) came the 31st (UTC+14).
    found = Plan("0 9 30 12 *", "Pacific/Apia").after(at("2011-12-01T00:00"))

    assert found == at("2011-12-30T10:00")


def test_the_29th_of_february_comes_in_leap_years_only() -> None:
    found = Plan("0 0 29 2 *", "UTC").first(3, at("2096-01-01T00:00"))

    assert [each.year for each in found] == [2096, 2104, 2108]


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 0 31 6 *"])
def test_a_day_that_no_month_has_never_comes(cron) -> None:
    assert Plan(cron, "Europe/Berlin").after(at("2026-01-01T00:00")) is None


def test_the_31st_leaves_short_months_out() -> None:
    assert times("0 12 31 * *", "UTC", "2026-01-01T00:00", 3) == [
        "01-31 12:00",
        "03-31 12:00",
        "05-31 12:00",
    ]


def test_a_time_is_after_the_moment_that_is_asked_about() -> None:
    plan = Plan("0 9 * * *", "UTC")

    assert plan.after(at("2026-05-01T09:00")) == at("2026-05-02T09:00")
    assert plan.after(at("2026-05-01T08:59:59.999999")) == at("2026-05-01T09:00")


def test_within_a_minute_each_time_fires() -> None:
    plan, due_at = Plan("* * * * * *", "UTC"), at("2026-05-01T09:00:00")

    found = decide(plan, due_at=due_at, now=due_at + timedelta(seconds=60), late_s=DAY_S)

    assert found == Decision(due_at, is_missed=False, next_at=due_at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("cron", "fire_at", "next_at"),
    [
        ("0 * * * *", "2026-05-03T11:00", "2026-05-03T12:00"),
        ("* * * * * *", "2026-05-03T11:30:30", "2026-05-03T11:30:31"),
        ("0 9 1 5 *", "2026-05-01T09:00", "2027-05-01T09:00"),
        ("*/20 9 * * *", "2026-05-03T09:40", "2026-05-04T09:00"),
    ],
)
def test_of_the_times_that_nobody_saw_the_latest_is_made_up(cron, fire_at, next_at) -> None:
    found = decide(
        Plan(cron, "UTC"),
        due_at=at("2026-05-01T09:00"),
        now=at("2026-05-03T11:30:30.5"),
        late_s=10 * DAY_S,
    )

    assert found == Decision(at(fire_at), is_missed=False, next_at=at(next_at))


def test_what_is_older_than_the_bound_is_missed() -> None:
    plan, due_at = Plan("0 9 * * 5", "UTC"), at("2026-05-01T09:00")
    next_at = at("2026-05-08T09:00")

    for late, is_missed in ((DAY_S, False), (DAY_S + 1, True)):
        now = due_at + timedelta(seconds=late)
        found = decide(plan, due_at=due_at, now=now, late_s=DAY_S)
        assert found == Decision(due_at, is_missed=is_missed, next_at=next_at)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1-5", "At 09:00, Monday through Friday"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("@hourly", "Every hour"),
        ("@weekly", "At 00:00, only on Sunday"),
        ("30 0 9 * * 7", "At 09:00:30, only on Sunday"),
        ("0 0 29 2 *", "At 00:00, on day 29 of the month, only in February"),
        (
            "0 9 * JAN-mar,Dec MON",
            "At 09:00, only on Monday, only in January through March and December",
        ),
    ],
)
def test_a_schedule_in_words(cron, words) -> None:
    assert in_words(Plan(cron, "UTC")) == words


def test_what_cannot_be_read_is_named_by_its_place() -> None:
    found = list(problems_of(Plan("0 25 * * *", "Mars/Phobos")))

    assert [(each.path, each.code) for each in found] == [
        ("/cron", "cron_invalid"),
        ("/timezone", "timezone_unknown"),
    ]
    assert all(isinstance(each, FieldProblem) for each in found)
