"""Who gets a ticket, how many, and what proves it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from django.db import transaction

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.dispatch.services import tenancy
from tests.dispatch.conftest import column, make_ticket, make_worker, take
from tests.eventually import eventually
from tests.executions.crew import waiting_for_locks


def test_a_claim_takes_due_tickets_by_priority_then_age(queue) -> None:
    worker = make_worker()
    first, second = make_ticket(), make_ticket()
    urgent = make_ticket(priority=3)
    later = make_ticket(due_at=datetime.now(UTC) + timedelta(hours=1))

    claimed = take(worker)

    assert {ticket.id for ticket in claimed} == {first, second, urgent}
    assert column(later, "token") is None
    assert [ticket.id for ticket in take(make_worker())] == []


def test_every_claim_proves_itself_by_a_token_of_its_own(queue) -> None:
    ticket_id = make_ticket()
    worker = make_worker()

    (claimed,) = take(worker)

    assert column(ticket_id, "token") == claimed.token
    assert dispatch.lock_mine([(ticket_id, claimed.token)]) == {ticket_id}
    assert dispatch.lock_mine([(ticket_id, make_ticket())]) == set()


def test_a_batch_holds_only_tickets_whose_next_step_is_of_one_kind(queue) -> None:
    pure = [make_ticket(), make_ticket()]
    external = [make_ticket(next_kind="external"), make_ticket(next_kind="external")]
    worker = make_worker()

    assert [ticket.id for ticket in take(worker, external=1)] == pure
    assert [ticket.id for ticket in take(worker, external=1)] == external[:1]
    assert [ticket.id for ticket in take(worker, external=5)] == external[1:]


def test_a_claim_says_whether_its_tenant_may_have_more_that_could_be_claimed_now(queue) -> None:
    for _ in range(3):
        make_ticket()
    make_ticket(next_kind="external")
    worker = make_worker()

    assert [ticket.has_more for ticket in take(worker, pure=2, external=2)] == [True, True]
    assert [ticket.has_more for ticket in take(worker, pure=2, external=2)] == [True]
    assert [ticket.has_more for ticket in take(worker, pure=2, external=2)] == [False]
    make_ticket()
    assert [ticket.has_more for ticket in take(worker, pure=1, external=1)] == [True]


def test_a_tenant_at_its_cap_has_no_more(queue) -> None:
    dispatch.admit("t_capped", cap=2)
    for _ in range(3):
        make_ticket("t_capped")

    assert [ticket.has_more for ticket in take(make_worker(), "t_capped")] == [False, False]


def test_a_worker_without_free_waiting_slots_takes_only_pure_work(queue) -> None:
    make_ticket(next_kind="external")
    pure = make_ticket()

    assert [ticket.id for ticket in take(make_worker(), external=0)] == [pure]


def test_eight_racing_claimers_lease_exactly_the_cap(queue) -> None:
    dispatch.admit("t_capped", cap=10)
    for _ in range(100):
        make_ticket("t_capped")
    start = threading.Barrier(8)

    def race() -> int:
        try:
            worker = make_worker()
            start.wait()
            return sum(len(take(worker, "t_capped", pure=4) or []) for _ in range(10))
        finally:
            db.give_back()

    with ThreadPoolExecutor(8) as pool:
        counts = [future.result() for future in [pool.submit(race) for _ in range(8)]]

    assert sum(counts) == 10
    leased = "SELECT count(*) FROM public.dispatch_ticket WHERE token IS NOT NULL"
    assert db.fetch(leased) == [(10,)]


def test_a_tenant_goes_after_whoever_claims_for_it_and_holds_no_ticket_meanwhile(queue) -> None:
    ticket_id, other_id = make_ticket(), make_ticket("t_two")

    def dismiss() -> int:
        try:
            return db.in_transaction(lambda: tenancy.dismiss("t_one"))
        finally:
            db.give_back()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            db.execute("SELECT 1 FROM public.dispatch_fair WHERE schema = 't_one' FOR UPDATE")
            dismissed = pool.submit(dismiss)
            assert eventually(waiting_for_locks)
            lock = "SELECT id FROM public.dispatch_ticket WHERE id = %(id)s FOR UPDATE NOWAIT"
            assert db.fetch(lock, {"id": ticket_id}) == [(ticket_id,)]
        assert dismissed.result() == 1

    assert db.fetch("SELECT id FROM public.dispatch_ticket") == [(other_id,)]
    left = "SELECT count(*) FROM public.dispatch_fair WHERE schema = 't_one'"
    assert db.fetch(left) == [(0,)]


def test_a_tenant_being_claimed_for_is_passed_over_without_waiting(queue) -> None:
    make_ticket()
    other = []

    def claim_too() -> None:
        def work() -> None:
            try:
                other.append(take(make_worker()))
            finally:
                db.give_back()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=10)

    with hooked("claim.before_commit", claim_too):
        mine = take(make_worker())

    assert len(mine) == 1
    assert other == [None]


def test_a_suspended_tenant_is_neither_listed_nor_claimed(queue) -> None:
    ticket_id = make_ticket()
    dispatch.suspend("t_one", is_suspended=True)

    assert dispatch.tenants_due("threads") == []
    assert take(make_worker()) is None
    assert column(ticket_id, "token") is None


def test_a_tenant_that_was_served_less_comes_first(queue) -> None:
    for schema in ("t_one", "t_one", "t_two"):
        make_ticket(schema)
    worker = make_worker()

    take(worker, "t_one", pure=1)

    assert [tenant.schema for tenant in dispatch.tenants_due("threads")] == ["t_two", "t_one"]


def test_a_newcomer_starts_at_the_floor_and_gets_no_backlog_of_privilege(queue) -> None:
    make_ticket("t_two")

    take(make_worker(), "t_two", floor=500.0)

    served = db.fetch("SELECT virtual_time FROM public.dispatch_fair WHERE schema = 't_two'")
    assert served == [(501.0,)]


def test_an_unknown_engine_format_is_left_to_newer_workers(queue) -> None:
    make_ticket(engine_format=3)

    assert take(make_worker()) == []


def test_a_ticket_of_the_release_before_is_claimed_too(queue) -> None:
    made = {make_ticket(engine_format=1), make_ticket()}

    assert {claimed.execution_id for claimed in take(make_worker())} == made


def test_a_poke_between_read_and_release_makes_the_owner_decide_again(queue) -> None:
    ticket_id = make_ticket()
    (claimed,) = take(make_worker())
    assert dispatch.unpoke(ticket_id, claimed.token)

    dispatch.poke(ticket_id)

    assert not dispatch.release(ticket_id, claimed.token, due_at=None, next_kind="pure")
    assert column(ticket_id, "token") == claimed.token
    assert dispatch.unpoke(ticket_id, claimed.token)
    assert dispatch.release(ticket_id, claimed.token, due_at=None, next_kind="pure")
    assert column(ticket_id, "token") is None


def test_a_poke_of_a_resting_ticket_makes_it_due_at_once(queue) -> None:
    ticket_id = make_ticket()
    (claimed,) = take(make_worker())
    dispatch.release(ticket_id, claimed.token, due_at=None, next_kind="pure")
    assert take(make_worker()) == []

    dispatch.poke(ticket_id)

    assert [ticket.id for ticket in take(make_worker())] == [ticket_id]


def test_a_ticket_opened_in_a_transaction_that_rolls_back_never_was(queue) -> None:
    class UndoError(Exception):
        pass

    try:
        with transaction.atomic():
            make_ticket()
            raise UndoError
    except UndoError:
        pass

    assert db.fetch("SELECT count(*) FROM public.dispatch_ticket") == [(0,)]
