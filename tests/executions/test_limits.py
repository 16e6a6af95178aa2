"""Limits of a workflow: what is over them is stored, says why it waits, and begins when there is room."""

from uuid import UUID

import pytest

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.executions.queries import finding
from apps.executions.services import dispatcher, worker
from apps.executions.services.cancel import request_cancel
from apps.workflows.queries import limits
from tests.eventually import eventually
from tests.executions.crew import (
    Beside,
    Gate,
    Killed,
    bury,
    dying_at,
    hasten,
    ticket,
    waiting_for_locks,
    work,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    chain,
    execution,
    make_version,
    tickets,
    work_until_ended,
    work_until_idle,
)

DAY = "1d"


def limited(*parts: tuple[str, str, dict], **settings):
    """A published workflow with limits; unless told otherwise it rests for a day."""
    parts = parts or (("rest", "control:delay", {"config": {"duration": DAY}}),)
    version = make_version(chain(*parts, settings=settings))
    found = limits.limits_of(version_settings(version.pk))
    dispatch.set_limits(SCHEMA, version.workflow_id, found)
    return version


def version_settings(version_id: UUID):
    from apps.workflows import facade as workflows

    return workflows.version(version_id).program.settings


def order(version, trigger=None, **more) -> UUID:
    """Begin an execution as a door does, and let in after the commit."""
    execution_id = begin(version, trigger, **more)
    dispatch.let_in(SCHEMA, version.workflow_id)
    return execution_id


def seen(execution_id: UUID) -> tuple[str, str]:
    row = finding.get(execution_id)
    return (str(row.status), str(row.reason or ""))


def let_it_end(execution_id: UUID) -> None:
    """End an execution that rests, as a person does."""
    request_cancel(execution_id)
    work_until_idle()


QUICK = ("f", "action:formula", {"config": {"expression": "1"}})


def test_only_so_many_executions_of_a_workflow_are_under_way(demo) -> None:
    version = limited(max_concurrency=2)
    first, second, third, fourth = (order(version) for _ in range(4))
    work_until_idle()

    assert [seen(each) for each in (first, second)] == [("waiting", "delay")] * 2
    assert [seen(each) for each in (third, fourth)] == [("queued", "workflow_limit")] * 2

    let_it_end(first)

    assert seen(third) == ("waiting", "delay")
    assert seen(fourth) == ("queued", "workflow_limit")


def test_what_waited_runs_to_its_end_one_after_the_other(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    begun = [order(version) for _ in range(5)]

    for each in begun:
        assert work_until_ended(each).status == "completed"

    ended = [execution(each).ended_at for each in begun]
    assert ended == sorted(ended)
    assert tickets() == 0


def test_a_workflow_without_limits_knows_no_gate(demo) -> None:
    version = limited(QUICK)

    assert work_until_ended(begin(version)).status == "completed"
    assert db.fetch("SELECT count(*) FROM public.dispatch_gate") == [(0,)]


def test_executions_with_the_same_key_wait_for_each_other_and_for_nobody_else(demo) -> None:
    version = limited(concurrency_key="trigger.customer")
    ann, again, bob = (order(version, {"customer": name}) for name in ("ann", "ann", "bob"))
    work_until_idle()

    assert [seen(each) for each in (ann, bob)] == [("waiting", "delay")] * 2
    assert seen(again) == ("queued", "key_limit")

    let_it_end(ann)

    assert seen(again) == ("waiting", "delay")


def test_so_many_with_one_key_may_be_under_way(demo) -> None:
    version = limited(concurrency_key="trigger.customer", max_per_key=2)
    begun = [order(version, {"customer": "ann"}) for _ in range(3)]
    work_until_idle()

    assert [seen(each)[0] for each in begun] == ["waiting", "waiting", "queued"]


def test_data_that_gives_no_key_is_counted_together(demo) -> None:
    version = limited(concurrency_key="trigger.customer")
    begun = [order(version, trigger) for trigger in ({}, {"customer": "ann"}, None)]
    work_until_idle()

    assert [seen(each)[0] for each in begun] == ["waiting", "waiting", "queued"]


def test_both_limits_hold_at_once(demo) -> None:
    version = limited(max_concurrency=2, concurrency_key="trigger.c")
    begun = [order(version, {"c": name}) for name in ("a", "a", "b", "c")]
    work_until_idle()

    assert [seen(each) for each in begun] == [
        ("waiting", "delay"),
        ("queued", "workflow_limit"),
        ("waiting", "delay"),
        ("queued", "workflow_limit"),
    ]


def fill(version, seconds: float) -> None:
    """Let seconds pass for the rate of a workflow."""
    db.execute(
        "UPDATE public.dispatch_gate SET filled_at = filled_at - %(s)s * interval '1 s' WHERE workflow_id = %(id)s",
        {"s": seconds, "id": version.workflow_id},
    )


def test_only_so_many_executions_begin_in_a_period(demo) -> None:
    version = limited(QUICK, rate_limit=2, rate_period_s=3600)
    begun = [order(version) for _ in range(4)]
    work_until_idle()

    assert [seen(each)[0] for each in begun] == ["completed", "completed", "queued", "queued"]
    assert seen(begun[2]) == ("queued", "rate_limit")

    fill(version, 1800)  # half a period is one begin
    dispatcher.sweep(works=False)
    work_until_idle()

    assert [seen(each)[0] for each in begun[2:]] == ["completed", "queued"]


def test_a_long_rest_saves_up_no_more_than_one_period(demo) -> None:
    version = limited(QUICK, rate_limit=2, rate_period_s=3600)
    fill(version, 36_000)
    begun = [order(version) for _ in range(3)]
    work_until_idle()

    assert [seen(each)[0] for each in begun] == ["completed", "completed", "queued"]


def test_the_sweep_lets_in_what_was_stored_by_somebody_who_died_then(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    left_behind = begin(version)  # committed, and nobody let it in
    assert seen(left_behind) == ("queued", "workflow_limit")

    dispatcher.sweep(works=False)

    assert work_until_ended(left_behind).status == "completed"


def test_a_place_is_free_again_although_its_owner_dies_after_the_end(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    first, second = order(version), order(version)
    dead = worker.Worker("threads")

    with dying_at("finish.after_commit"), pytest.raises(Killed):
        work(dead)
    bury(dead)

    assert seen(first) == ("completed", "")
    assert seen(second)[0] == "queued"
    dispatcher.sweep(works=False)
    assert work_until_ended(second).status == "completed"


def test_a_crash_keeps_the_place_of_whoever_was_let_in(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    first, second = order(version), order(version)
    dead = worker.Worker("threads")

    with dying_at("finish.before_commit"), pytest.raises(Killed):
        work(dead)
    bury(dead)
    dispatcher.sweep(works=False)

    assert seen(first) == ("queued", "")
    assert seen(second) == ("queued", "workflow_limit")
    assert dispatch.let_in(SCHEMA, version.workflow_id) == 0
    work_until_idle()
    assert [seen(each)[0] for each in (first, second)] == ["completed", "completed"]


def test_what_waits_can_be_cancelled_and_takes_no_place(demo) -> None:
    version = limited(max_concurrency=1)
    first, second, third = (order(version) for _ in range(3))
    work_until_idle()

    let_it_end(second)

    assert seen(second) == ("cancelled", "cancelled_by_user")
    assert [seen(each)[0] for each in (first, third)] == ["waiting", "queued"]


def test_two_who_let_in_at_once_do_not_let_in_too_many(demo) -> None:
    version = limited(max_concurrency=3)
    begun = [begin(version) for _ in range(9)]
    counted = Gate()

    with hooked("let_in.before", counted, nth=1):
        first = Beside(lambda: dispatch.let_in(SCHEMA, version.workflow_id))
        counted.wait_for_arrival()
        second = Beside(lambda: dispatch.let_in(SCHEMA, version.workflow_id))
        assert eventually(lambda: waiting_for_locks() or not second.is_alive())
        counted.open()
        counts = [first.join_it(), second.join_it()]

    assert counts == [3, 0]
    work_until_idle()
    assert [seen(each)[0] for each in begun] == ["waiting"] * 3 + ["queued"] * 6


def test_limits_that_are_lifted_let_everybody_in(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    begun = [begin(version) for _ in range(4)]

    dispatch.set_limits(SCHEMA, version.workflow_id, dispatch.UNLIMITED)

    assert dispatch.let_in(SCHEMA, version.workflow_id) == 4
    work_until_idle()
    assert {seen(each)[0] for each in begun} == {"completed"}


def test_what_another_execution_started_waits_at_no_gate(demo) -> None:
    version = limited(QUICK, max_concurrency=1)
    parent = begin(version)

    assert work_until_ended(begin(version, parent_id=parent)).status == "completed"


def test_what_letting_in_takes_is_not_lost_for_a_rate(demo) -> None:
    version = limited(rate_limit=3600, rate_period_s=3600)
    db.execute("UPDATE public.dispatch_gate SET tokens = 0")
    before = bucket()

    for _ in range(50):
        dispatch.let_in(SCHEMA, version.workflow_id)

    assert bucket() == pytest.approx(before, abs=0.0001)


def bucket() -> float:
    """What a rate of one a second has left, as it was at the beginning of time."""
    ((left,),) = db.fetch(
        "SELECT tokens - extract(epoch FROM filled_at)::float8 FROM public.dispatch_gate"
    )
    return left


def test_the_higher_priority_goes_first(demo) -> None:
    low = make_version(chain(QUICK, settings={"priority": 0}))
    high = make_version(chain(QUICK, settings={"priority": 3}))
    later, sooner = begin(low), begin(high)

    assert db.fetch(
        "SELECT execution_id FROM public.dispatch_ticket ORDER BY priority DESC, due_at"
    ) == [(sooner,), (later,)]
    work(worker.Worker("threads"), dispatch.Room(pure=1, external=0))

    assert (execution(sooner).status, execution(later).status) == ("completed", "queued")
    assert (execution(sooner).priority, execution(later).priority) == (3, 0)


def test_ten_thousand_that_wait_cost_no_more_than_ten(demo) -> None:
    version = limited(max_concurrency=1)
    order(version)
    pages = []
    for count in (10, 5_000):
        db.execute(
            """
            INSERT INTO public.dispatch_ticket (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at,
                next_kind, is_gated, gate_key, blocked_on)
            SELECT gen_random_uuid(), 'run', 't_demo', gen_random_uuid(), %(workflow)s, '', 'threads', 1, 'infinity', 'pure',
                   true, '', 'workflow_limit'
            FROM generate_series(1, %(count)s)
            """,
            {"workflow": version.workflow_id, "count": count},
        )
        db.execute("ANALYZE public.dispatch_ticket")
        pages.append(pages_of_letting_in(version))

    assert pages[1] <= pages[0] + 20


def test_whoever_ends_costs_the_same_however_many_keys_wait(demo) -> None:
    version = limited(concurrency_key="trigger.k")
    one, other = (order(version, {"k": "a"}) for _ in range(2))
    pages = []
    for count in (10, 5_000):
        db.execute(
            """
            INSERT INTO public.dispatch_ticket (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at,
                next_kind, is_gated, gate_key, blocked_on)
            SELECT gen_random_uuid(), 'run', 't_demo', gen_random_uuid(), %(workflow)s, '', 'threads', 1, 'infinity', 'pure',
                   true, 'key' || place, blocked_on
            FROM generate_series(1, %(count)s) place, unnest(ARRAY['', 'key_limit']) blocked_on
            """,
            {"workflow": version.workflow_id, "count": count},
        )
        db.execute("ANALYZE public.dispatch_ticket")
        (key,) = ticket(one, "gate_key")
        pages.append(pages_of_letting_in(version, max_per_key=1, keys=[key]))

    assert pages[1] <= pages[0] + 20
    let_it_end(one)
    assert seen(other)[0] == "waiting"


def pages_of_letting_in(version, *, max_per_key: int | None = None, keys=None) -> int:
    """How many pages the database looks at to find whom to let in, if there is room for one."""
    import json

    from apps.dispatch.services import gates

    params = {
        "schema": SCHEMA,
        "workflow_id": version.workflow_id,
        "most": 1,
        "max_per_key": max_per_key,
        "keys": keys,
    }
    select = gates.LET_IN.rpartition("UPDATE")[0] + "SELECT * FROM first"  # noqa: S608 - ours
    ((plan,),) = db.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {select}", params)
    found = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
    return found["Shared Hit Blocks"] + found["Shared Read Blocks"]


def test_a_rested_ticket_of_somebody_inside_keeps_its_place(demo) -> None:
    version = limited(
        ("rest", "control:delay", {"config": {"duration": DAY}}), QUICK, max_concurrency=1
    )
    first, second = order(version), order(version)
    work_until_idle()
    hasten(first)

    assert dispatch.let_in(SCHEMA, version.workflow_id) == 0
    assert seen(second) == ("queued", "workflow_limit")
