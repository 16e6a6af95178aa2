"""A workflow called for each item of a list: so many at a time, in order, once each, whatever dies in between."""

from dataclasses import replace
from uuid import UUID

import pytest

from apps.core.failpoints import hooked
from apps.engine.value import DEFAULT_LIMITS
from apps.executions.models import Child, Execution
from apps.executions.services import calls as calls_module
from apps.executions.services import children
from apps.executions.services.worker import Worker
from tests.executions import crew, makers
from tests.executions.makers import begin, callee, chain, work_until_ended, work_until_idle

pytestmark = pytest.mark.usefixtures("demo")

# Fails for every third item, and gives ten times the others.
PICKY = (
    "ten",
    "action:formula",
    {"config": {"expression": "trigger % 3 == 2 ? trigger.none : trigger * 10"}},
)
RESTING = ("rest", "control:delay", {"config": {"duration": "1h"}})


def for_each(workflow_id: UUID, items: object, **config) -> dict:
    named = {"workflow_id": str(workflow_id), "mode": "for_each", "items": items}
    return chain(("call", "control:sub_workflow", {"config": {**named, **config}}))


def states() -> list[str]:
    return [row.state for row in Child.objects.order_by("place")]


def test_the_outputs_stand_in_the_order_of_the_items() -> None:
    tenfold = callee(("ten", "action:formula", {"config": {"expression": "trigger * 10"}}))
    parent = begin(makers.make_version(for_each(tenfold, list(range(7)), concurrency=3)))

    ended = work_until_ended(parent)

    assert ended.output["iteration_count"] == 7
    assert ended.output["failed_count"] == 0
    assert [each["index"] for each in ended.output["iterations"]] == list(range(7))
    assert [each["output"] for each in ended.output["iterations"]] == [0, 10, 20, 30, 40, 50, 60]
    ids = {UUID(each["execution_id"]) for each in ended.output["iterations"]}
    assert ids == {child.pk for child in Execution.objects.filter(parent_id=parent)}
    assert states() == ["ended"] * 7


def test_no_more_than_so_many_are_under_way() -> None:
    slow = callee(RESTING)
    parent = begin(makers.make_version(for_each(slow, [1, 2, 3, 4, 5], concurrency=2)))

    work_until_idle()

    assert states() == ["open", "open", "pending", "pending", "pending"]
    assert Execution.objects.filter(parent_id=parent).count() == 2


def test_an_error_stands_among_the_iterations_if_the_others_go_on() -> None:
    picky = callee(PICKY)
    items = [0, 1, 2, 3, 4, 5]
    version = makers.make_version(for_each(picky, items, on_item_error="continue", concurrency=2))

    ended = work_until_ended(begin(version))

    assert (ended.status, ended.output["failed_count"]) == ("completed", 2)
    shown = [each.get("output", each.get("error")) for each in ended.output["iterations"]]
    assert [each for each in shown if isinstance(each, int)] == [0, 10, 30, 40]
    assert [(each["index"], each["status"]) for each in shown if isinstance(each, dict)] == [
        (2, "failed"),
        (5, "failed"),
    ]


def test_the_first_failure_ends_it_and_cancels_what_is_under_way() -> None:
    either = makers.published(either_fails_or_rests())
    items = ["rest", "fail", "rest", "rest"]
    parent = begin(makers.make_version(for_each(either, items, concurrency=2)))

    ended = work_until_ended(parent)
    work_until_idle()

    assert (ended.error["code"], ended.error["details"]["index"]) == ("child_failed", 1)
    found = Execution.objects.filter(parent_id=parent).order_by("id")
    assert [child.status for child in found] == ["cancelled", "failed"]
    assert states() == ["ended"] * 4
    assert makers.tickets() == 0


def either_fails_or_rests() -> dict:
    made = makers.nodes(
        ("start", "trigger:sub_workflow", {}),
        ("which", "control:if", {"config": {"condition": "trigger == 'fail'"}}),
        ("bad", "control:stop_and_error", {"config": {"error_message": "No stock"}}),
        RESTING,
    )
    edges = makers.edges("start>which", "which:true>bad", "which:false>rest")
    return {"nodes": made, "edges": edges, "settings": {}}


def test_outputs_that_do_not_fit_together_are_left_out(monkeypatch) -> None:
    monkeypatch.setattr(calls_module, "DEFAULT_LIMITS", replace(DEFAULT_LIMITS, output_bytes=12))
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, ["12345678", "12345678", "1"])))

    ended = work_until_ended(parent)

    assert [each["output"] for each in ended.output["iterations"]] == [
        "12345678",
        {"_omitted": "too_large", "most_bytes": 12},
        {"_omitted": "too_large", "most_bytes": 12},
    ]


def test_a_worker_that_dies_before_it_has_written_a_start_leaves_nothing_of_it() -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1, 2, 3])))
    first, second = Worker(), Worker()

    with crew.dying_at("child.after_start"), pytest.raises(crew.Killed):
        crew.work(first)
    assert (Child.objects.count(), Execution.objects.count()) == (0, 1)
    crew.bury(first)
    crew.work_to_the_end(second)

    assert makers.execution(parent).status == "completed"
    assert Execution.objects.filter(parent_id=parent).count() == 3


def test_a_worker_that_dies_before_the_next_ones_begin_starts_none_of_them_twice() -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1, 2, 3, 4], concurrency=2)))
    first, second = Worker(), Worker()
    crew.work(first)
    crew.work(first)

    with crew.dying_at("child.after_start"), pytest.raises(crew.Killed):
        crew.work(first)
    crew.bury(first)
    crew.work_to_the_end(second)

    assert [each["output"] for each in makers.execution(parent).output["iterations"]] == [
        1,
        2,
        3,
        4,
    ]
    assert Execution.objects.filter(parent_id=parent).count() == 4


def test_the_end_of_a_child_and_the_poke_of_its_parent_are_one_commit() -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1])))
    first, second = Worker(), Worker()
    crew.work(first)

    with crew.dying_at("child.before_poke"), pytest.raises(crew.Killed):
        crew.work(first)
    (child,) = Execution.objects.filter(parent_id=parent)
    assert child.ended_at is None
    crew.bury(first)
    crew.work_to_the_end(second)

    assert makers.execution(parent).status == "completed"


def test_a_worker_killed_after_the_end_of_a_child_has_left_the_poke_that_wakes_its_parent() -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1])))
    first, second = Worker(), Worker()
    crew.work(first)

    with crew.dying_at("finish.after_commit"), pytest.raises(crew.Killed):
        crew.work(first)
    crew.bury(first)
    crew.work_to_the_end(second)

    assert makers.execution(parent).status == "completed"


def test_a_poke_between_the_parents_look_and_its_rest_is_not_forgotten() -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1, 2], concurrency=2)))
    owner, other = Worker(), Worker()
    crew.work(owner)
    crew.hasten(parent)
    with hooked("turn.after_decide", lambda: crew.beside(lambda: crew.work_to_the_end(other))):
        crew.work(owner, crew.ONE_TURN)
    crew.work_to_the_end(owner)

    assert makers.execution(parent).status == "completed"


def test_a_parent_that_nobody_has_poked_looks_again_by_itself(monkeypatch) -> None:
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    parent = begin(makers.make_version(for_each(same, [1])))
    worker = Worker()
    with monkeypatch.context() as patch:
        patch.setattr(children, "poke_parents", lambda _parents: None)
        crew.work(worker)
        crew.work_to_the_end(worker)
    assert makers.execution(parent).status == "waiting"

    crew.hasten(parent)
    crew.work_to_the_end(worker)

    assert makers.execution(parent).status == "completed"


def test_a_limit_of_the_workflow_that_is_called_keeps_no_child_back() -> None:
    formula = ("same", "action:formula", {"config": {"expression": "trigger"}})
    limited = callee(formula, settings={"max_concurrency": 1})
    parent = begin(makers.make_version(for_each(limited, [1, 2, 3], concurrency=3)))
    worker = Worker()

    crew.work(worker)
    found = Execution.objects.filter(parent_id=parent)
    assert [crew.ticket(child.pk, "blocked_on", "is_gated") for child in found] == [("", False)] * 3
    crew.work_to_the_end(worker)

    assert makers.execution(parent).status == "completed"
