"""Who gets what there is: slots, connections, places in the queue, and what happens when a tenant has none."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import dispatcher, loop, moves, record
from apps.executions.services import worker as workers
from apps.executions.services.worker import KEPT_FOR_OTHERS, WAITING_SLOTS, Holding, Worker
from tests.bench import documents
from tests.eventually import eventually
from tests.executions.crew import (
    Beside,
    Killed,
    bury,
    due,
    dying_at,
    let_finish,
    ticket,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
    tickets,
)

PURE = ("pure", "action:formula", {"config": {"expression": "1 + 1"}})


@pytest.fixture
def small_pool():
    """Four connections for everything this process does."""
    options = connection.settings_dict["OPTIONS"]["pool"]
    before = dict(options)
    connection.close()
    connection.close_pool()
    options |= {"min_size": 1, "max_size": 4}
    connection.set_schema(SCHEMA)
    yield
    connection.close()
    connection.close_pool()
    options.clear()
    options |= before


def test_fifty_waiting_calls_share_four_connections(receiver, small_pool) -> None:
    names = [f"call-{index}" for index in range(WAITING_SLOTS)]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/slow/1000")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }
    db.execute(
        "UPDATE public.dispatch_fair SET cap = %(cap)s WHERE schema = %(s)s",
        {"s": SCHEMA, "cap": WAITING_SLOTS},
    )
    execution_id = begin(make_version(document), {})
    worker = Worker()
    work(worker)
    work(worker, dispatch.Room(pure=0, external=WAITING_SLOTS))
    assert eventually(lambda: len(paths(receiver)) == WAITING_SLOTS)

    assert connection.pool.get_stats()["pool_size"] <= 4
    work_to_the_end(worker)
    done = execution(execution_id)
    assert (done.status, len(done.output)) == ("completed", WAITING_SLOTS)


@pytest.fixture
def one_connection(small_pool):
    """One connection for everything this process does; whoever gets none gives up after a second."""
    options = connection.settings_dict["OPTIONS"]["pool"]
    connection.close()
    connection.close_pool()
    options |= {"max_size": 1, "timeout": 1}
    connection.set_schema(SCHEMA)


def test_a_thread_that_looks_for_work_waits_for_a_connection_before_it_waits_for_its_turn(
    demo, one_connection
) -> None:
    worker = Worker()
    mine = begin(make_version(chain(PURE)), {})
    loop.due_list.__init__()
    looked: list[list[Holding]] = []

    def look() -> None:
        try:
            looked.append(loop.claim_next(worker, "threads"))
        finally:
            db.give_back()

    db.take()
    other = threading.Thread(target=look)
    other.start()
    assert eventually(lambda: connection.pool.get_stats()["requests_waiting"] == 1)

    batch = loop.claim_next(worker, "threads")
    db.give_back()
    other.join()

    assert [holding.claimed.id for holding in batch] == [mine]
    assert looked == [[]]
    worker.hand_back(batch)


def test_who_waits_for_work_beside_it_holds_no_connection(demo, one_connection) -> None:
    with ThreadPoolExecutor(1) as threads:
        done = db.beside(lambda: db.fetch("SELECT 7"), threads)
        db.take()  # as the ORM does, which knows nothing of the work beside

        assert db.awaited(done) == [(7,)]
    db.give_back()


def test_a_long_loop_goes_on_over_one_connection(demo, one_connection, monkeypatch) -> None:
    monkeypatch.setattr(moves, "MOST_RECORDS", 8)
    version = make_version(documents.loop("action:set", {"values": {"x": 1}}, concurrency=1))
    execution_id = begin(version, {"items": list(range(20))})

    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"


def test_the_last_quarter_of_the_slots_goes_to_tenants_that_hold_none(demo) -> None:
    worker = Worker()
    worker._waiting_by_schema["t_big"] = WAITING_SLOTS - KEPT_FOR_OTHERS

    assert worker.room("t_big").external == 0
    assert worker.room("t_small").external == KEPT_FOR_OTHERS


def test_a_tenant_without_anything_claimable_does_not_end_the_search(demo) -> None:
    worker = Worker()
    dispatch.admit("t_capped", cap=0)
    ticket_of("t_capped")
    mine = begin(make_version(chain(PURE)), {})
    db.execute(
        "UPDATE public.dispatch_fair SET virtual_time = 1000 WHERE schema = %(s)s", {"s": SCHEMA}
    )
    loop.due_list.__init__()

    batch = loop.claim_next(worker, "threads")

    assert [holding.claimed.id for holding in batch] == [mine]
    worker.hand_back(batch)


def ticket_of(schema: str):
    execution_id = uuid7()
    dispatch.open_run(
        dispatch.NewTicket(schema=schema, execution_id=execution_id, workflow_id=uuid7())
    )
    return execution_id


def test_what_a_call_held_is_charged_to_its_tenant(receiver) -> None:
    begin(make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/300")))), {})
    worker = Worker()
    work_to_the_end(worker)
    before = served()

    worker.renew()

    after = served()
    assert after - before >= 3.0
    worker.renew()
    assert served() == after


def served() -> float:
    statement = "SELECT virtual_time FROM public.dispatch_fair WHERE schema = %(s)s"
    return db.fetch(statement, {"s": SCHEMA})[0][0]


def test_a_suspended_tenant_keeps_its_work_until_it_is_resumed(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    dispatch.suspend(SCHEMA, is_suspended=True)

    assert work(Worker()) == []
    assert dispatcher.sweep(works=False) == 0
    assert execution(execution_id).status == "queued"

    dispatch.suspend(SCHEMA, is_suspended=False)
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


@pytest.mark.parametrize("next_kind", ["pure", "external"])
def test_the_tickets_of_a_schema_that_is_gone_are_deleted_with_an_alarm(
    demo, monkeypatch, caplog, next_kind
) -> None:
    worker = Worker()
    monkeypatch.setattr(workers, "_current", worker)
    dispatch.admit("t_gone", cap=5)
    for _ in range(2):
        dispatch.open_run(
            dispatch.NewTicket(
                schema="t_gone", execution_id=uuid7(), workflow_id=uuid7(), next_kind=next_kind
            )
        )
    mine = begin(make_version(chain(PURE)), {})
    loop.due_list.__init__()

    loop.work("threads")
    let_finish(worker)

    assert execution(mine).status == "completed"
    assert tickets() == 0
    assert dispatch.queue_of("t_gone", uuid7()) is None
    assert "tenant.schema_missing" in [record.message for record in caplog.records]


def test_work_goes_on_by_itself_when_no_bell_can_be_rung(demo, monkeypatch, settings) -> None:
    monkeypatch.setattr(dispatcher, "UNANSWERED_S", 0.2)
    settings.GORAX_SWEEP_S = 0.05
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere.sock"
    monkeypatch.setattr(workers, "_current", Worker())
    monkeypatch.setattr(dispatch, "ring", lambda *_: None)
    execution_id = begin(make_version(chain(PURE)), {})
    stopping = threading.Event()

    sweep = Beside(lambda: dispatcher.sweep_forever(stopping, works=True))

    assert eventually(lambda: execution(execution_id).status == "completed", within_s=5.0)
    stopping.set()
    sweep.join_it()


def test_a_long_pure_turn_is_written_down_in_parts_and_a_kill_repeats_little(
    demo, monkeypatch
) -> None:
    monkeypatch.setattr(moves, "MOST_RECORDS", 3)
    parts = [
        (f"n{index}", "action:formula", {"config": {"expression": "1 + 1"}}) for index in range(9)
    ]
    execution_id = begin(make_version(chain(*parts)), {})
    with dying_at("record.before_commit", nth=3), pytest.raises(Killed):
        work(first := Worker())
    kept = {name: step.seq for name, step in steps(execution_id).items()}
    assert 3 <= len(kept) < 9

    bury(first)
    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"
    recorded = {name: step.seq for name, step in steps(execution_id).items()}
    assert {name: recorded[name] for name in kept} == kept


@pytest.mark.parametrize("bound", ["records", "bytes"])
def test_no_commit_of_a_pure_turn_holds_more_than_its_bound_however_wide_the_workflow(
    demo, monkeypatch, bound: str
) -> None:
    #  start ──► n0 … n29, side by side
    sizes: list[int] = []
    write, go_on = record.write, record.go_on

    def counted(schema: str, changes: Sequence[record.Change]) -> dict[UUID, record.Written]:
        sizes.extend(len(change.steps) for change in changes)
        return write(schema, changes)

    def counted_alone(schema: str, change: record.Change, **facts: Any) -> Any:
        sizes.append(len(change.steps))
        return go_on(schema, change, **facts)

    monkeypatch.setattr(record, "write", counted)
    monkeypatch.setattr(record, "go_on", counted_alone)
    if bound == "records":
        monkeypatch.setattr(moves, "MOST_RECORDS", 8)
    else:
        monkeypatch.setattr(moves, "MOST_UNWRITTEN_BYTES", 7_000)
    parts = [
        (f"n{index}", "action:set", {"config": {"values": {"copy": "{{ trigger.s }}"}}})
        for index in range(30)
    ]
    document = {
        "nodes": nodes(("start", "trigger:manual", {}), *parts),
        "edges": edges(*(f"start>n{index}" for index in range(30))),
        "settings": {},
    }
    execution_id = begin(make_version(document), {"s": "x" * 500})

    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"
    # A step holds its input and its output, so seven of them are 7 KB.
    assert max(sizes) == 8
    assert sum(sizes) >= 31


def test_a_worker_whose_clock_is_wrong_neither_reaps_the_living_nor_wakes_the_resting(
    demo, monkeypatch
) -> None:
    rest = begin(make_version(chain(("rest", "control:delay", {"config": {"duration": "1h"}}))), {})
    work(Worker())
    held = begin(make_version(chain(PURE)), {})
    owner = Worker()
    claimed = dispatch.claim(owner.id, SCHEMA, pool="threads", room=dispatch.Room(), floor=0.0)
    day = 86_400.0
    monkeypatch.setattr("time.time", lambda was=time.time: was() + day)

    assert dispatch.reap() == []
    assert dispatch.seize() == []
    assert due() == []

    assert ticket(held, "token") == (claimed[0].token,)
    assert execution(rest).status == "waiting"


def test_claims_pokes_and_requests_touch_no_index(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    worker = Worker()
    with transaction.atomic():
        before = hot_updates()
        (claimed,) = dispatch.claim(
            worker.id, SCHEMA, pool="threads", room=dispatch.Room(), floor=0.0
        )
        dispatch.poke(execution_id)
        dispatch.unpoke(execution_id, claimed.token)
        dispatch.ask(SCHEMA, execution_id, "cancel")
        dispatch.keep(execution_id, claimed.token)
        after = hot_updates()

    assert tuple(b - a for a, b in zip(before, after, strict=True)) == (5, 5)


def hot_updates() -> tuple[int, int]:
    """How many rows of the tickets this transaction updated, and how many of them in place."""
    return db.fetch(
        "SELECT pg_stat_get_xact_tuples_updated(c), pg_stat_get_xact_tuples_hot_updated(c)"
        " FROM (SELECT 'public.dispatch_ticket'::regclass::oid AS c) t"
    )[0]


def test_a_step_is_stored_once_although_it_began_in_one_month_and_ended_in_the_next(demo) -> None:
    last_of_october = UUID(int=(1793487599999 << 80) | (0x7 << 76) | (0b10 << 62))
    version = make_version(chain(PURE))
    begin(version, {}, execution_id=last_of_october)
    work_to_the_end(Worker())
    row = {"id": last_of_october}
    copy = (
        f"INSERT INTO {SCHEMA}.executions_step (execution_id, node_id, scope, node_type, status, seq)"  # noqa: S608 - a constant
        " VALUES (%(id)s, 'pure', '', 'action:formula', 'running', 99)"
    )

    with pytest.raises(IntegrityError):
        db.execute(copy, row)

    assert execution(last_of_october).status == "completed"


def test_a_loop_whose_time_is_over_rings_once_for_what_is_left(demo, monkeypatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(workers, "_current", Worker())
    monkeypatch.setattr(dispatch, "ring", rung.append)
    execution_id = begin(make_version(chain(PURE)), {})

    assert loop.work("threads", for_s=-1.0) == 0

    assert rung == ["threads"]
    assert due() == [(execution_id,)]


def test_the_list_of_tenants_with_work_is_read_anew_after_four_times_its_reading_or_when_it_is_empty(
    demo, monkeypatch
) -> None:
    now_s = 100.0
    reads: list[str] = []

    def tenants_due(pool: str) -> list[dispatch.DueTenant]:
        nonlocal now_s
        now_s += 0.005
        reads.append(pool)
        return [] if len(reads) == 1 else [dispatch.DueTenant(SCHEMA, 0.0)]

    monkeypatch.setattr(dispatch, "tenants_due", tenants_due)
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: now_s))
    due_list = loop.DueList()

    assert due_list.get("threads") == []
    assert [tenant.schema for tenant in due_list.get("threads")] == [SCHEMA]
    now_s += 0.019
    assert len(due_list.get("threads")) == 1
    assert len(reads) == 2
    now_s += 0.002
    due_list.get("threads")
    assert len(reads) == 3
    due_list.forget(SCHEMA)
    due_list.get("threads")
    assert len(reads) == 4


@pytest.mark.parametrize(
    ("took_s", "age_s"), [(0.0, 0.01), (0.002, 0.01), (0.005, 0.02), (0.02, 0.08), (2.0, 0.1)]
)
def test_a_list_of_tenants_is_used_for_ten_to_a_hundred_milliseconds(
    took_s: float, age_s: float
) -> None:
    assert loop.age_s(took_s) == pytest.approx(age_s)
