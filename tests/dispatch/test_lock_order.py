"""Several tickets are locked by id, whatever the order they lie in; whoever meets a deadlock all the same tries again."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, transaction

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from tests.dispatch.conftest import column, make_ticket, make_worker, take
from tests.eventually import eventually
from tests.executions.crew import Beside, waiting_for_locks

LOCK = "SELECT id FROM public.dispatch_ticket WHERE id = %(id)s FOR UPDATE"
FREE = "SELECT id FROM public.dispatch_ticket WHERE id = ANY(%(ids)s) FOR UPDATE SKIP LOCKED"
POKE = "UPDATE public.dispatch_ticket SET is_poked = true WHERE id = %(id)s"


def steps_backwards() -> tuple[dispatch.NewTicket, list[tuple[str, int]], list]:
    """Ten step tickets of one execution whose rows lie in falling order of their ids; the ids, rising."""
    run = dispatch.NewTicket("t_one", uuid7(), uuid7())
    by_id = {
        dispatch.step_ticket_id(run.execution_id, f"s{number}", 1): (f"s{number}", 1)
        for number in range(10)
    }
    falling = sorted(by_id, reverse=True)
    dispatch.open_steps(run, [by_id[ticket_id] for ticket_id in falling])
    return run, list(by_id.values()), falling[::-1]


def ask(run, steps, held) -> int:
    return dispatch.ask_steps("t_one", run.execution_id, steps, "cancel")


def hand_back(run, steps, held) -> int:
    return dispatch.hand_back(held)


def stumble(run, steps, held) -> int:
    return dispatch.stumble(held, is_lone=False)


@pytest.mark.parametrize("change", [ask, hand_back, stumble])
def test_who_changes_many_tickets_waits_for_the_lowest_and_holds_none_above_it(
    queue, change
) -> None:
    run, steps, ids = steps_backwards()
    held = [(ticket.id, ticket.token) for ticket in take(make_worker(), external=16)]
    assert len(held) == 10

    with transaction.atomic():
        db.fetch(LOCK, {"id": ids[0]})
        other = Beside(lambda: change(run, steps, held))
        assert eventually(waiting_for_locks)
        free = {row[0] for row in db.fetch(FREE, {"ids": ids[1:]})}
        db.execute(POKE, {"id": ids[0]})

    assert free == set(ids[1:])
    assert other.join_it() == 10


DEADLOCK_ONCE = """
CREATE SEQUENCE public.deadlock_once;
CREATE FUNCTION public.deadlock_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('public.deadlock_once') = 1 THEN
        RAISE EXCEPTION 'planted' USING ERRCODE = 'deadlock_detected';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deadlock_once AFTER UPDATE ON public.dispatch_ticket EXECUTE FUNCTION public.deadlock_once()
"""
NO_DEADLOCK = "DROP FUNCTION public.deadlock_once() CASCADE; DROP SEQUENCE public.deadlock_once"


@pytest.fixture
def deadlock_once(queue) -> Iterator[Callable[[], None]]:
    """From the call on, the first change of tickets is the victim of a deadlock."""
    planted = []

    def plant() -> None:
        planted.append(1)
        with connection.cursor() as cursor:
            cursor.execute(DEADLOCK_ONCE)

    yield plant
    if planted:
        with connection.cursor() as cursor:
            cursor.execute(NO_DEADLOCK)


@pytest.mark.parametrize("change", [ask, hand_back, stumble])
def test_who_changes_many_tickets_and_is_the_victim_of_a_deadlock_does_it_again(
    deadlock_once, change
) -> None:
    run, steps, _ = steps_backwards()
    held = [(ticket.id, ticket.token) for ticket in take(make_worker(), external=16)]
    deadlock_once()

    assert change(run, steps, held) == 10


def crosswise(
    first, second, meeting: threading.Barrier, over: threading.Event, tries: list
) -> None:
    """Lock two tickets, the second only when somebody else holds it too; poke both.

    Whoever has to try again does so when the other one is over, so that they cross once.
    """

    def work() -> None:
        tries.append(threading.get_ident())
        is_again = tries.count(threading.get_ident()) > 1
        if is_again:
            assert over.wait(10.0)
        db.fetch(LOCK, {"id": first})
        if not is_again:
            meeting.wait(10.0)
        db.fetch(LOCK, {"id": second})
        for ticket_id in (first, second):
            db.execute(
                "UPDATE public.dispatch_ticket SET crash_count = crash_count + 1 WHERE id = %(id)s",
                {"id": ticket_id},
            )

    db.in_transaction(work)
    over.set()


def test_of_two_that_lock_crosswise_one_is_tried_again_and_both_are_done(queue) -> None:
    one, two = make_ticket(), make_ticket()
    meeting, over, tries = threading.Barrier(2), threading.Event(), []

    both = [
        Beside(lambda: crosswise(one, two, meeting, over, tries)),
        Beside(lambda: crosswise(two, one, meeting, over, tries)),
    ]
    for each in both:
        each.join_it()

    assert len(tries) == 3
    assert (column(one, "crash_count"), column(two, "crash_count")) == (2, 2)


def test_a_deadlock_that_comes_back_is_raised_after_the_third_try(queue) -> None:
    tries = []

    def work() -> None:
        tries.append(1)
        db.execute(
            "DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = 'deadlock_detected'; END $$"
        )

    with pytest.raises(OperationalError, match="planted"):
        db.in_transaction(work)

    assert len(tries) == 3
