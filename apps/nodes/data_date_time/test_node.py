"""Dates are read, written, moved and compared, by the clocks of a time zone."""

from __future__ import annotations

import pytest

from apps.engine.program import load
from apps.engine.registry import Registry
from apps.engine.runner import run
from apps.engine.testing import (
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.engine.value import NodeId
from apps.nodes.data_date_time.node import NODE
from apps.nodes.trigger_manual.node import NODE as MANUAL

BERLIN, HAVANA, LORD_HOWE = "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def done(operation, date, **config):
    return try_node(NODE, {"operation": operation, "date": date, **config})


def date_of(operation, date, **config):
    return done(operation, date, **config).output["date"]


@pytest.mark.parametrize(
    ("date", "amount", "unit", "later"),
    [
        # The clocks skip 02:00–03:00 on 31 March and repeat 02:00–03:00 on 27 October.
        ("2024-03-30T02:30:00", 1, "days", "2024-03-31T03:30:00+02:00"),
        ("2024-03-30T12:00:00", 24, "hours", "2024-03-31T13:00:00+02:00"),
        ("2024-03-31T01:59:59", 1, "seconds", "2024-03-31T03:00:00+02:00"),
        ("2024-10-26T02:30:00", 1, "days", "2024-10-27T02:30:00+02:00"),
        ("2024-10-27T02:30:00+01:00", 7, "days", "2024-11-03T02:30:00+01:00"),
        ("2024-10-28T02:30:00", -1, "days", "2024-10-27T02:30:00+01:00"),
        ("2024-10-27T02:30:00+02:00", 1, "hours", "2024-10-27T02:30:00+01:00"),
        ("2024-10-27T02:30:00+01:00", 0, "days", "2024-10-27T02:30:00+01:00"),
        ("2024-01-31", 1, "months", "2024-02-29T00:00:00+01:00"),
        ("2024-03-31", -1, "months", "2024-02-29T00:00:00+01:00"),
        ("2024-02-29", 1, "years", "2025-02-28T00:00:00+01:00"),
        ("2024-12-15", 1, "months", "2025-01-15T00:00:00+01:00"),
        ("2024-01-15", -13, "months", "2022-12-15T00:00:00+01:00"),
        ("2024-01-01", 2, "weeks", "2024-01-15T00:00:00+01:00"),
        ("2024-01-01", 1.5, "minutes", "2024-01-01T00:01:30+01:00"),
        ("2024-01-01", 250, "milliseconds", "2024-01-01T00:00:00.250000+01:00"),
    ],
)
def test_days_are_counted_on_the_calendar_and_hours_as_they_pass(date, amount, unit, later) -> None:
    assert date_of("add", date, amount=amount, unit=unit, zone=BERLIN) == later


@pytest.mark.parametrize(
    ("period", "zone", "start", "end"),
    [
        ("year", BERLIN, "2024-01-01T00:00:00+01:00", "2024-12-31T23:59:59.999000+01:00"),
        ("quarter", BERLIN, "2024-01-01T00:00:00+01:00", "2024-03-31T23:59:59.999000+02:00"),
        ("month", BERLIN, "2024-03-01T00:00:00+01:00", "2024-03-31T23:59:59.999000+02:00"),
        ("week", BERLIN, "2024-03-04T00:00:00+01:00", "2024-03-10T23:59:59.999000+01:00"),
        # In Havana the clocks skip midnight on this day.
        ("day", HAVANA, "2024-03-10T01:00:00-04:00", "2024-03-10T23:59:59.999000-04:00"),
        ("hour", "Asia/Kolkata", "2024-03-10T17:00:00+05:30", "2024-03-10T17:59:59.999000+05:30"),
        ("minute", BERLIN, "2024-03-10T13:01:00+01:00", "2024-03-10T13:01:59.999000+01:00"),
    ],
)
def test_a_period_begins_and_ends_by_the_clocks_of_the_zone(period, zone, start, end) -> None:
    date = "2024-03-10T12:01:02.5Z"

    assert date_of("start_of", date, period=period, zone=zone) == start
    assert date_of("end_of", date, period=period, zone=zone) == end


@pytest.mark.parametrize(
    ("date", "other", "unit", "zone", "units"),
    [
        ("2024-03-30T12:00:00", "2024-03-31T12:00:00", "days", BERLIN, 1),
        ("2024-03-30T12:00:00", "2024-03-31T12:00:00", "hours", BERLIN, 23),
        ("2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00", "hours", BERLIN, 1),
        ("2024-04-06T12:00:00", "2024-04-07T12:00:00", "hours", LORD_HOWE, 24.5),
        ("2024-05-01", "2024-05-08", "weeks", "UTC", 1),
        ("2024-05-08", "2024-05-01T12:00:00", "days", "UTC", -6.5),
        ("2024-01-31", "2024-02-29", "months", "UTC", 1),
        ("2024-01-31", "2024-02-28", "months", "UTC", 0),
        ("2024-02-28", "2024-01-31", "months", "UTC", 0),
        ("2024-05-15", "2023-04-14", "months", "UTC", -13),
        ("2000-02-29", "2024-02-28", "years", "UTC", 23),
        ("2024-01-01", "2024-01-01T00:00:00.25Z", "milliseconds", "UTC", 250),
        ("2024-01-01T00:00:00+02:00", "2024-01-01T00:00:00Z", "minutes", "UTC", 120),
        (0, 90, "seconds", "UTC", 90),
    ],
)
def test_the_difference_is_counted_in_its_unit(date, other, unit, zone, units) -> None:
    tried = done("difference", date, other=other, unit=unit, zone=zone)

    assert tried.output == units
    assert type(tried.output) is type(units)


@pytest.mark.parametrize(
    ("config", "date"),
    [
        ({"date": "07.05.2024 11:05", "layout": "DD.MM.YYYY HH:mm"}, "2024-05-07T11:05:00Z"),
        (
            {"date": "07.05.2024 11:05", "layout": "DD.MM.YYYY HH:mm", "zone": BERLIN},
            "2024-05-07T11:05:00+02:00",
        ),
        (
            {"date": "2024-05-07 11:05 +02:00", "layout": "YYYY-MM-DD HH:mm Z"},
            "2024-05-07T11:05:00+02:00",
        ),
        ({"date": 1_715_079_900, "layout": "YYYY"}, "2024-05-07T11:05:00Z"),
        ({"date": "2024-05-07"}, "2024-05-07T00:00:00Z"),
        ({"date": "2024-05-07", "zone": "+05:45"}, "2024-05-07T00:00:00+05:45"),
    ],
)
def test_a_text_is_read_by_its_layout(config, date) -> None:
    assert date_of("parse", **config) == date


def test_a_moment_is_shown_by_other_clocks() -> None:
    assert date_of("convert", "2024-07-01T12:00:00Z", zone=BERLIN) == "2024-07-01T14:00:00+02:00"
    assert date_of("convert", "2024-07-01T12:00:00+09:00") == "2024-07-01T12:00:00+09:00"


def test_the_date_may_be_the_moment_at_which_the_step_began() -> None:
    assert date_of("convert", "{{ now() }}") == "2026-01-01T00:00:00Z"


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    "date", ["tomorrow", "2024-02-30", [1], True, None, {}, 1e300, "2024-13-01"]
)
@pytest.mark.parametrize("operation", ["convert", "parse"])
def test_what_is_no_date_is_refused_and_time_does_not_heal_it(operation, date) -> None:
    config = {"operation": operation, "date": "{{ trigger }}", "layout": "YYYY-MM-DD"}

    failure = try_node(NODE, config, Given(trigger=date)).answer

    assert (failure.code, failure.is_retryable) == ("bad_date", False)


def test_a_zone_that_becomes_none_is_refused() -> None:
    config = {"date": "2024-01-01", "zone": "{{ trigger }}"}

    assert try_node(NODE, config, Given(trigger="../UTC")).answer.code == "bad_zone"


def test_half_a_month_is_refused() -> None:
    assert done("add", "2024-01-01", amount=0.5, unit="months").answer.code == "bad_config"


@pytest.mark.proves("fault")
@pytest.mark.parametrize(
    ("operation", "date", "config"),
    [
        ("add", "9999-12-31", {"amount": 1, "unit": "days"}),
        ("add", "9999-12-31", {"amount": 1, "unit": "months"}),
        ("add", "0001-01-01", {"amount": -1, "unit": "years"}),
        ("add", "2024-01-01", {"amount": 1e12, "unit": "weeks"}),
        ("add", "2024-01-01", {"amount": 1e12, "unit": "hours"}),
        ("convert", "0001-01-01T00:00:00Z", {"zone": "-08:00"}),
        ("convert", "9999-12-31T23:00:00Z", {"zone": "Asia/Tokyo"}),
        ("end_of", "9999-12-31", {"period": "year"}),
        ("start_of", "0001-01-01T00:00:00+14:00", {"period": "hour"}),
    ],
)
def test_a_date_beyond_the_calendar_fails(operation, date, config) -> None:
    assert done(operation, date, **config).answer.code == "date_out_of_range"


DAY = {"date": "2024-01-01"}


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("date", "field_required")),
        ({"date": "{{ trigger."}, ("date", "syntax_error")),
        ({**DAY, "operation": "guess"}, ("operation", "field_choice")),
        ({**DAY, "operation": "difference"}, ("other", "field_required")),
        ({**DAY, "operation": "add"}, ("amount", "field_required")),
        ({**DAY, "operation": "add", "amount": 1e13}, ("amount", "field_range")),
        ({**DAY, "operation": "add", "amount": 1, "unit": "moons"}, ("unit", "field_choice")),
        ({**DAY, "operation": "start_of", "period": "days"}, ("period", "field_choice")),
        ({**DAY, "operation": "format"}, ("layout", "field_required")),
        ({**DAY, "operation": "format", "layout": "Y" * 101}, ("layout", "field_length")),
        ({**DAY, "zone": "Mars/Phobos"}, ("zone", "timezone_unknown")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.parametrize(
    ("config", "date"),
    [
        ({"date": "2024-07-01"}, "2024-07-01T00:00:00+09:00"),
        ({"date": "2024-07-01T00:00:00Z"}, "2024-07-01T09:00:00+09:00"),
        ({"date": "2024-07-01T00:00:00Z", "zone": BERLIN}, "2024-07-01T02:00:00+02:00"),
    ],
)
def test_the_zone_of_the_workflow_counts_unless_the_node_names_one(config, date) -> None:
    document = {
        "nodes": [
            {"id": "start", "type": "trigger:manual"},
            {"id": "when", "type": NODE.type, "data": {"config": config}},
        ],
        "edges": [{"id": "e", "source": "start", "target": "when"}],
        "settings": {"timezone": "Asia/Tokyo"},
    }
    program = load(document, Registry([NODE, MANUAL]))

    output = run(program, NodeId("start"), {}, in_memory_ports()).output

    assert output["date"] == date
