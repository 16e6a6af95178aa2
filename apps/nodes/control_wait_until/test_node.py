"""A wait until a moment holds nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.engine import runner
from apps.engine.builder import Builder
from apps.engine.node import Wait
from apps.engine.program import load
from apps.engine.registry import Registry
from apps.engine.runner import Trial
from apps.engine.state import Reason
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
from apps.nodes.control_wait_until.node import NODE
from apps.nodes.trigger_manual.node import NODE as MANUAL

# Moments of the calendar that are none in UTC.
BEYOND_UTC = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
NINE_IN_PARIS = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.parametrize(
    ("until", "zone"),
    [
        ("2026-03-01T09:00:00+01:00", ""),
        ("2026-03-01T08:00:00Z", "Asia/Tokyo"),
        ("2026-03-01T09:00", "Europe/Paris"),
        ("2026-03-01 08:00", ""),
        (1772352000, ""),
        (1772352000.0, "Europe/Paris"),
        (1772352000000, ""),
        ("{{ trigger.at }}", ""),
    ],
)
def test_a_moment_is_waited_for_however_it_is_written(until, zone) -> None:
    given = Given(trigger={"at": "2026-03-01T08:00:00Z"})

    assert try_node(NODE, {"until": until, "zone": zone}, given).answer == Wait(until=NINE_IN_PARIS)


def test_a_date_alone_is_its_midnight_in_the_zone() -> None:
    tried = try_node(NODE, {"until": "2026-03-02", "zone": "America/New_York"})

    assert tried.answer == Wait(until=datetime(2026, 3, 2, 5, tzinfo=UTC))


def test_a_date_without_an_offset_is_read_in_the_time_zone_of_the_workflow() -> None:
    document = (
        Builder()
        .settings(timezone="Europe/Paris")
        .node("start", MANUAL.type)
        .node("rest", NODE.type, until="2026-03-01T09:00")
        .edge("start", "rest")
        .build()
    )
    program = load(document, Registry([MANUAL, NODE]))

    ended = runner.run(program, NodeId("start"), {}, in_memory_ports(), Trial())

    assert ended.ended_at == NINE_IN_PARIS
    assert ended.output == {
        "until": "2026-03-01T09:00:00+01:00",
        "had_passed": False,
        "completed": True,
    }


@pytest.mark.parametrize("until", ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", 0])
def test_a_moment_that_has_passed_is_not_waited_for(until) -> None:
    assert try_node(NODE, {"until": until}).output["had_passed"] is True


def test_it_is_over_when_it_is_woken() -> None:
    tried = try_node(NODE, {"until": "2026-03-01T08:00:00Z"}, Given(woken=Reason.DELAY))

    assert tried.output == {
        "until": "2026-03-01T08:00:00+00:00",
        "had_passed": False,
        "completed": True,
    }


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    "until",
    ["tomorrow", "09:00", "2026-02-30", "2026-03-01T25:00", True, [5], {}, 10**400, *BEYOND_UTC],
)
def test_what_is_no_moment_is_refused_before_and_while_it_runs(until) -> None:
    assert problems_in(NODE, {"until": until}) == [("until", "moment_invalid")]
    tried = try_node(NODE, {"until": "{{ trigger }}"}, Given(trigger=until))
    assert (tried.answer.code, tried.answer.is_retryable) == ("moment_invalid", False)


@pytest.mark.parametrize("until", ["2027-01-02T00:00:01Z", "9999-12-31T23:59:59+00:00"])
def test_a_moment_lies_a_year_ahead_at_most(until) -> None:
    assert try_node(NODE, {"until": until}).answer.code == "moment_invalid"
    assert try_node(NODE, {"until": "2027-01-02T00:00:00Z"}).answer == Wait(
        until=datetime(2027, 1, 2, tzinfo=UTC)
    )


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "+25:00"])
def test_a_time_zone_that_is_none_is_refused(zone) -> None:
    config = {"until": "2026-03-01T09:00", "zone": zone}

    assert problems_in(NODE, config) == [("zone", "zone_unknown")]
    tried = try_node(NODE, config | {"zone": "{{ trigger }}"}, Given(trigger=zone))
    assert tried.answer.code == "zone_unknown"


def test_the_moment_must_be_said() -> None:
    assert problems_in(NODE, {}) == [("until", "field_required")]


@pytest.mark.proves("fault")
def test_a_moment_whose_path_leads_nowhere_fails() -> None:
    tried = try_node(NODE, {"until": "{{ trigger.at }}"}, Given(trigger={}))

    assert tried.answer.code == "missing_path"
