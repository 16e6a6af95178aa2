"""The doctor finds what is planted, heals what needs no person, and leaves the healthy alone."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import db, partitions
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.models import Execution
from apps.executions.services import cancel, children, doctor, pause
from apps.executions.services.worker import Worker
from tests.executions.crew import claim, expire, step_ticket, work, work_to_the_end
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
    steps,
    tickets,
)

PURE = ("pure", "action:formula", {"config": {"expression": "20 + 22"}})
REST = ("rest", "control:delay", {"config": {"duration": "1h"}})


def sick() -> list[tuple[str, object]]:
    """What the doctor finds at once, without patience for anything."""
    return [(finding.invariant, finding.id) for finding in doctor.examine(patience_s=0.0)]


def heal() -> list[bool]:
    return [doctor.repair(finding) for finding in doctor.examine(patience_s=0.0)]


def begin_pure():
    return begin(make_version(chain(PURE)), {})


def abreast(receiver):
    return make_version(
        {
            "nodes": nodes(
                ("start", "trigger:manual", {}),
                ("one", "action:http", call(f"{receiver.url}/ok")),
                ("two", "action:http", call(f"{receiver.url}/ok")),
            ),
            "edges": edges("start>one", "start>two"),
        }
    )


def test_healthy_executions_of_every_kind_are_left_alone(receiver) -> None:
    finished, waiting, handed = (
        begin_pure(),
        begin(make_version(chain(REST)), {}),
        begin(abreast(receiver), {}),
    )
    work(Worker())

    assert execution(finished).status == "completed"
    assert execution(waiting).status == "waiting"
    assert execution(handed).status == "running"
    assert doctor.examine() == []
    call_command("doctor")
    assert tickets() == 4


def test_an_execution_that_lost_its_ticket_is_found_healed_and_completes(demo) -> None:
    execution_id = begin_pure()
    dispatch.delete([execution_id])

    assert sick() == [("execution_without_ticket", execution_id)]
    with pytest.raises(CommandError, match=r"1 invariant\(s\) broken"):
        call_command("doctor")
    call_command("doctor", "--repair")

    work_to_the_end(Worker())
    assert (execution(execution_id).status, execution(execution_id).output) == ("completed", 42)
    assert sick() == []


def test_a_handed_out_call_that_lost_its_ticket_is_found_healed_and_completes(receiver) -> None:
    execution_id = begin(abreast(receiver), {})
    work(Worker())
    dispatch.delete([step_ticket(execution_id, "one")])
    work_to_the_end(Worker())
    assert execution(execution_id).status == "running"

    assert sick() == [("handed_step_without_ticket", execution_id)]
    assert heal() == [True]

    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_an_execution_that_lost_every_ticket_gets_them_back_in_whatever_order(receiver) -> None:
    execution_id = begin(abreast(receiver), {})
    work(Worker())
    dispatch.delete([execution_id, step_ticket(execution_id, "one")])

    assert {invariant for invariant, _ in sick()} == {
        "execution_without_ticket",
        "handed_step_without_ticket",
        "step_ticket_without_run",
        "ticket_due_but_unclaimed",
    }
    heal()

    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"
    assert sick() == []


def test_the_lease_of_a_dead_worker_that_nobody_swept_is_found_healed_and_completes(demo) -> None:
    execution_id = begin_pure()
    claim(dead := Worker())
    expire(dead)

    assert doctor.examine() == []  # it may still be swept
    assert sick() == [("lease_of_a_dead_worker", execution_id)]
    assert heal() == [True]

    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_due_work_that_nobody_takes_is_found_and_needs_a_worker(demo) -> None:
    execution_id = begin_pure()

    assert doctor.examine() == []
    assert sick() == [("ticket_due_but_unclaimed", execution_id)]
    assert heal() == [False]

    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_an_execution_that_rests_for_ever_without_waiting_for_anybody_is_woken(demo) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    work(Worker())
    db.execute("UPDATE public.dispatch_ticket SET due_at = 'infinity'")
    db.execute(f"UPDATE {SCHEMA}.executions_execution SET status = 'running'")  # noqa: S608 - a constant

    assert sick() == [("execution_rests_for_ever", execution_id)]
    assert heal() == [True]

    work(Worker())
    assert execution(execution_id).status == "waiting"
    assert sick() == []


@pytest.mark.parametrize("fate", ["raised", "unreadable"])
def test_whoever_was_asked_to_pause_and_fell_out_of_its_turn_hears_of_it_in_the_next(
    demo, fate
) -> None:
    """Found by `make chaos` (605861): the claim had taken the poke for heard."""
    execution_id = begin(make_version(chain(REST)), {})
    pause.request_pause(execution_id)
    (holding,) = claim(Worker())
    if fate == "raised":
        dispatch.stumble([(holding.claimed.id, holding.claimed.token)], is_lone=False)
    else:
        dispatch.set_aside(holding.claimed.id, holding.claimed.token, patience_s=60)

    assert "pause_not_heard" not in {invariant for invariant, _ in sick()}
    db.execute("UPDATE public.dispatch_ticket SET due_at = clock_timestamp()")
    work(Worker())

    assert (execution(execution_id).status, sick()) == ("paused", [])


def test_an_execution_that_rests_and_never_heard_that_it_was_paused_is_woken(demo) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    work(Worker())
    pause.request_pause(execution_id)
    db.execute(
        "UPDATE public.dispatch_ticket SET is_poked = false, due_at = clock_timestamp() + interval '1 h'"
    )

    assert sick() == [("pause_not_heard", execution_id)]
    assert heal() == [True]

    work(Worker())
    assert execution(execution_id).status == "paused"
    assert sick() == []


def test_tickets_of_finished_executions_and_of_none_are_deleted(demo) -> None:
    execution_id = begin_pure()
    work_to_the_end(Worker())
    dispatch.open_run(dispatch.NewTicket(SCHEMA, execution_id, uuid7()))
    nowhere = uuid7()
    dispatch.open_run(dispatch.NewTicket(SCHEMA, nowhere, uuid7()))
    db.execute("UPDATE public.dispatch_ticket SET due_at = clock_timestamp() + interval '1 h'")

    assert set(sick()) == {
        ("finished_execution_with_ticket", execution_id),
        ("ticket_without_execution", nowhere),
    }
    assert heal() == [True, True]
    assert (tickets(), sick()) == (0, [])


def test_a_tenant_without_a_place_in_the_queue_gets_one(demo) -> None:
    execution_id = begin_pure()
    db.execute("DELETE FROM public.dispatch_fair WHERE schema = %(s)s", {"s": SCHEMA})

    assert sick() == [("tenant_without_place", execution_id)]
    assert heal() == [True]

    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_the_tickets_of_a_schema_that_is_gone_are_deleted(demo) -> None:
    dispatch.open_run(dispatch.NewTicket("t_gone", uuid7(), uuid7()))

    assert [invariant for invariant, _ in sick()] == ["ticket_of_a_missing_schema"]
    assert heal() == [True]
    assert tickets() == 0


@pytest.mark.parametrize(
    ("invariant", "damage"),
    [
        (
            "finished_execution_with_open_step",
            "UPDATE {s}.executions_step SET status = 'running' WHERE node_id = 'pure'",
        ),
        (
            "step_beyond_its_execution",
            "UPDATE {s}.executions_step SET seq = 99 WHERE node_id = 'pure'",
        ),
        ("two_steps_with_one_seq", "UPDATE {s}.executions_step SET seq = 1"),
        (
            "step_settled_by_nobody",
            "UPDATE {s}.executions_step SET token = NULL WHERE node_id = 'pure'",
        ),
        ("step_before_its_predecessors", "DELETE FROM {s}.executions_step WHERE node_id = 'start'"),
        (
            "step_before_its_predecessors",
            "UPDATE {s}.executions_step SET status = 'skipped' WHERE node_id = 'start'",
        ),
    ],
)
def test_damage_that_no_program_can_undo_is_reported_and_left_as_it_is(
    demo, invariant: str, damage: str
) -> None:
    execution_id = begin_pure()
    work_to_the_end(Worker())
    db.execute(db.in_schema(damage, SCHEMA))

    assert sick() == [(invariant, execution_id)]
    assert heal() == [False]
    assert sick() == [(invariant, execution_id)]


def test_a_step_that_ran_before_its_predecessor_in_its_own_pass_is_found(demo) -> None:
    #  start ─► loop ─body─► first ─► second
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": [1, 2]}}),
            ("first", "control:no_op", {}),
            ("second", "control:no_op", {}),
        ),
        "edges": edges("start>loop", "loop:body>first", "first>second"),
    }
    execution_id = begin(make_version(document), {})
    work_to_the_end(Worker())
    assert (execution(execution_id).status, sick()) == ("completed", [])

    db.execute(
        f"DELETE FROM {SCHEMA}.executions_step WHERE node_id = 'first' AND scope = 'loop[1]'"  # noqa: S608 - a constant
    )

    assert sick() == [("step_before_its_predecessors", execution_id)]


def test_a_branch_that_was_not_taken_and_a_trigger_that_did_not_fire_are_no_predecessors_missed(
    demo,
) -> None:
    #  start ─► if ─true─► yes ─► end
    #            └─false─► no ──────┘
    #  other ──────────────────────►┘
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("other", "trigger:manual", {}),
            ("if", "control:if", {"config": {"condition": "true"}}),
            ("yes", "control:no_op", {}),
            ("no", "control:no_op", {}),
            ("end", "control:merge", {}),
        ),
        "edges": edges("start>if", "if:true>yes", "if:false>no", "yes>end", "no>end", "other>end"),
    }
    execution_id = begin(make_version(document), {})
    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"
    assert sick() == []


def test_the_way_through_a_disabled_node_is_no_predecessor_missed(demo) -> None:
    off = ("off", "control:no_op", {"disabled": True})
    execution_id = begin(make_version(chain(off, ("after", "control:no_op", {}))), {})
    work_to_the_end(Worker())

    assert {node_id: step.status for node_id, step in steps(execution_id).items()} == {
        "start": "completed",
        "off": "skipped",
        "after": "completed",
    }
    assert sick() == []


@pytest.mark.parametrize("table", ["executions_execution", "webhooks_event"])
def test_a_row_outside_every_month_is_found_in_every_table(demo, table) -> None:
    from tests.tenants.test_maintenance import ROWS

    far = partitions.Month(2035, 7).floor
    with connection.cursor() as cursor:
        cursor.execute(ROWS[table], {"id": str(far)})

    assert sick() == [("row_outside_every_month", far)]
    assert heal() == [False]


def calling_a_rest():
    resting = callee(REST)
    config = {"workflow_id": str(resting)}
    parent = begin(make_version(chain(("call", "control:sub_workflow", {"config": config}))), {})
    work_to_the_end(Worker())
    (child,) = Execution.objects.filter(parent_id=parent)
    return parent, child.pk


def test_a_parent_that_rests_though_its_child_has_ended_is_found_healed_and_ends(
    demo, monkeypatch
) -> None:
    parent, child = calling_a_rest()
    assert sick() == []
    with monkeypatch.context() as patch:
        patch.setattr(children, "poke_parents", lambda _parents: None)
        cancel.request_cancel(child)
        work_to_the_end(Worker())

    assert sick() == [("parent_of_an_ended_child_rests", parent)]
    # It was told, but its turn raised: it is tried again soon.
    db.execute(
        "UPDATE public.dispatch_ticket SET is_poked = true, due_at = clock_timestamp() + interval '30 s'"
    )
    assert sick() == []
    db.execute("UPDATE public.dispatch_ticket SET due_at = clock_timestamp() + interval '90 s'")
    assert sick() == [("parent_of_an_ended_child_rests", parent)]
    assert heal() == [True]

    work_to_the_end(Worker())
    assert execution(parent).error["code"] == "child_failed"
    assert sick() == []


def test_a_child_that_nobody_waits_for_any_more_is_found_and_cancelled(demo, monkeypatch) -> None:
    parent, child = calling_a_rest()
    with monkeypatch.context() as patch:
        patch.setattr(children, "under_way", lambda _schema, _call_id: [])
        cancel.request_cancel(parent)
        work_to_the_end(Worker())

    assert sick() == [("child_outlives_who_waits", child)]
    assert heal() == [True]

    work_to_the_end(Worker())
    assert execution(child).status == "cancelled"
    assert sick() == []
