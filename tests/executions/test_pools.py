"""Who works on which pool: each process on its own, and bells only where somebody may hear them."""

import pytest

from apps.dispatch import facade as dispatch
from apps.dispatch.models import Ticket
from apps.executions.services import dispatcher, worker
from tests.executions.makers import begin, call, chain, execution, forget_worker, make_version


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    """The pools that were rung for, in order."""
    pools: list[str] = []
    monkeypatch.setattr(dispatch, "ring", lambda pool="threads": pools.append(pool))
    return pools


@pytest.fixture
def version(demo):
    """An execution of it needs one turn and nothing of the world."""
    return make_version(chain(("n", "control:no_op", {})))


@pytest.fixture
def as_code(demo, settings):
    """This process serves the prefork pool, and the installation has processes for it."""
    settings.GORAX_CODE_PROCESSES = 1
    worker.serve("prefork")
    yield
    forget_worker()
    worker.serve("threads")


def begin_in(pool: str, version):
    execution_id = begin(version, {})
    Ticket.objects.filter(pk=execution_id).update(pool=pool)
    return execution_id


def test_the_sweep_rings_for_the_pools_that_have_something_due(version, rung, settings) -> None:
    settings.GORAX_CODE_PROCESSES = 1
    begin_in("prefork", version)
    rung.clear()

    dispatcher.sweep(works=False)
    begin_in("threads", version)
    dispatcher.sweep(works=False)

    assert rung == ["prefork", "threads", "prefork"]


def test_without_processes_for_it_nobody_rings_for_the_prefork_pool(version, rung) -> None:
    begin_in("prefork", version)
    rung.clear()

    assert dispatcher.sweep(works=False) == 0
    assert rung == []
    assert dispatch.oldest_due_s() > 0


@pytest.mark.parametrize(("mine", "other"), [("threads", "prefork"), ("prefork", "threads")])
def test_what_no_bell_answers_is_worked_by_a_process_of_its_pool_alone(
    mine: str, other: str, version, as_code, monkeypatch
) -> None:
    worker.serve(mine)
    monkeypatch.setattr(dispatcher, "UNANSWERED_S", 0.0)
    done, left = begin_in(mine, version), begin_in(other, version)

    dispatcher.sweep(works=True)

    assert execution(done).status == "completed"
    assert list(Ticket.objects.values_list("id", "token")) == [(left, None)]


def test_a_process_for_code_does_one_thing_at_a_time_and_asks_for_the_next(
    as_code, receiver, rung
) -> None:
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/60000"))))
    begin_in("prefork", version)
    mine = worker.current()
    before = mine.room("t_demo").external

    (claimed,) = dispatch.claim(
        mine.id, "t_demo", pool="prefork", room=mine.room("t_demo"), floor=0.0
    )
    holding = mine.take(claimed)
    mine.move_to_waiting(holding)
    rung.clear()

    assert (before, mine.room("t_demo").external) == (1, 0)
    mine.hand_back([holding])
    assert mine.room("t_demo").external == 1
    assert rung == ["prefork"]


def test_processes_for_code_alone_make_nobody_ready(as_code) -> None:
    mine = worker.current()
    assert dispatch.polling_workers() == 0

    mine.note_poll()
    mine.renew()

    assert dispatch.polling_workers() == 0
