"""An execution that no worker can read: it waits for one that can, and does not wait for ever."""

import logging
from uuid import UUID

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.engine.expressions.shelf import Shelf
from apps.executions.services import dispatcher, doctor, unreadable
from apps.executions.services.worker import Worker
from apps.workflows.queries import registry
from tests.executions.crew import claim, hasten, ticket, work, work_to_the_end
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    tickets,
)

PURE = ("pure", "action:formula", {"config": {"expression": "1"}})
REST = ("rest", "control:delay", {"config": {"duration": "1h"}})


def waiting_execution() -> UUID:
    execution_id = begin(make_version(chain(PURE, REST)), {})
    work_to_the_end(Worker())
    assert execution(execution_id).status == "waiting"
    return execution_id


def damage(execution_id: UUID) -> None:
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET frontier = json_build_object('format', 99, 'was', frontier)"  # noqa: S608 - a constant
        " WHERE id = %(id)s",
        {"id": execution_id},
    )
    hasten(execution_id)


def mend(execution_id: UUID) -> None:
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET frontier = frontier -> 'was' WHERE id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )
    hasten(execution_id)


def wait_is_over(execution_id: UUID) -> None:
    db.execute(
        "UPDATE public.dispatch_ticket SET unreadable_since = unreadable_since - interval '1 h' WHERE id = %(id)s",
        {"id": execution_id},
    )
    hasten(execution_id)


def test_what_cannot_be_read_is_set_aside_without_a_crash_and_goes_on_when_it_can(demo) -> None:
    execution_id = waiting_execution()
    damage(execution_id)

    assert len(work(Worker())) == 1

    assert ticket(execution_id, "token", "crash_count", "is_suspect") == (None, 0, False)
    assert work(Worker()) == []
    mend(execution_id)
    work_to_the_end(Worker())
    assert execution(execution_id).status == "waiting"
    assert ticket(execution_id, "unreadable_since") == (None,)


def test_what_nobody_could_read_for_five_minutes_fails_with_the_reason(demo) -> None:
    execution_id = waiting_execution()
    damage(execution_id)
    work(Worker())
    wait_is_over(execution_id)
    assert [finding.invariant for finding in doctor.examine()] == ["ticket_unreadable"]

    work(Worker())

    ended = execution(execution_id)
    assert (ended.status, ended.reason) == ("failed", "worker_lost")
    assert ended.error["code"] == "frontier_unreadable"
    assert ended.error["message"].startswith("No worker could read this execution for 5 minutes: ")
    assert {key: step.status for key, step in steps(execution_id).items()} == {
        "start": "completed",
        "pure": "completed",
        "rest": "cancelled",
    }
    assert tickets() == 0
    assert doctor.examine() == []


def test_a_node_type_that_a_release_has_dropped_is_such_a_case(demo, monkeypatch, caplog) -> None:
    version = make_version(chain(PURE))
    execution_id = begin(version, {})
    db.execute(
        f"UPDATE {SCHEMA}.workflows_version SET definition ="  # noqa: S608 - a constant
        " replace(definition::text, 'action:formula', 'action:gone')::json WHERE id = %(id)s",
        {"id": version.pk},
    )
    monkeypatch.setattr(registry, "_versions", Shelf(registry.NODES_KEPT))
    monkeypatch.setattr(unreadable, "PATIENCE_S", 0.0)

    with caplog.at_level(logging.INFO, logger="apps.executions.lines"):
        work(Worker())

    ended = execution(execution_id)
    assert (ended.status, ended.error["code"], tickets()) == ("failed", "document_invalid", 0)
    assert ended.started_at is None
    said = [each.message for each in caplog.records if each.name == "apps.executions.lines"]
    assert said == ["execution.finished"]


def test_the_step_of_a_run_that_cannot_be_read_ends_with_its_run(receiver, monkeypatch) -> None:
    parts = nodes(
        ("start", "trigger:manual", {}),
        ("one", "action:http", call(f"{receiver.url}/ok")),
        ("two", "action:http", call(f"{receiver.url}/ok")),
    )
    document = {"nodes": parts, "edges": edges("start>one", "start>two"), "settings": {}}
    execution_id = begin(make_version(document), {})
    work(Worker())
    assert tickets() == 3
    damage(execution_id)
    monkeypatch.setattr(unreadable, "PATIENCE_S", 0.0)

    work_to_the_end(Worker())

    assert execution(execution_id).status == "failed"
    assert {step.status for step in steps(execution_id).values()} == {"completed", "cancelled"}
    assert tickets() == 0
    assert dispatcher.sweep(works=False) == 0


def test_a_turn_that_raises_again_and_again_is_tried_each_minute_at_least(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    (holding,) = claim(Worker())
    db.execute(
        "UPDATE public.dispatch_ticket SET crash_count = %(n)s WHERE id = %(id)s",
        {"n": 10, "id": execution_id},
    )

    dispatch.stumble([(holding.claimed.id, holding.claimed.token)], is_lone=False)

    wait = ticket(execution_id, "due_at <= clock_timestamp() + interval '60 s'")
    assert wait == (True,)
