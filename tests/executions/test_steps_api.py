"""An execution with its steps: as many and as much as one answer holds, and it says what it left out."""

import math
import random
from typing import Any

import pytest

from apps.core.ids import uuid7
from apps.executions.models import Execution, Step
from apps.executions.queries import showing

MIB = 1 << 20


@pytest.fixture
def owner(tenant, redis_server) -> Any:
    from tests.callers import make_caller

    return make_caller(tenant, "owner")


def make_execution(trigger: Any = True) -> Execution:
    return Execution.objects.create(
        id=uuid7(),
        workflow_id=uuid7(),
        version_id=uuid7(),
        trigger_node="start",
        trigger_kind="manual",
        status="running",
        trigger=trigger,
    )


def make_steps(execution: Execution, **outputs: Any) -> None:
    Step.objects.bulk_create(
        Step(
            execution=execution,
            node_id=node_id,
            node_type="control:no_op",
            status="completed",
            output=output,
            seq=seq,
        )
        for seq, (node_id, output) in enumerate(outputs.items())
    )


def read(owner, execution: Execution) -> dict[str, Any]:
    answer = owner.get(f"/executions/{execution.pk}?include=steps")
    assert answer.status_code == 200
    return answer.json()


def test_steps_come_in_order_with_their_outputs_and_nothing_is_left_out(owner) -> None:
    execution = make_execution(trigger={"n": 1})
    make_steps(execution, start=None, b={"deep": [1, None]}, a=None)

    said = read(owner, execution)

    assert [(each["node_id"], each["output"]) for each in said["steps"]] == [
        ("start", {"n": 1}),
        ("b", {"deep": [1, None]}),
        ("a", None),
    ]
    assert [each["output_omitted"] for each in said["steps"]] == [False, False, False]
    assert said["steps_truncated"] is False


def test_more_steps_than_an_answer_holds_are_cut_and_the_answer_says_so(owner) -> None:
    whole, longer = make_execution(), make_execution()
    make_steps(whole, **{f"n{number}": number for number in range(1_000)})
    make_steps(longer, **{f"n{number}": number for number in range(1_001)})

    for execution, is_truncated in ((whole, False), (longer, True)):
        said = read(owner, execution)
        assert [each["output"] for each in said["steps"]] == list(range(1_000))
        assert said["steps_truncated"] is is_truncated


def test_outputs_beyond_eight_mebibytes_are_left_out_and_the_steps_say_so(owner) -> None:
    execution = make_execution()
    make_steps(
        execution,
        first="x" * (5 * MIB),
        too_long="x" * (3 * MIB),
        fits="x" * (3 * MIB - 4),
        over=0,
    )

    said = read(owner, execution)

    assert [
        (each["node_id"], len(str(each["output"] or "")), each["output_omitted"])
        for each in said["steps"]
    ] == [
        ("first", 5 * MIB, False),
        ("too_long", 0, True),
        ("fits", 3 * MIB - 4, False),
        ("over", 0, True),
    ]
    assert showing.MOST_OUTPUT_BYTES == 8 * MIB


def test_no_more_is_read_to_choose_what_fits_than_fits(owner, monkeypatch) -> None:
    execution = make_execution()
    # Nothing packs these, so what is stored is as long as what is shown: two fit, and to see that a third is read.
    size = 2 * (MIB // 5) + 2
    noise = [random.Random(seed).randbytes(MIB // 5).hex() for seed in range(4)]  # noqa: S311 - noise
    make_steps(execution, a=noise[0], b=noise[1], c=noise[2], d=noise[3])
    monkeypatch.setattr(showing, "MOST_OUTPUT_BYTES", MIB)

    sizes = showing._sizes(execution.pk, "output", showing.MOST_OUTPUT_BYTES)

    assert [sizes[(name, "")] for name in "abcd"] == [size, size, size, math.inf]


def test_without_being_asked_an_execution_comes_without_steps(owner) -> None:
    execution = make_execution()
    make_steps(execution, a=1)

    said = owner.get(f"/executions/{execution.pk}").json()

    assert {"steps", "steps_truncated"} & said.keys() == set()


def test_what_passes_were_given_is_shown_as_far_as_it_fits_and_a_loops_list_is_not(
    owner, monkeypatch
) -> None:
    monkeypatch.setattr(showing, "MOST_OUTPUT_BYTES", 60)
    execution = make_execution()
    places = [
        ("loop", "", ["all"]),
        ("loop", "loop[0]", {"item": 1}),
        ("loop", "loop[1]", "x" * 60),
    ]
    Step.objects.bulk_create(
        Step(
            execution=execution,
            node_id=node_id,
            scope=scope,
            node_type="control:loop",
            status="running",
            item=item,
            seq=seq,
        )
        for seq, (node_id, scope, item) in enumerate(places)
    )

    said = read(owner, execution)

    assert [each["item"] for each in said["steps"]] == [
        None,
        {"item": 1},
        {"_omitted": "too_large", "most_bytes": 60},
    ]
