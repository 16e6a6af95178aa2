"""A failure is caught, and whatever happens something is done at the end."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.outcome import Outcome
from apps.engine.program import load
from apps.engine.runner import run
from apps.engine.testing import examples_beside, in_memory_ports, play, promised
from apps.engine.value import NodeId
from apps.nodes import catalogue
from apps.nodes.control_try.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def tried(**values: str) -> Outcome:
    #  t ──► try ──try──► …, ──catch──► …, ──finally──► …, as far as they are given
    builder = Builder().node("t", "trigger:manual").then("try", "control:try")
    for port, value in values.items():
        builder.after("try").then(f"on_{port}", "action:set", port=port, values={"x": value})
    return run(load(builder.build(), catalogue()), NodeId("t"), {"n": 7}, in_memory_ports())


BROKEN = "{{ 1 / 0 }}"


def ran(outcome: Outcome) -> list[str]:
    return [node_id for node_id in outcome.path if node_id.startswith("on_")]


def test_without_a_failure_the_catch_does_not_run() -> None:
    outcome = tried(**{"try": "fine", "catch": "mended", "finally": "swept"})

    assert ran(outcome) == ["on_try", "on_finally"]
    assert (outcome.output, outcome.had_errors) == ({"x": "fine"}, False)


def test_the_catch_knows_the_error_and_gives_the_output() -> None:
    shown = "{{ error.code }} in {{ error.node }}"

    outcome = tried(**{"try": BROKEN, "catch": shown, "finally": "swept"})

    assert ran(outcome) == ["on_try", "on_catch", "on_finally"]
    assert (outcome.output, outcome.had_errors) == ({"x": "division_by_zero in on_try"}, True)


def test_what_came_in_comes_into_each_region() -> None:
    assert tried(**{"try": BROKEN, "catch": "{{ input.n }}"}).output == {"x": 7}


def test_a_catch_that_fails_fails_the_node_after_finally() -> None:
    outcome = tried(**{"try": BROKEN, "catch": "{{ trigger.missing }}", "finally": "swept"})

    assert ran(outcome) == ["on_try", "on_catch", "on_finally"]
    assert (outcome.status, outcome.error["code"]) == ("failed", "missing_path")


def test_without_a_catch_the_failure_goes_on_after_finally() -> None:
    outcome = tried(**{"try": BROKEN, "finally": "swept"})

    assert ran(outcome) == ["on_try", "on_finally"]
    assert (outcome.status, outcome.error["node"]) == ("failed", "on_try")


def test_a_finally_that_fails_fails_the_node() -> None:
    outcome = tried(**{"try": "fine", "finally": BROKEN})

    assert (outcome.status, outcome.error["node"]) == ("failed", "on_finally")


def test_nothing_to_try_is_no_failure() -> None:
    assert (tried().status, tried().output) == ("completed", None)
