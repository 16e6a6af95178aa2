"""Whole executions in memory that pass through regions."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from apps.engine import stored
from apps.engine.blocks import Block, Opening
from apps.engine.builder import Builder
from apps.engine.container import Open, facts_of
from apps.engine.frontier import Frontier
from apps.engine.graph import Container, Node
from apps.engine.mask import mask_of
from apps.engine.node import Context
from apps.engine.outcome import Outcome
from apps.engine.program import load
from apps.engine.runner import Trial, run
from apps.engine.secret import Secret
from apps.engine.testing import STAND_IN, in_memory_ports, try_node
from apps.engine.value import Json, NodeId
from apps.engine.wrap import masked
from apps.nodes import catalogue


def reloaded(frontier: Frontier) -> Frontier:
    return stored.load(json.loads(json.dumps(stored.dump(frontier))))


def played(builder: Builder, payload: Json = None, **trial: Any) -> Outcome:
    program = load(builder.build(), catalogue())
    conditions = Trial(on_change=reloaded, **trial)
    return run(program, NodeId("t"), payload, in_memory_ports(), conditions)


def start() -> Builder:
    return Builder().node("t", "trigger:manual")


def test_an_inner_loop_hides_the_names_of_the_outer_one_but_not_those_that_were_given() -> None:
    #  t ──► outer ──body──► inner ──body──► say
    builder = start().then(
        "outer", "control:loop", source="{{ trigger.rows }}", item_variable="row"
    )
    builder.then("inner", "control:loop", port="body", source="{{ item.cells }}")
    builder.then("say", "action:set", port="body", values={"x": "{{ row.name }}{{ item }}"})

    found = played(builder, {"rows": [{"name": "a", "cells": [1, 2]}, {"name": "b", "cells": []}]})

    rows: Any = found.output
    assert [
        [cell["output"]["x"] for cell in row["output"]["iterations"]] for row in rows["iterations"]
    ] == [["a1", "a2"], []]
    assert "outer[0]/inner[1]/say" in found.steps


def test_a_loop_in_a_try_whose_pass_fails_is_mended_by_the_catch() -> None:
    #  t ──► try ──try──► loop ──body──► divide
    #            ├─catch──► mend
    #            └─done──► end
    builder = start().then("try", "control:try")
    builder.then("loop", "control:loop", port="try", source=[1, 0, 2])
    builder.then("divide", "action:formula", port="body", expression="1 / item")
    builder.after("try").then("mend", "action:set", port="catch", values={"x": "{{ error.code }}"})
    builder.after("try").then("end", "action:set", port="done", values={"y": "{{ steps.try.x }}"})

    found = played(builder)

    assert (found.status, found.output) == ("completed", {"y": "division_by_zero"})
    assert found.steps["try[0]/loop[1]/loop"].status == "failed"
    assert "try[0]/loop[2]/loop" not in found.steps


def test_the_catch_sees_what_was_done_before_the_failure() -> None:
    builder = start().then("try", "control:try")
    builder.then("charge", "action:set", port="try", values={"id": 7})
    builder.then("ship", "action:formula", expression="1 / 0").after("try")
    values = {"refund": "{{ steps.charge.id }}", "shipped": "{{ steps.ship ?? null }}"}
    builder.then("undo", "action:set", port="catch", values=values)

    assert played(builder).output == {"refund": 7, "shipped": None}


def test_a_step_inside_of_a_loop_is_missing_outside_with_a_hint() -> None:
    builder = start().then("loop", "control:loop", source=[1])
    builder.then("in", "control:no_op", port="body").after("loop")
    builder.then("out", "action:set", port="done", values={"x": "{{ steps.in }}"})

    error = played(builder).error

    assert error is not None
    assert str(error["message"]).endswith("read steps.loop.iterations.")


def test_a_response_inside_of_a_loop_answers_once() -> None:
    builder = start().then("loop", "control:loop", source=[1, 2])
    builder.then("say", "action:respond", port="body", body="{{ item }}")

    assert played(builder).response == {"status": 200, "headers": {}, "body": 1}


def test_a_stop_inside_of_a_loop_ends_the_whole_execution() -> None:
    builder = start().then("loop", "control:loop", source=[1, 2])
    builder.then("if", "control:if", port="body", condition="item == 1", stop_on_true=True)

    found = played(builder)

    assert (found.status, found.steps["loop"].status) == ("completed", "cancelled")
    assert found.steps["loop[0]/loop"].status == "cancelled"


def test_a_mock_stands_for_a_container_and_its_passes() -> None:
    builder = start().then("loop", "control:loop", source="{{ trigger.rows }}")
    builder.then("in", "control:no_op", port="body")

    found = played(builder, {"rows": [1]}, mocks={NodeId("loop"): "done"})

    assert (found.output, list(found.steps)) == ("done", ["t", "loop"])


def test_a_disabled_container_is_left_by_its_exit() -> None:
    builder = start().then("loop", "control:loop", source=[1]).data(disabled=True)
    builder.then("in", "control:no_op", port="body").after("loop")
    builder.then("out", "action:set", port="done", values={"x": 1})

    found = played(builder)

    assert (found.output, "loop[0]/in" in found.steps) == ({"x": 1}, False)


def test_a_failed_container_gives_out_its_error_if_it_goes_on() -> None:
    builder = start().then("loop", "control:loop", source=[0]).data(on_error="continue")
    builder.then("in", "action:formula", port="body", expression="1 / item")

    output: Any = played(builder).output

    assert (output["error"]["code"], output["error"]["node"]) == ("division_by_zero", "in")


def test_a_dry_run_holds_an_output_that_is_passed_on_once() -> None:
    builder = start().then("loop", "control:loop", source=[1, 2])
    builder.then("in", "control:no_op", port="body")

    assert played(builder, is_dry=True).status == "completed"


def test_only_a_container_can_open_passes() -> None:
    kind = replace(STAND_IN, type="test:opener", run=lambda _ctx: Open(Opening(count=1)))

    answer: Any = try_node(kind, {}).answer

    assert answer.code == "answer_not_allowed"


def test_what_a_loop_opens_is_judged_like_an_output() -> None:
    kind = replace(
        catalogue().get("control:loop"), run=lambda _ctx: Open(Opening(count=1), [float("nan")])
    )

    answer: Any = try_node(kind, {"source": []}).answer

    assert answer.code == "output_not_json"


def test_what_a_loop_opens_is_as_it_is_beside_a_mask() -> None:
    answer = Open(Opening(count=1), ["hunter2-hunter2"])

    def open_it(_ctx: Context) -> Open:
        return answer

    context: Any = SimpleNamespace(hidden=[])
    assert masked(open_it, mask_of([Secret("hunter2-hunter2")]))(context) is answer


def test_the_items_of_a_loop_must_be_at_hand() -> None:
    node = Node(NodeId("loop"), "test:loop", container=Container.LOOP, handles=("body",))

    with pytest.raises(ValueError, match="loop"):
        facts_of(node, Block(Container.LOOP, 1, 1), 0, None)
