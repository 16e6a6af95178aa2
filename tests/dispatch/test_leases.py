"""What becomes of tickets whose owner is dead, paused or deaf."""

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from tests.dispatch.conftest import column, die, make_ticket, make_worker, take


def let_the_database_be_old(settings) -> None:
    """Nobody takes over within one renewal period after the database started; these tests start later than that."""
    settings.GORAX_RENEW_S = 0.0


def test_the_ticket_of_a_dead_worker_is_claimed_by_the_next_with_another_token(
    queue, settings
) -> None:
    let_the_database_be_old(settings)
    ticket_id = make_ticket()
    dead = make_worker()
    (first,) = take(dead)
    die(dead)

    assert dispatch.reap() == [(ticket_id, "t_one", "threads")]

    (second,) = take(make_worker())
    assert second.id == ticket_id
    assert second.token != first.token
    assert dispatch.lock_mine([(ticket_id, first.token)]) == set()


def test_a_worker_that_renews_keeps_its_tickets(queue, settings) -> None:
    let_the_database_be_old(settings)
    make_ticket()
    worker = make_worker()
    take(worker)
    assert dispatch.beat(worker, has_polled=True)

    assert dispatch.reap() == []


def test_nobody_takes_over_right_after_the_database_started(queue, settings) -> None:
    settings.GORAX_RENEW_S = 3600.0
    make_ticket()
    dead = make_worker()
    take(dead)
    die(dead)

    assert dispatch.reap() == []


def test_only_the_crash_of_a_lone_claim_counts_and_a_suspect_comes_alone(queue, settings) -> None:
    let_the_database_be_old(settings)
    tickets = [make_ticket() for _ in range(3)]
    worker = make_worker()
    assert len(take(worker)) == 3
    die(worker)
    dispatch.reap()
    assert [column(ticket, "crash_count") for ticket in tickets] == [0, 0, 0]

    worker = make_worker()
    (alone,) = take(worker)
    die(worker)
    dispatch.reap()

    assert column(alone.id, "crash_count") == 1
    others = [ticket for ticket in tickets if ticket != alone.id]
    assert [column(ticket, "crash_count") for ticket in others] == [0, 0]


def test_recorded_progress_forgives_earlier_crashes(queue, settings) -> None:
    let_the_database_be_old(settings)
    ticket_id = make_ticket()
    worker = make_worker()
    take(worker)
    die(worker)
    dispatch.reap()
    (claimed,) = take(make_worker())
    assert claimed.crash_count == 1

    dispatch.keep(ticket_id, claimed.token, has_progressed=True)

    assert column(ticket_id, "crash_count") == 0
    assert column(ticket_id, "is_suspect") is False


def test_handing_back_counts_no_crash_and_makes_the_ticket_due(queue) -> None:
    ticket_id = make_ticket()
    (claimed,) = take(make_worker())

    assert dispatch.hand_back([(claimed.id, claimed.token)]) == 1

    assert column(ticket_id, "crash_count") == 0
    (again,) = take(make_worker())
    assert again.id == ticket_id


def test_a_request_wakes_a_resting_ticket_and_travels_with_its_claim(queue) -> None:
    ticket_id = make_ticket()
    (claimed,) = take(make_worker())
    dispatch.release(ticket_id, claimed.token, due_at=None, next_kind="pure")

    assert dispatch.ask("t_one", ticket_id, "cancel")
    assert not dispatch.ask("t_one", ticket_id, "cancel")

    (again,) = take(make_worker())
    assert again.request == "cancel"


def test_a_request_of_another_tenant_changes_nothing(queue) -> None:
    ticket_id = make_ticket("t_one")

    assert not dispatch.ask("t_two", ticket_id, "cancel")

    assert column(ticket_id, "request") == ""


def test_an_owner_that_lives_but_does_not_obey_loses_its_ticket(queue) -> None:
    ticket_id = make_ticket()
    (claimed,) = take(make_worker())
    dispatch.ask("t_one", ticket_id, "cancel")

    assert dispatch.seize(patience_s=3600.0) == []
    assert dispatch.seize(patience_s=0.0) == [(ticket_id, "t_one", "threads")]

    assert dispatch.lock_mine([(ticket_id, claimed.token)]) == set()


def test_a_forgotten_worker_is_told_so_by_its_heartbeat(queue) -> None:
    worker = make_worker()
    dispatch.unregister(worker)

    assert not dispatch.beat(worker, has_polled=False)


def test_a_worker_that_only_renews_is_not_counted_as_one_that_looks_for_work(queue) -> None:
    worker = make_worker()
    assert dispatch.polling_workers() == 1
    db.execute(
        "UPDATE public.dispatch_worker SET polled_at = clock_timestamp() - interval '1 minute'"
    )

    dispatch.beat(worker, has_polled=False)
    assert dispatch.polling_workers() == 0

    dispatch.beat(worker, has_polled=True)
    assert dispatch.polling_workers() == 1


def test_a_dispatcher_is_no_worker_and_is_seen_to_stand_still(queue) -> None:
    dispatcher = uuid7()
    dispatch.note_sweep(dispatcher, name="test", pid=1)
    assert (dispatch.sweeping_dispatchers(), dispatch.polling_workers()) == (1, 0)

    die(dispatcher)
    assert dispatch.sweeping_dispatchers() == 0

    dispatch.note_sweep(dispatcher, name="test", pid=1)
    assert dispatch.sweeping_dispatchers() == 1
