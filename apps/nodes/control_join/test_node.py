"""Ways come together: all of them, the first, or some."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.engine.outcome import Outcome
from apps.engine.program import load
from apps.engine.runner import run
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
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue
from apps.nodes.control_join.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def race(payload: Json = None, **config: Json) -> Builder:
    #  t ──► fork ──► slow ──► more ──► join ──► after
    #            ├──► quick ──────────► join
    #            └──► maybe ──true────► join
    builder = Builder().node("t", "trigger:manual").then("fork", "control:fork")
    builder.then("slow", "control:delay", duration="9s").then("more", "control:no_op")
    builder.after("fork").then("quick", "control:delay", duration="1s")
    builder.after("fork").then("maybe", "control:if", condition="trigger.is_on")
    builder.node("join", "control:join", **config)
    return builder.edge("more", "join").edge("quick", "join").edge("maybe", "join", "true")


def joined(builder: Builder, *, is_on: bool = False) -> Outcome:
    program = load(builder.build(), catalogue())
    return run(program, NodeId("t"), {"is_on": is_on}, in_memory_ports())


def outputs(outcome: Outcome) -> list[str]:
    return list(outcome.output["branch_outputs"])


def test_all_ways_that_are_taken_are_waited_for() -> None:
    assert outputs(joined(race())) == ["more", "quick"]


def test_the_first_way_wins_and_what_leads_nowhere_else_is_cancelled() -> None:
    outcome = joined(race(mode="first"))

    assert outputs(outcome) == ["quick"]
    assert outcome.steps["slow"].status == "cancelled"
    assert "more" not in outcome.steps


def test_the_wanted_number_of_ways_is_waited_for() -> None:
    assert outputs(joined(race(mode="n", count=2), is_on=True)) == ["quick", "maybe"]


def test_a_number_that_can_come_no_more_fails_at_once() -> None:
    outcome = joined(race(mode="n", count=3))

    assert (outcome.status, outcome.error["code"]) == ("failed", "join_unreachable")
    assert outcome.steps["slow"].status == "cancelled"


def test_a_join_whose_time_is_up_fails_or_goes_on_with_what_has_come() -> None:
    late = joined(race(timeout_s=5))
    lenient = joined(race(timeout_s=5, on_timeout="continue"))

    assert (late.status, late.error["code"]) == ("failed", "join_timeout")
    assert (outputs(lenient), lenient.output["timed_out"]) == (["quick"], True)
    assert lenient.steps["slow"].status == "cancelled"


def test_a_join_that_is_quick_enough_notices_no_limit() -> None:
    outcome = joined(race(timeout_s=60))

    assert (outputs(outcome), outcome.output["timed_out"]) == (["more", "quick"], False)


@pytest.mark.proves("refusal", "retryable")
def test_too_few_ways_are_no_matter_of_time() -> None:
    tried = try_node(NODE, {"mode": "n", "count": 3}, Given(inputs={"a": 1}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("join_unreachable", False)


@pytest.mark.proves("fault")
def test_a_join_that_is_woken_because_its_time_is_up_fails() -> None:
    given = Given(inputs={"a": 1}, woken=Reason.DEADLINE)

    assert try_node(NODE, {"timeout_s": 5}, given).answer.code == "join_timeout"


def test_a_join_on_a_way_that_is_not_taken_is_skipped() -> None:
    #  t ──► if ──true──► a ──► join (of 2)
    #           └─true──► b ──► join
    builder = Builder().node("t", "trigger:manual").then("if", "control:if", condition="false")
    builder.then("a", "control:no_op", port="true").after("if")
    builder.then("b", "control:no_op", port="true")
    builder.node("join", "control:join", mode="n", count=2).edge("a", "join").edge("b", "join")

    outcome = joined(builder)

    assert (outcome.status, outcome.steps["join"].status) == ("completed", "skipped")


def test_more_ways_than_there_are_cannot_be_waited_for() -> None:
    found = check(race(mode="n", count=4).build(), catalogue())

    assert [(each.code, each.field) for each in found] == [("join_too_many", "count")]


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"mode": "most"}, ("mode", "field_choice")),
        ({"mode": "n", "count": 0}, ("count", "field_range")),
        ({"mode": "n", "count": "two"}, ("count", "field_type")),
        ({"timeout_s": 0}, ("timeout_s", "field_range")),
        ({"on_timeout": "shrug"}, ("on_timeout", "field_choice")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
