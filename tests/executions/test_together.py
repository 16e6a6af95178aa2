"""What meets in one execution: pauses, limits, children, waits, regions and cancels, each with each other."""

from uuid import UUID

import pytest
from django.db import transaction

from apps.core import db
from apps.executions.models import Child, Execution, Step
from apps.executions.services import answering, cancel, links, pause
from apps.executions.services.doctor import examine
from apps.executions.services.retry import Retry, retry
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import Beside, Gate, let_finish, waiting_for_locks, work
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    callee,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    published,
    steps,
    tickets,
    work_until_ended,
    work_until_idle,
)
from tests.executions.test_limits import limited, order, seen
from tests.executions.waiting import CALL

pytestmark = pytest.mark.usefixtures("demo")

REST = ("rest", "control:delay", {"config": {"duration": "1h"}})
TENFOLD = ("ten", "action:formula", {"config": {"expression": "trigger * 10"}})
ADD = ("add", "action:formula", {"config": {"expression": "1"}})


def for_each(workflow_id: UUID, items: list, **config) -> dict:
    named = {"workflow_id": str(workflow_id), "mode": "for_each", "items": items}
    return chain(("call", "control:sub_workflow", {"config": {**named, **config}}))


def states() -> list[str]:
    return [row.state for row in Child.objects.order_by("place")]


def ended_children(parent: UUID) -> int:
    return Execution.objects.filter(parent_id=parent, ended_at__isnull=False).count()


def test_a_paused_parent_starts_no_more_children() -> None:
    parent = begin(make_version(for_each(callee(TENFOLD), [1, 2, 3], concurrency=1)))
    work(Worker())
    assert states() == ["open", "pending", "pending"]

    pause.request_pause(parent)
    work_until_idle()

    assert (execution(parent).status, ended_children(parent)) == ("paused", 1)
    assert Execution.objects.filter(parent_id=parent).count() == 1
    assert examine() == []
    pause.request_resume(parent)
    assert work_until_ended(parent).output["iteration_count"] == 3
    assert tickets() == 0


def test_a_child_that_ends_in_its_parents_pause_is_taken_over_afterwards() -> None:
    sync = ("call", "control:sub_workflow", {"config": {"workflow_id": str(callee(ADD))}})
    parent = begin(make_version(chain(sync, ADD)))
    work(Worker())

    pause.request_pause(parent)
    work_until_idle()
    assert (execution(parent).status, list(steps(parent))) == ("paused", ["start", "call"])
    pause.request_resume(parent)

    assert work_until_ended(parent).output == 1
    assert examine() == []


def test_a_child_that_fails_in_its_parents_pause_fails_the_parent_once() -> None:
    stop = ("stop", "control:stop_and_error", {"config": {"error_message": "no"}})
    sync = ("call", "control:sub_workflow", {"config": {"workflow_id": str(callee(stop))}})
    parent = begin(make_version(chain(sync, ADD)))
    work(Worker())

    pause.request_pause(parent)
    work_until_idle()
    if execution(parent).ended_at is None:
        pause.request_resume(parent)

    assert work_until_ended(parent).status == "failed"
    assert (examine(), tickets()) == ([], 0)


def test_what_waits_before_a_gate_and_is_paused_can_be_cancelled_and_leaves_no_hole() -> None:
    version = limited(max_concurrency=1)
    inside, second, third = (order(version) for _ in range(3))
    work_until_idle()
    pause.request_pause(second)
    work_until_idle()

    cancel.request_cancel(second)
    work_until_idle()
    assert [seen(each)[0] for each in (inside, second, third)] == ["waiting", "cancelled", "queued"]
    pause.request_pause(inside)
    work_until_idle()
    cancel.request_cancel(inside)
    work_until_idle()

    assert [seen(each)[0] for each in (inside, third)] == ["cancelled", "waiting"]
    assert examine() == []


def test_calls_in_passes_land_in_a_pause_and_the_rest_follows(receiver) -> None:
    body = call(f"{receiver.url}/slow/200?{{{{ item }}}}")
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": [1, 2, 3, 4, 5], "concurrency": 2}}),
            ("c", "action:http", body),
            ("f", "action:formula", {"config": {"expression": "item"}}),
        ),
        "edges": edges("start>loop", "loop:body>c", "c>f"),
    }
    first = begin(make_version(document), {})
    worker = Worker()
    work(worker)
    work(worker)

    pause.request_pause(first)
    worker.renew()
    let_finish(worker)
    while work(worker):
        let_finish(worker)

    assert execution(first).status == "paused"
    assert len(paths(receiver)) == 2
    assert not Step.objects.filter(execution_id=first, node_id="f").exists()
    pause.request_resume(first)
    done = work_until_ended(first)
    assert [each["output"] for each in done.output["iterations"]] == [1, 2, 3, 4, 5]
    assert len(paths(receiver)) == 5
    assert (examine(), tickets()) == ([], 0)


def test_cancelling_many_children_under_way_leaves_none_behind() -> None:
    parent = begin(make_version(for_each(callee(REST), list(range(30)), concurrency=10)))
    crew = [Worker() for _ in range(4)]
    work_until_idle()

    cancel.request_cancel(parent)
    over = [Beside(lambda each=each: [work(each) for _ in range(20)]) for each in crew]
    for each in over:
        each.join_it()
    for each in crew:
        let_finish(each)
    work_until_ended(parent)
    work_until_idle()

    assert {each.status for each in Execution.objects.all()} == {"cancelled"}
    assert (set(states()), examine(), tickets()) == ({"ended"}, [], 0)


def test_each_pass_of_a_loop_waits_at_an_address_of_its_own() -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": ["a", "b", "c"], "concurrency": 2}}),
            ("wait", "control:wait_for_webhook", {"config": {}}),
            ("f", "action:formula", {"config": {"expression": "item + steps.wait.body.n"}}),
        ),
        "edges": edges("start>loop", "loop:body>wait", "wait:main>f"),
    }
    first = begin(make_version(document), {})
    work_until_idle()
    for index in (1, 0, 2):
        token = links.token_of(SCHEMA, first, f"loop[{index}]/wait")
        answering.tell(answering.waiting_at(token), CALL | {"body": {"n": str(index)}})
        work_until_idle()

    assert [each["output"] for each in execution(first).output["iterations"]] == ["a0", "b1", "c2"]
    assert examine() == []


def test_children_are_called_from_passes_side_by_side() -> None:
    config = {"workflow_id": str(callee(TENFOLD)), "input": "{{ item }}"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": [1, 2, 3, 4, 5], "concurrency": 3}}),
            ("call", "control:sub_workflow", {"config": config}),
        ),
        "edges": edges("start>loop", "loop:body>call"),
    }
    done = work_until_ended(begin(make_version(document), {}))

    assert [each["output"] for each in done.output["iterations"]] == [10, 20, 30, 40, 50]
    assert (examine(), tickets(), set(states())) == ([], 0, {"ended"})


@pytest.mark.parametrize("loser", ["wait", "child", "container"])
def test_what_loses_against_a_join_is_left_whatever_it_is(loser: str) -> None:
    resting = {"workflow_id": str(callee(REST))}
    made = {
        "wait": [("slow", "control:wait_for_webhook", {"config": {}})],
        "child": [("slow", "control:sub_workflow", {"config": resting})],
        "container": [
            ("slow", "control:loop", {"config": {"source": [1, 2], "concurrency": 2}}),
            ("inner", "control:sub_workflow", {"config": resting}),
        ],
    }[loser]
    port = {"wait": ":main", "child": "", "container": ":done"}[loser]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("quick", "control:delay", {"config": {"duration": "200ms"}}),
            *made,
            ("join", "control:join", {"config": {"mode": "first"}}),
        ),
        "edges": edges(
            *("start>quick", "start>slow", "quick>join", f"slow{port}>join"),
            *(["slow:body>inner"] if loser == "container" else []),
        ),
    }
    done = work_until_ended(begin(make_version(document), {}))
    work_until_idle()

    assert done.status == "completed"
    assert steps(done.pk)["slow"].status == "cancelled"
    assert {each.status for each in Execution.objects.exclude(pk=done.pk)} <= {"cancelled"}
    assert (examine(), tickets()) == ([], 0)


def test_time_stands_still_in_a_pause() -> None:
    slow = ("rest", "control:sub_workflow", {"config": {"workflow_id": str(callee(REST))}})
    first = begin(make_version(chain(slow, settings={"timeout_s": 1})), {})
    work(Worker())
    pause.request_pause(first)
    work(Worker())
    assert execution(first).status == "paused"
    assert execution(first).frontier.get("active_since") is None

    pause.request_resume(first)
    work(Worker())
    assert execution(first).frontier.get("active_since") is not None
    assert work_until_ended(first).status == "timed_out"
    work_until_idle()
    assert (examine(), tickets()) == ([], 0)


@pytest.mark.parametrize(("how", "expected"), [("cancel", 0), ("time", 1)])
def test_an_error_workflow_hears_of_the_end_of_a_paused_execution(how: str, expected: int) -> None:
    told = chain(ADD)
    told["nodes"][0]["type"] = "trigger:error"
    settings = {"error_workflow_id": str(published(told)), "timeout_s": 1}
    slow = ("rest", "control:sub_workflow", {"config": {"workflow_id": str(callee(REST))}})
    first = begin(make_version(chain(slow, settings=settings)), {})
    work(Worker())
    pause.request_pause(first)
    work(Worker())
    if how == "cancel":
        cancel.request_cancel(first)
    else:
        pause.request_resume(first)

    work_until_ended(first)
    work_until_idle()
    assert Execution.objects.filter(trigger_kind="error", status="completed").count() == expected
    assert (examine(), tickets()) == ([], 0)


def test_resuming_twice_is_refused_once_and_changes_nothing() -> None:
    from apps.executions.errors import NotPausedError

    first = begin(make_version(chain(ADD)), {})
    pause.request_pause(first)
    pause.request_resume(first)
    with pytest.raises(NotPausedError):
        pause.request_resume(first)

    assert work_until_ended(first).status == "completed"


def test_a_retry_keeps_loops_children_and_waits_that_are_over() -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": [1, 2], "concurrency": 2}}),
            ("f", "action:formula", {"config": {"expression": "item * 2"}}),
            ("call", "control:sub_workflow", {"config": {"workflow_id": str(callee(ADD))}}),
            ("wait", "control:wait_for_webhook", {"config": {}}),
            ("bad", "action:formula", {"config": {"expression": "trigger.a + steps.wait.body.n"}}),
        ),
        "edges": edges("start>loop", "loop:body>f", "loop:done>call", "call>wait", "wait:main>bad"),
    }
    old = begin(make_version(document), {})
    work_until_idle()
    token = links.token_of(SCHEMA, old, "wait")
    answering.tell(answering.waiting_at(token), CALL | {"body": {"n": 4}})
    assert work_until_ended(old).status == "failed"
    children = Child.objects.count()

    new = retry(Retry(old, "failed", input={"a": 3}, has_input=True)).execution_id
    done = work_until_ended(new)

    assert (done.status, done.output) == ("completed", 7)
    assert Child.objects.count() == children
    # From inside of the loop: the whole loop, and all that follows, with a wait of its own.
    again = retry(Retry(old, "node", node_id="f", input={"a": 3}, has_input=True)).execution_id
    work_until_idle()
    assert execution(again).status == "waiting"
    token = links.token_of(SCHEMA, again, "wait")
    answering.tell(answering.waiting_at(token), CALL | {"body": {"n": 5}})
    assert work_until_ended(again).output == 8
    assert (examine(), tickets()) == ([], 0)


def test_a_pause_holds_no_run_while_it_waits_for_a_step_that_finishes(receiver) -> None:
    names = ["one", "two"]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/ok?{name}")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }
    first = begin(make_version(document), {})
    worker = Worker()
    work(worker)
    let_finish(worker)
    gate = Gate()

    def finish_a_step() -> None:
        with transaction.atomic():
            db.fetch(
                "SELECT FROM public.dispatch_ticket WHERE kind = 'step' ORDER BY id FOR UPDATE"
            )
            gate()

    finishing = Beside(finish_a_step)
    gate.wait_for_arrival()
    pausing = Beside(lambda: pause.request_pause(first))
    assert eventually(waiting_for_locks)
    free = db.fetch(
        "SELECT id FROM public.dispatch_ticket WHERE id = %(id)s FOR UPDATE SKIP LOCKED",
        {"id": first},
    )
    gate.open()
    finishing.join_it()
    pausing.join_it()

    assert free == [(first,)]


def test_a_circuit_counts_what_passes_side_by_side_came_to(receiver) -> None:
    config = {"source": [1, 2, 3, 4, 5, 6], "concurrency": 3, "on_error": "continue"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": config}),
            ("circuit", "control:circuit_breaker", {"config": {"max_failures": 2}}),
            ("call", "action:http", call(f"{receiver.url}/status/400")),
        ),
        "edges": edges("start>loop", "loop:body>circuit", "circuit:body>call"),
    }
    done = work_until_ended(begin(make_version(document), {}))

    codes = [each["error"]["code"] for each in done.output["iterations"]]
    assert (codes[:2], codes[-1]) == (["http_status"] * 2, "circuit_open")
    assert len(paths(receiver)) == codes.count("http_status")
    assert (examine(), tickets()) == ([], 0)


def test_a_wait_in_a_later_try_has_an_address_of_its_own() -> None:
    retried = {"attempts": 3, "first_wait_s": 0.1}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("retry", "control:retry", {"config": retried}),
            ("wait", "control:wait_for_webhook", {"config": {}}),
            ("f", "action:formula", {"config": {"expression": "10 / steps.wait.body.n"}}),
        ),
        "edges": edges("start>retry", "retry:body>wait", "wait:main>f"),
    }
    first = begin(make_version(document), {})
    for index, number in enumerate((0, 5)):
        waiting = Step.objects.filter(
            execution_id=first, scope=f"retry[{index}]", status="waiting", node_id="wait"
        )
        assert eventually(lambda waiting=waiting: work_until_idle() or waiting.exists())
        token = links.token_of(SCHEMA, first, f"retry[{index}]/wait")
        answering.tell(answering.waiting_at(token), CALL | {"body": {"n": number}})

    assert work_until_ended(first).status == "completed"
    assert examine() == []


def test_the_children_of_branches_that_were_too_slow_are_cancelled() -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("ways", "control:parallel", {"config": {"branches": ["a", "b"], "mode": "first"}}),
            ("slow", "control:sub_workflow", {"config": {"workflow_id": str(callee(REST))}}),
            ("quick", "control:sub_workflow", {"config": {"workflow_id": str(callee(ADD))}}),
        ),
        "edges": edges("start>ways", "ways:a>slow", "ways:b>quick"),
    }
    done = work_until_ended(begin(make_version(document), {}))
    work_until_idle()

    assert done.status == "completed"
    children = Execution.objects.filter(parent_id=done.pk).values_list("status", flat=True)
    assert sorted(children) == ["cancelled", "completed"]
    assert (examine(), tickets()) == ([], 0)


def test_a_retry_that_is_paused_before_the_gate_keeps_its_place_when_it_is_let_in() -> None:
    version = limited(max_concurrency=1)
    old = order(version)
    work_until_idle()
    cancel.request_cancel(old)
    work_until_idle()
    inside, paused = (retry(Retry(old, where)).execution_id for where in ("failed", "start"))
    pause.request_pause(paused)
    cancel.request_cancel(inside)
    work_until_idle()
    newcomer = order(version)
    work_until_idle()

    assert [execution(each).status for each in (inside, paused)] == ["cancelled", "paused"]
    assert seen(newcomer) == ("queued", "workflow_limit")
    pause.request_resume(paused)
    work_until_idle()
    assert (seen(paused)[0], examine()) == ("waiting", [])
