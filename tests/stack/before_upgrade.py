"""Live a little, then stop as machines do: executions in every status that something reaches, one delivery.

Its argument is the file with the demo's facts, its environment names a prepared database with the demo. What a test must
know later is written as JSON.
"""

import json
import sys
import threading
from pathlib import Path

from django.test import Client

from apps.core import db, tenancy
from apps.executions.models import Execution
from apps.executions.services import cancel
from apps.executions.services.worker import Worker
from tests.callers import Caller
from tests.executions import crew
from tests.executions.makers import SCHEMA, chain, edges, nodes
from tests.webhooks.deliveries import github

DELIVERY = "b5a1f0d2-0000-4000-8000-000000000001"
# No one may call this address, so whoever tries again is refused before anything leaves the machine.
REFUSED = {"config": {"method": "GET", "url": "http://127.0.0.1:9/"}, "on_error": "continue"}
LAST = ("last", "action:set", {"config": {"values": {"said": "{{ trigger.word }}"}}})
LONG = {"timeout_s": 30 * 86_400}


def start(owner, name, definition):
    """Publish a workflow and start it; return the execution's id."""
    made = owner.post("/workflows", {"name": name, "definition": definition}).json()
    assert made["problems"] == [], made
    for verb in ("publish", "activate"):
        answer = owner.post(f"/workflows/{made['id']}/{verb}")
        assert answer.status_code == 200, answer.content
    begun = owner.post(f"/workflows/{made['id']}/execute", {"input": {"word": name}})
    assert begun.status_code == 202, begun.content
    return begun.json()["execution_id"]


def in_a_killed_worker(room=None):
    """Let a worker die before the next call leaves it; it keeps its lease, as the dead do."""
    worker = Worker()
    with crew.dying_at("step.before_effect", nth=None):
        crew.work(worker, room)
        worker.waiting.shutdown(wait=True)
    return worker


def one_turn(room=None):
    """Let a worker claim one ticket, and come to rest."""
    worker = Worker()
    assert len(crew.work(worker, room)) == 1
    crew.let_finish(worker)


def completed(owner):
    execution_id = start(owner, "completed", chain(LAST))
    crew.work_to_the_end(Worker())
    return execution_id


def failed(owner):
    stop = (
        "stop",
        "control:stop_and_error",
        {"config": {"error_message": "No {{ trigger.word }}."}},
    )
    execution_id = start(owner, "failed", chain(stop))
    crew.work_to_the_end(Worker())
    return execution_id


def cancelled(owner):
    execution_id = start(
        owner, "cancelled", chain(("rest", "control:delay", {"config": {"duration": "1h"}}))
    )
    crew.work_to_the_end(Worker())
    cancel.request_cancel(execution_id)
    crew.work_to_the_end(Worker())
    return execution_id


def timed_out(owner):
    execution_id = start(
        owner, "timed_out", chain(("call", "action:http", REFUSED), LAST, settings={"timeout_s": 1})
    )
    dead = in_a_killed_worker()
    threading.Event().wait(1.1)
    crew.bury(dead)
    crew.work_to_the_end(Worker())
    return execution_id


def waiting(owner):
    rest = ("rest", "control:delay", {"config": {"duration": "30d"}})
    execution_id = start(owner, "waiting", chain(rest, LAST))
    crew.work_to_the_end(Worker())
    return execution_id


def cancelling(owner):
    #  start ──► one, two: one is handed to a worker that dies, the other to nobody
    pair = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", REFUSED),
            ("two", "action:http", REFUSED),
        ),
        "edges": edges("start>one", "start>two"),
        "settings": LONG,
    }
    execution_id = start(owner, "cancelling", pair)
    one_turn()
    in_a_killed_worker(crew.ONE_CALL)
    cancel.request_cancel(execution_id)
    one_turn(crew.ONE_TURN)
    return execution_id


def running(owner):
    execution_id = start(
        owner, "running", chain(("call", "action:http", REFUSED), LAST, settings=LONG)
    )
    in_a_killed_worker()
    return execution_id


def push(facts):
    """Deliver a push of which nobody reads more than the envelope; return the execution's id."""
    body = {"ref": "refs/heads/main", "deleted": True}
    sent = github(facts["webhook_secret"], body, delivery=DELIVERY)
    answer = Client(HTTP_HOST=facts["host"]).post("/webhooks/github", **sent)
    assert answer.status_code == 202, answer.content
    return answer.json()["execution_id"]


WAYS = (completed, failed, cancelled, timed_out, waiting, running, cancelling)


def main(facts):
    owner = Caller(facts["api_key"])
    with tenancy.entered(SCHEMA):
        executions = {way.__name__: way(owner) for way in WAYS} | {"queued": push(facts)}
        stored = {str(each.pk): each.status for each in Execution.objects.all()}
    assert stored == {each: name for name, each in executions.items()}, stored
    # The machine on which the fixture was made is nobody's business.
    db.execute("UPDATE public.dispatch_worker SET name = 'worker', pid = 1")
    return {
        "api_key": facts["api_key"],
        "webhook_secret": facts["webhook_secret"],
        "delivery": DELIVERY,
        "executions": executions,
    }


if __name__ == "__main__":
    json.dump(main(json.loads(Path(sys.argv[1]).read_text())), sys.stdout)
