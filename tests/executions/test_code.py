"""Scripts in executions: they run like calls do, beside others, and whoever is asked to stop ends them."""

import pytest

from apps.adapters.code import keeping
from apps.executions.services import cancel, loop, worker
from tests.adapters.code.processes import busy
from tests.eventually import eventually
from tests.executions.crew import bury
from tests.executions.makers import (
    begin,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    tickets,
    work_until_ended,
    work_until_idle,
)

ENDLESS = {"javascript": "while (true);", "python": "while True:\n    pass"}


def script(source: str, language: str = "javascript", **config) -> dict:
    """What stands behind the type of an `action:code`."""
    return {"config": {"script": source, "language": language, **config}}


def computing() -> list[int]:
    """The processes of scripts that compute right now."""
    return busy(keeping.keeping().process.pid)


def begun(language: str) -> object:
    """An execution whose script computes for ever, in the hands of this process's worker."""
    version = make_version(chain(("code", "action:code", script(ENDLESS[language], language))))
    execution_id = begin(version, {})
    loop.work("threads")
    assert eventually(computing)
    return execution_id


def test_scripts_follow_each_other_and_read_what_came_before(demo) -> None:
    version = make_version(
        chain(
            ("one", "action:code", script("console.log('seen'); return ctx.trigger.n + 1")),
            ("two", "action:code", script("return ctx.steps['one'] * 10", "python")),
        )
    )

    done = work_until_ended(begin(version, {"n": 1}))

    assert (done.status, done.output) == ("completed", 20)
    assert [step.status for step in steps(done.pk).values()] == ["completed"] * 3


def test_scripts_beside_each_other_each_get_a_ticket_and_are_joined(demo) -> None:
    names = [f"code-{index}" for index in range(6)]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:code", script(f"return '{name}'")) for name in names),
            ("join", "control:merge", {"config": {"mode": "append"}}),
        ),
        "edges": edges(*(f"start>{name}" for name in names), *(f"{name}>join" for name in names)),
    }

    done = work_until_ended(begin(make_version(document), {}))

    assert (done.status, done.output) == ("completed", names)
    assert tickets() == 0


@pytest.mark.parametrize(
    ("source", "config", "reason", "error"),
    [
        (
            "\nnull.x",
            {},
            "node_failed",
            {
                "code": "code_error",
                "node": "code",
                "message": "Line 2: TypeError: Cannot read properties of null (reading 'x')",
                "details": {"line": 2, "column": 6},
            },
        ),
        (
            "const all = []; while (true) all.push(new Array(100000).fill(1))",
            {"memory_mb": 32},
            "out_of_memory",
            {
                "code": "out_of_memory",
                "node": "code",
                "message": "The script needs more than 32 MB of memory.",
            },
        ),
        (
            "console.log('so far'); while (true);",
            {"timeout_s": 0.2},
            "node_failed",
            {
                "code": "code_timeout",
                "node": "code",
                "message": "The script did not end within 0.2 s.",
                "details": {"console": ["so far"]},
            },
        ),
    ],
)
def test_an_execution_says_how_its_script_failed(demo, source, config, reason, error) -> None:
    version = make_version(chain(("code", "action:code", script(source, **config))))

    done = work_until_ended(begin(version, {}))

    assert (done.status, done.reason, done.error) == ("failed", reason, error)
    assert steps(done.pk)["code"].attempt == 1


@pytest.mark.parametrize("language", ["javascript", "python"])
def test_a_cancelled_execution_ends_though_its_script_computes_for_ever(demo, language) -> None:
    execution_id = begun(language)

    cancel.request_cancel(execution_id)
    worker.current().renew()
    work_until_idle()

    done = execution(execution_id)
    assert (done.status, steps(execution_id)["code"].status) == ("cancelled", "cancelled")
    assert eventually(lambda: not computing())


def test_a_worker_that_leaves_hands_a_running_script_back_and_ends_it(demo, monkeypatch) -> None:
    monkeypatch.setattr(worker, "FINISH_WITHIN_S", 0.1)
    execution_id = begun("javascript")

    worker.current().shut_down()

    assert eventually(lambda: not computing())
    assert execution(execution_id).ended_at is None
    assert tickets() == 1


def test_a_worker_that_lost_its_lease_ends_the_script_and_writes_nothing(demo) -> None:
    execution_id = begun("python")

    assert bury(worker.current()) == [execution_id]
    worker.current().renew()

    assert eventually(lambda: not computing() and not worker.current()._held)
    assert steps(execution_id)["code"].status == "running"


def test_no_connection_is_held_while_a_script_runs(demo) -> None:
    from django.db import connection

    pool = connection.pool

    def in_use() -> int:
        stats = pool.get_stats()
        return int(stats["pool_size"] - stats["pool_available"])

    connection.close()
    before = in_use()
    execution_id = begun("javascript")
    connection.close()

    assert eventually(lambda: in_use() <= before)
    cancel.request_cancel(execution_id)
    worker.current().renew()
    work_until_idle()


def test_pure_work_goes_on_while_every_place_for_scripts_is_taken(demo, settings) -> None:
    version = make_version(chain(("code", "action:code", script(ENDLESS["javascript"]))))
    stuck = [begin(version, {}) for _ in range(settings.GORAX_CODE_SLOTS + 1)]
    loop.work("threads")
    assert eventually(lambda: len(computing()) == settings.GORAX_CODE_SLOTS)

    plain = begin(make_version(chain(("set", "action:set", {"config": {"values": {"a": 1}}}))), {})
    assert eventually(lambda: loop.work("threads") >= 0 and execution(plain).ended_at is not None)

    assert execution(plain).status == "completed"
    for execution_id in stuck:
        cancel.request_cancel(execution_id)
    worker.current().renew()
    assert eventually(lambda: loop.work("threads") >= 0 and tickets() == 0)
