"""A clock starts a workflow."""

from __future__ import annotations

import pytest

from apps.engine.testing import examples_beside, problems_in
from apps.engine.value import Json
from apps.nodes.trigger_schedule.cron import wrongs
from apps.nodes.trigger_schedule.node import NODE


def wrong(config: dict[str, Json]) -> list[tuple[str | None, str]]:
    return problems_in(NODE, config)


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_can_be_read(example) -> None:
    assert wrong(example["config"]) == []


def test_it_starts_workflows_and_is_never_run() -> None:
    assert NODE.is_trigger
    assert NODE.run is None


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "0 9 * * 1-5",
        "59 23 31 12 7",
        "0 0 1 1 0",
        "*/15 8-18/2 1,15 * *",
        "5/10 0 * * *",
        "0 9 * JAN-mar,Dec MON-Fri,sun",
        "0-29,45 0 * * *",
        "0\t9  * * *",
        "30 0 9 * * 1-5",
        "@hourly",
        " @yearly ",
    ],
)
def test_a_schedule_as_cron_reads_it_is_taken(cron: str) -> None:
    assert wrong({"cron": cron}) == []


@pytest.mark.parametrize(
    ("cron", "parts"),
    [
        ("99 99 99 99 99", 5),
        ("a b c d e", 5),
        ("60 * * * *", 1),
        ("* 24 * * *", 1),
        ("* * 0 * *", 1),
        ("* * 32 * *", 1),
        ("* * * 0 *", 1),
        ("* * * 13 *", 1),
        ("* * * * 8", 1),
        ("60 0 9 * * *", 1),
        ("-1 * * * *", 1),
        ("1.5 * * * *", 1),
        ("30-10 * * * *", 1),
        ("* * * * fri-mon", 1),
        ("*/0 * * * *", 1),
        ("*/60 * * * *", 1),
        ("*/x * * * *", 1),
        ("1, * * * *", 1),
        ("1,,2 * * * *", 1),
        ("1-2-3 * * * *", 1),
        ("*-5 * * * *", 1),
        ("jan * * * *", 1),
        ("* * * mon *", 1),
        ("* * * * jan", 1),
        ("* * L * ?", 2),
        ("٣ * * * *", 1),
        ("soon", 1),
        ("0 9 * *", 1),
        ("0 0 9 * * * 2030", 1),
        ("@sometimes", 1),
        ("@daily @daily", 1),
    ],
)
def test_each_part_that_cron_could_not_read_is_refused(cron: str, parts: int) -> None:
    assert wrong({"cron": cron}) == [("cron", "cron_invalid")] * parts


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("cron", "field_required")),
        ({"cron": 5}, ("cron", "field_type")),
        ({"cron": "@daily", "timezone": "Mars/Phobos"}, ("timezone", "timezone_unknown")),
        ({"cron": "@daily", "timezone": "../UTC"}, ("timezone", "timezone_unknown")),
        ({"cron": "@daily", "timezone": 1}, ("timezone", "field_type")),
        ({"cron": "@daily", "condition": "1 +"}, ("condition", "syntax_error")),
    ],
)
def test_a_field_that_cannot_be_used_is_refused(config, problem) -> None:
    assert wrong(config) == [problem]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "", None])
def test_a_time_zone_that_exists_is_taken(zone: str | None) -> None:
    assert wrong({"cron": "@daily", "timezone": zone}) == []


def test_a_part_out_of_range_is_named_with_what_it_takes() -> None:
    assert list(wrongs("0 25 * * *")) == [
        "“25” as the hour is out of range. It takes 0 to 23, *, ranges like 0-23, and lists."
    ]
