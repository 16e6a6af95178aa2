"""A worker that leaves: it takes nothing new, keeps what it has alive, and is gone when it says so."""

import threading

from celery import signals

from apps.core import db
from apps.core.failpoints import hooked
from apps.executions.services import loop, turn
from apps.executions.services import worker as workers
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import Beside, bury, claim, let_finish, ticket, work
from tests.executions.makers import begin, call, chain, execution, make_version, work_until_ended

PURE = ("pure", "action:formula", {"config": {"expression": "1"}})


def test_a_worker_that_leaves_renews_no_more_often_than_before(
    receiver, settings, monkeypatch
) -> None:
    settings.GORAX_RENEW_S = 0.05
    begin(make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/500")))), {})
    leaving = Worker()
    work(leaving)
    pauses: list[float] = []

    class Counted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0.0)
            return super().wait(timeout)

    beats: list[int] = []
    beat = workers.dispatch.beat
    monkeypatch.setattr(
        workers.dispatch, "beat", lambda *args, **more: beats.append(1) or beat(*args, **more)
    )
    leaving.gone = Counted()
    leaving.stopping.set()

    renewing = threading.Thread(target=leaving.renew_forever)
    renewing.start()
    let_finish(leaving)
    leaving.shut_down()
    renewing.join()

    # Every renewal but the last was followed by a whole pause.
    assert len(beats) - 1 <= len(pauses)
    assert set(pauses) == {0.05}


def test_a_worker_that_is_gone_renews_no_more_whoever_hangs_in_a_call_that_was_taken_from_it(
    demo,
) -> None:
    begin(make_version(chain(PURE)), {})
    (zombie,) = claim(gone := Worker())
    zombie.lose()
    gone.shut_down()

    try:
        Beside(gone.renew_forever).join_it()
    finally:
        gone._held.clear()


def test_a_worker_that_is_gone_does_not_come_back_by_a_late_renewal(demo) -> None:
    gone = Worker()
    gone.shut_down()

    gone.renew()

    assert db.fetch("SELECT 1 FROM public.dispatch_worker WHERE id = %(id)s", {"id": gone.id}) == []


def test_a_worker_asked_to_go_by_celery_claims_nothing_more(demo, monkeypatch) -> None:
    import gorax.celery as wiring

    execution_id = begin(make_version(chain(PURE)), {})
    leaving = Worker()
    monkeypatch.setattr(workers, "_current", leaving)
    monkeypatch.setattr(wiring, "_stopping", threading.Event())

    signals.worker_shutting_down.send(sender=None)

    assert loop.work("threads") == 0
    assert (execution(execution_id).status, ticket(execution_id, "token")) == ("queued", (None,))


def test_a_run_lost_between_its_commit_and_the_next_look_is_let_go(demo) -> None:
    version = make_version(
        chain(PURE, ("rest", "control:delay", {"config": {"duration": "100ms"}}))
    )
    execution_id = begin(version, {})
    owner = Worker()
    (holding,) = claim(owner)

    def poke_then_lose() -> None:
        from apps.dispatch.services import tickets

        tickets.poke(execution_id)

    with (
        hooked("release.before", poke_then_lose),
        hooked("finish.after_commit", lambda: bury(owner)),
    ):
        turn.own_batch(owner, [holding])

    assert owner._held == {}
    assert not holding.is_lost
    done = work_until_ended(execution_id)
    assert done.status == "completed"
    assert eventually(lambda: ticket(execution_id, "token") is None)
