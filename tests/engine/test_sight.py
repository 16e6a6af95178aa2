"""What a step sees of the others."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.program import load
from apps.engine.sight import Steps, earlier_tries, key_in_sight, lasting_key, place_of, why_hidden
from apps.engine.value import NodeId, StepKey, split_key
from apps.nodes import catalogue

#  t ──► loop ──body──► first ──► inner ──body──► deep
#        loop ──done──► try ──try──► tried, ──catch──► caught
#        t ──► retry ──body──► loop-2 ──body──► again
GRAPH = load(
    Builder()
    .node("t", "trigger:manual")
    .then("loop", "control:loop", source=[1], item_variable="order")
    .then("first", "control:no_op", port="body")
    .then("inner", "control:loop", source=[1])
    .then("deep", "control:no_op", port="body")
    .after("loop")
    .then("try", "control:try", port="done")
    .then("tried", "control:no_op", port="try")
    .then("later", "control:no_op")
    .after("try")
    .then("caught", "control:no_op", port="catch")
    .after("t")
    .then("retry", "control:retry")
    .then("loop-2", "control:loop", port="body", source=[1])
    .then("again", "control:no_op", port="body")
    .build(),
    catalogue(),
).graph


def seen(key: str, node_id: str) -> StepKey | None:
    step = StepKey(key)
    return key_in_sight(GRAPH, split_key(step)[0], place_of(GRAPH, step), NodeId(node_id))


@pytest.mark.parametrize(
    ("viewer", "node_id", "key"),
    [
        ("loop[3]/inner[2]/deep", "first", "loop[3]/first"),
        ("loop[3]/inner[2]/deep", "t", "t"),
        ("loop[3]/loop", "first", "loop[3]/first"),
        ("loop[3]/inner[1]/inner", "deep", "loop[3]/inner[1]/deep"),
        ("loop", "first", None),
        ("loop[3]/first", "deep", None),
        ("try[1]/caught", "tried", "try[0]/tried"),
        ("try[0]/tried", "caught", None),
        ("try[1]/caught", "deep", None),
        ("try", "tried", None),
    ],
)
def test_a_node_is_seen_in_the_nearest_enclosing_scope(viewer, node_id, key) -> None:
    assert seen(viewer, node_id) == key


@pytest.mark.parametrize(
    ("viewer", "node_id", "reason"),
    [
        (
            "try",
            "first",
            "“first” runs inside of “loop”, once for each pass: read steps.loop.iterations.",
        ),
        ("loop", "tried", "“tried” runs inside of “try”: read steps.try."),
        (
            "loop[0]/first",
            "loop",
            "“loop” has an output only when all of its passes are done, not inside of it.",
        ),
        ("loop[0]/inner", "first", None),
        ("try[1]/caught", "tried", None),
    ],
)
def test_it_is_said_why_a_node_is_not_seen(viewer, node_id, reason) -> None:
    assert why_hidden(GRAPH, place_of(GRAPH, StepKey(viewer)), NodeId(node_id)) == reason


def test_the_root_steps_has_what_is_in_sight_and_the_names_of_the_loops() -> None:
    outputs = {StepKey("t"): 1, StepKey("loop[3]/first"): 2, StepKey("loop[4]/first"): 3}

    steps = Steps(GRAPH, StepKey("loop[3]/inner"), outputs, {"order": 7})

    assert dict(steps) == {"t": 1, "first": 2, "order": 7}
    assert len(steps) == 3
    assert steps.hint_for("tried") == "“tried” runs inside of “try”: read steps.try."
    assert steps.hint_for("nobody") is None
    with pytest.raises(KeyError):
        steps["deep"]


@pytest.mark.parametrize(
    ("key", "lasting"),
    [
        ("t", "t"),
        ("loop[3]/first", "loop[3]/first"),
        ("retry[2]/loop-2", "retry/loop-2"),
        ("retry[2]/loop-2[5]/again", "retry/loop-2[5]/again"),
    ],
)
def test_a_lasting_key_leaves_out_the_tries_of_retry_blocks(key, lasting) -> None:
    assert lasting_key(GRAPH, StepKey(key)) == lasting


@pytest.mark.parametrize(
    ("key", "tries"),
    [
        ("t", []),
        ("loop[3]/first", []),
        ("retry[0]/loop-2[5]/again", []),
        ("retry[2]/loop-2[5]/again", ["retry[0]/loop-2[5]/again", "retry[1]/loop-2[5]/again"]),
    ],
)
def test_a_step_may_have_run_in_the_earlier_tries_of_a_retry_block(key, tries) -> None:
    assert earlier_tries(GRAPH, StepKey(key)) == tries
