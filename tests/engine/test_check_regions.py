"""What is wrong with the regions of a document, in words for people."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine.builder import Builder
from apps.engine.check import check
from apps.engine.problem import Problem
from apps.nodes import catalogue


def problems(builder: Builder) -> tuple[Problem, ...]:
    return check(builder.build(), catalogue())


def codes(builder: Builder) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.node_id) for problem in problems(builder)]


def loop(value: str = "1", **config: Any) -> Builder:
    #  t ──► loop ──body──► in ──► in-2
    #        loop ──done──► out
    builder = (
        Builder().node("t", "trigger:manual").then("loop", "control:loop", source=[1], **config)
    )
    builder.then("out", "action:set", port="done", values={"x": value}).after("loop")
    return builder.then("in", "control:no_op", port="body").then("in-2", "control:no_op")


def test_a_loop_with_a_body_and_an_exit_is_sound() -> None:
    assert problems(loop()) == ()


def test_an_edge_from_outside_into_a_body_is_told() -> None:
    (problem,) = problems(loop().edge("t", "in-2"))

    assert (problem.code, problem.node_id, problem.edge_id, problem.path) == (
        *("edge_enters_region", "t", "e5"),
        "/edges/4/target",
    )
    assert problem.message == (
        "“in-2” stands inside of “loop”, “t” does not. Nothing but “loop” itself leads into it."
    )


def test_an_edge_that_leaves_more_than_its_own_container_is_told() -> None:
    builder = loop().then("inner", "control:loop", source=[1])
    builder.then("deep", "control:no_op", port="body").edge("deep", "out")

    (problem,) = problems(builder)

    assert (problem.code, problem.edge_id) == ("edge_leaves_region", "e7")
    assert problem.message == (
        "“deep” stands inside of “inner”, “out” does not. What follows “inner” leaves it by its exit “done”."
    )


def test_an_edge_into_a_trigger_is_told_also_inside_of_a_body() -> None:
    builder = loop().node("hook", "trigger:webhook").edge("in-2", "hook")

    assert codes(builder)[0] == ("edge_into_trigger", "in-2")


def test_ways_that_meet_behind_a_container_hang_on_its_exit() -> None:
    #  loop ──body──► in ──► in-2 ──► out, and loop ──done──► out
    assert codes(loop().edge("in-2", "out").edge("in", "out")) == [("region_joined", "loop")]


def test_an_edge_by_a_handle_must_say_so() -> None:
    builder = Builder().node("t", "trigger:manual").then("loop", "control:loop", source=[1])

    assert codes(builder.then("in", "control:no_op")) == [("port_missing", "loop")]


def test_a_node_may_not_stand_too_deep() -> None:
    builder = Builder().node("t", "trigger:manual")
    for number in range(18):
        builder.then(f"l{number}", "control:loop", port="body" if number else "", source=[1])

    assert codes(builder) == [("regions_too_deep", "l17")]


def test_a_container_as_a_whole_cannot_be_tried_again() -> None:
    builder = loop().after("loop").data(retry={"attempts": 2})

    assert codes(builder) == [("retry_of_container", "loop")]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            "{{ steps.in }}",
            "“in” runs inside of “loop”, once for each pass: read steps.loop.iterations.",
        ),
        ("{{ steps.loop.iterations }}", None),
        (
            "{{ steps.item }}",
            "“out” reads from “item”, which is no node of this workflow. Did you mean “t”?",
        ),
    ],
)
def test_what_is_read_from_inside_of_a_body_is_pointed_out(
    value: str, sentence: str | None
) -> None:
    found = [problem.message for problem in problems(loop(value))]

    assert len(found) == (sentence is not None)
    assert sentence is None or found[0].split("Did")[0].strip().endswith(
        sentence.split("Did")[0].strip()
    )


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("steps.in.found", None),
        ("steps.order.found && steps.item.x && item.y", None),
        ("steps.out.x", "reference_later"),
        ("steps.loop.x", "reference_hidden"),
    ],
)
def test_a_condition_to_break_is_read_inside_of_the_body(condition: str, code: str | None) -> None:
    builder = loop(break_when=condition, item_variable="order")

    assert [problem.code for problem in problems(builder)] == ([] if code is None else [code])


def test_a_later_node_of_the_same_body_is_no_more_seen_than_elsewhere() -> None:
    builder = Builder().node("t", "trigger:manual").then("loop", "control:loop", source=[1])
    builder.then("a", "action:set", port="body", values={"x": "{{ steps.b }} {{ steps.item }}"})

    assert codes(builder.then("b", "control:no_op")) == [("reference_later", "a")]


def test_a_catch_may_read_from_its_try() -> None:
    builder = Builder().node("t", "trigger:manual").then("try", "control:try")
    builder.then("a", "control:no_op", port="try").after("try")
    builder.then("b", "action:set", port="catch", values={"x": "{{ steps.a ?? error }}"})

    assert problems(builder) == ()


def test_answers_in_a_body_and_behind_it_may_both_be_given() -> None:
    builder = loop().then("one", "action:respond").after("out").then("two", "action:respond")

    assert [code for code, _ in codes(builder)] == ["respond_twice"]
