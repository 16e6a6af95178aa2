"""Loops, tries, retry blocks and parallel branches, each pass with rows of its own."""

from uuid import UUID

import pytest

from apps.engine.state import StepStatus
from apps.executions.models import Step
from apps.executions.queries import owning
from apps.executions.services import cancel, doctor, moves, worker
from tests.executions.crew import Killed, bury, dying_at, hooked, work
from tests.executions.makers import (
    begin,
    call,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    tickets,
    work_until_ended,
    work_until_idle,
)

SET = "action:set"


def rows(execution_id: UUID) -> dict[str, Step]:
    """Every step's row by its key, in the order of their last change."""
    stored = Step.objects.filter(execution_id=execution_id).order_by("seq")
    return {f"{row.scope}/{row.node_id}" if row.scope else row.node_id: row for row in stored}


def loop_over(inner: tuple[str, dict], **config) -> dict:
    #  start ──► loop ──body──► in
    #            loop ──done──► out
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "{{ trigger.items }}", **config}}),
            ("in", *inner),
            ("out", SET, {"config": {"values": {"all": "{{ steps.loop.iterations }}"}}}),
        ),
        "edges": edges("start>loop", "loop:body>in", "loop:done>out"),
    }


def doubled(**config) -> dict:
    return loop_over((SET, {"config": {"values": {"x": "{{ item * 2 }}"}}}), **config)


def outputs(execution_id: UUID) -> list:
    return [each.get("output", each.get("error")) for each in execution(execution_id).output["all"]]


def test_each_pass_has_a_row_with_its_item_and_its_output(demo) -> None:
    execution_id = begin(make_version(doubled()), {"items": [1, 2]})
    work_until_idle()

    recorded = rows(execution_id)
    assert list(recorded) == [
        *("start", "loop[0]/in", "loop[0]/loop", "loop[1]/in", "loop[1]/loop", "loop", "out")
    ]
    assert {row.status for row in recorded.values()} == {"completed"}
    one = recorded["loop[1]/loop"]
    assert (one.item, one.output) == ({"index": 1, "count": 2, "item": 2}, {"x": 4})
    assert recorded["loop"].item == {}  # what was gone through stands among the iterations
    assert outputs(execution_id) == [{"x": 2}, {"x": 4}]
    assert doctor.examine(patience_s=0) == []


def test_a_loop_that_is_written_in_many_pieces_is_collected_whole(demo, monkeypatch) -> None:
    monkeypatch.setattr(moves, "MOST_RECORDS", 5)

    execution_id = begin(make_version(doubled()), {"items": list(range(40))})
    work_until_idle()

    assert outputs(execution_id) == [{"x": 2 * item} for item in range(40)]


@pytest.mark.parametrize(
    ("point", "nth"),
    [("record.before_commit", 2), ("record.after_commit", 2), ("finish.before_commit", 1)],
)
def test_a_loop_whose_owner_dies_goes_on_from_its_last_row(demo, monkeypatch, point, nth) -> None:
    monkeypatch.setattr(moves, "MOST_RECORDS", 5)
    execution_id = begin(make_version(doubled()), {"items": list(range(12))})
    dead = worker.Worker("threads")

    with dying_at(point, nth=nth), pytest.raises(Killed):
        work(dead)
    bury(dead)
    work_until_idle()

    assert outputs(execution_id) == [{"x": 2 * item} for item in range(12)]
    assert doctor.examine(patience_s=0) == []


def test_a_call_beside_a_long_loop_is_handed_out_before_the_loop_is_over(
    receiver, monkeypatch
) -> None:
    #  start ──► loop ──body──► in
    #        └─► call
    monkeypatch.setattr(moves, "MOST_RECORDS", 3)
    document = doubled()
    document["nodes"] += nodes(("call", "action:http", call(f"{receiver.url}/ok")))
    document["edges"] += [{"id": "beside", "source": "start", "target": "call"}]
    execution_id = begin(make_version(document), {"items": list(range(12))})
    seen: list[set[str]] = []

    with hooked("turn.after_decide", lambda: seen.append(set(rows(execution_id))), nth=8):
        work_until_ended(execution_id)

    assert execution(execution_id).status == "completed"
    assert "call" in seen[0]
    assert "loop[11]/loop" not in seen[0]


def test_passes_that_wait_hold_nobody_and_know_their_item_afterwards(demo) -> None:
    delay = ("control:delay", {"config": {"duration": "{{ item }}"}})
    execution_id = begin(
        make_version(loop_over(delay, concurrency=2)), {"items": ["50ms", "20ms", "10ms"]}
    )

    work_until_ended(execution_id)

    assert [each["duration"] for each in outputs(execution_id)] == ["50ms", "20ms", "10ms"]


def test_calls_of_passes_beside_each_other_each_get_a_ticket(receiver) -> None:
    get = ("action:http", call(f"{receiver.url}/echo?n={{{{ item }}}}"))
    execution_id = begin(make_version(loop_over(get, concurrency=5)), {"items": list(range(12))})

    work_until_idle()

    assert [each["body"]["query"] for each in outputs(execution_id)] == [
        f"n={item}" for item in range(12)
    ]
    assert len(paths(receiver)) == 12
    assert tickets() == 0
    assert doctor.examine(patience_s=0) == []


def test_calls_of_passes_one_after_the_other_are_made_in_place(receiver) -> None:
    get = ("action:http", call(f"{receiver.url}/echo?n={{{{ item }}}}"))
    execution_id = begin(make_version(loop_over(get)), {"items": [1, 2, 3]})

    work_until_idle()

    assert [each["body"]["query"] for each in outputs(execution_id)] == ["n=1", "n=2", "n=3"]


def test_a_loop_breaks_and_what_is_under_way_is_recalled(receiver) -> None:
    get = ("action:http", call(f"{receiver.url}/slow/{{{{ item }}}}"))
    document = loop_over(get, concurrency=3, break_when="item == 10")
    execution_id = begin(make_version(document), {"items": [10, 3000, 3000]})

    done = work_until_ended(execution_id)

    recorded = rows(execution_id)
    assert (done.status, len(done.output["all"])) == ("completed", 1)
    assert {recorded[f"loop[{index}]/loop"].status for index in (1, 2)} == {"cancelled"}
    assert tickets() == 0


def test_a_failed_pass_fails_the_execution_with_every_row_settled(demo) -> None:
    divide = ("action:formula", {"config": {"expression": "1 / item"}})
    execution_id = begin(make_version(loop_over(divide)), {"items": [1, 0, 2]})
    work_until_idle()

    done, recorded = execution(execution_id), rows(execution_id)
    assert (done.status, done.error["node"]) == ("failed", "in")
    assert {key: row.status for key, row in recorded.items()} == {
        **dict.fromkeys(["start", "loop[0]/in", "loop[0]/loop"], "completed"),
        **dict.fromkeys(["loop[1]/in", "loop[1]/loop", "loop"], "failed"),
    }


def test_a_cancelled_loop_leaves_no_open_row(demo) -> None:
    delay = ("control:delay", {"config": {"duration": "1h"}})
    execution_id = begin(make_version(loop_over(delay)), {"items": [1, 2]})
    work_until_idle()
    assert rows(execution_id)["loop[0]/loop"].status == "running"

    cancel.request_cancel(execution_id)
    work_until_idle()

    assert execution(execution_id).status == "cancelled"
    assert {row.status for key, row in rows(execution_id).items() if key != "start"} == {
        "cancelled"
    }
    assert doctor.examine(patience_s=0) == []


def test_a_catch_reads_what_the_try_did_and_the_error(demo) -> None:
    #  start ──► try ──try──► charge ──► ship
    #            try ──catch──► undo
    values = {"refund": "{{ steps.charge.id }}", "why": "{{ error.code }}"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("try", "control:try", {}),
            ("charge", SET, {"config": {"values": {"id": 7}}}),
            ("ship", "control:delay", {"config": {"duration": "{{ 1 / 0 }}"}}),
            ("undo", SET, {"config": {"values": values}}),
        ),
        "edges": edges("start>try", "try:try>charge", "charge>ship", "try:catch>undo"),
    }

    execution_id = begin(make_version(document), {})
    work_until_idle()

    assert (execution(execution_id).error, execution(execution_id).output) == (
        None,
        {"refund": 7, "why": "division_by_zero"},
    )


def test_every_try_of_a_retry_block_makes_the_same_call(receiver) -> None:
    #  start ──► retry ──body──► flaky
    body = {"at": "{{ now() }}", "id": "{{ uuid() }}"}
    config = {"config": {"method": "POST", "url": f"{receiver.url}/flaky/2", "body": body}}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("retry", "control:retry", {"config": {"first_wait_s": 0.05}}),
            ("flaky", "action:http", config),
        ),
        "edges": edges("start>retry", "retry:body>flaky"),
    }

    execution_id = begin(make_version(document), {})
    done = work_until_ended(execution_id)

    seen = receiver.book.read(None)["requests"]
    assert done.status == "completed"
    assert len({entry["key"] for entry in seen}) == 1
    assert len({str(entry["body"]) for entry in seen}) == 1
    assert len(seen) == 3
    assert rows(execution_id)["retry[0]/retry"].status == "failed"


def test_the_first_of_several_calls_wins_and_the_others_are_stopped(receiver) -> None:
    #  start ──► slow ──► join, start ──► quick ──► join
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("slow", "action:http", call(f"{receiver.url}/slow/5000")),
            ("quick", "action:http", call(f"{receiver.url}/ok")),
            ("join", "control:join", {"config": {"mode": "first"}}),
        ),
        "edges": edges("start>slow", "start>quick", "slow>join", "quick>join"),
    }

    execution_id = begin(make_version(document), {})
    done = work_until_ended(execution_id)

    assert done.status == "completed"
    assert list(done.output["branch_outputs"]) == ["quick"]
    assert rows(execution_id)["slow"].status == "cancelled"
    assert (done.ended_at - done.started_at).total_seconds() < 4
    assert doctor.examine(patience_s=0) == []


def test_a_parallel_block_whose_time_is_up_ends_what_waits_in_it(demo) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("both", "control:parallel", {"config": {"branches": ["a"], "timeout_s": 0.1}}),
            ("nap", "control:delay", {"config": {"duration": "1h"}}),
        ),
        "edges": edges("start>both", "both:a>nap"),
    }

    execution_id = begin(make_version(document), {})
    done = work_until_ended(execution_id)

    assert (done.status, done.error["code"]) == ("failed", "timeout")
    assert rows(execution_id)["both[0]/nap"].status == StepStatus.CANCELLED


def test_what_passes_saw_is_not_kept_when_the_workflow_says_so(demo) -> None:
    document = {**doubled(), "settings": {"save_successful_data": False}}

    execution_id = begin(make_version(document), {"items": [1]})
    work_until_idle()

    kept = [(row.input, row.output, row.item) for row in rows(execution_id).values()]
    assert kept == [(None, None, None)] * 5


@pytest.mark.parametrize(
    ("items", "keys"), [([7, "b", None, {"n": 1.5}], None), ({"a": 1, "b": [2]}, ["a", "b"])]
)
def test_a_later_owner_reads_a_piece_of_the_list(demo, monkeypatch, items, keys) -> None:
    monkeypatch.setattr(owning, "PIECE_ITEMS", 2)
    delay = ("control:delay", {"config": {"duration": "1h"}})
    execution_id = begin(make_version(loop_over(delay)), {"items": items})
    work_until_idle()

    values = list(items.values()) if keys else items
    pieces = [owning.piece("t_demo", execution_id, "loop", first) for first in (0, 1)]

    assert pieces == [
        (values[:2], keys and keys[:2]),
        (values[1:3], keys and keys[1:3]),
    ]


def test_a_fresh_owner_reads_what_passes_were_given(demo) -> None:
    delay = ("control:delay", {"config": {"duration": "1h"}})
    execution_id = begin(make_version(loop_over(delay)), {"items": ["a"]})
    work_until_idle()

    assert owning.items("t_demo", execution_id, ["loop[0]/loop", "loop", "out"]) == {
        "loop[0]/loop": {"index": 0, "count": 1, "item": "a"},
        "loop": {"items": ["a"]},
    }


def test_passes_inside_of_a_pass_are_not_taken_for_those_of_the_outer_loop(demo) -> None:
    #  loop ─body─► inner ─body─► in
    #               inner ─done─► sum
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": [1, 2]}}),
            ("inner", "control:loop", {"config": {"source": [10, 20], "item_variable": "each"}}),
            ("in", "action:formula", {"config": {"expression": "each"}}),
            ("sum", "action:formula", {"config": {"expression": "steps.inner.iteration_count"}}),
            ("out", SET, {"config": {"values": {"all": "{{ steps.loop.iterations }}"}}}),
        ),
        "edges": edges(
            *("start>loop", "loop:body>inner", "inner:body>in", "inner:done>sum", "loop:done>out")
        ),
    }
    execution_id = begin(make_version(document))
    work_until_idle()

    assert execution(execution_id).output["all"] == [
        {"index": 0, "item": 1, "output": 2},
        {"index": 1, "item": 2, "output": 2},
    ]
