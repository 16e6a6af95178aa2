"""Calls to the world: one at a time in place, side by side by tickets, retried by time, stopped when asked."""

from apps.executions.services import cancel, loop, worker
from tests.eventually import eventually
from tests.executions.crew import bury
from tests.executions.makers import (
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
    work_until_ended,
    work_until_idle,
)


def test_a_chain_of_calls_ends_completed_and_each_call_was_made_once(receiver) -> None:
    version = make_version(
        chain(
            ("one", "action:http", call(f"{receiver.url}/ok")),
            ("two", "action:http", call(f"{receiver.url}/echo?n={{{{ steps.one.body.count }}}}")),
        )
    )

    execution_id = begin(version, {})
    work_until_idle()

    done = execution(execution_id)
    assert done.status == "completed"
    recorded = steps(execution_id)
    assert [step.status for step in recorded.values()] == ["completed"] * 3
    assert recorded["two"].output["body"]["query"] == "n=1"
    assert sorted(paths(receiver)) == ["/echo", "/ok"]
    assert tickets() == 0


def test_calls_beside_each_other_each_get_a_ticket_and_are_joined(receiver) -> None:
    #          ┌─► call-0 ─┐
    #  start ──┼─►  ...   ─┼─► join
    #          └─► call-9 ─┘
    names = [f"call-{index}" for index in range(10)]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/slow/50")) for name in names),
            ("join", "control:merge", {"config": {"mode": "append"}}),
        ),
        "edges": edges(*(f"start>{name}" for name in names), *(f"{name}>join" for name in names)),
    }

    execution_id = begin(make_version(document), {})
    work_until_idle()

    done = execution(execution_id)
    recorded = steps(execution_id)
    assert done.status == "completed"
    assert {step.status for step in recorded.values()} == {"completed"}
    assert len(paths(receiver)) == 10
    assert list(recorded)[-1] == "join"
    assert sorted(step.seq for step in recorded.values()) == [
        step.seq for step in recorded.values()
    ]
    assert tickets() == 0


def test_a_retryable_failure_waits_and_is_tried_again_with_the_same_key(receiver) -> None:
    retry = {"attempts": 3, "backoff": "fixed", "first_wait_s": 0.05}
    version = make_version(
        chain(("flaky", "action:http", {**call(f"{receiver.url}/flaky/2"), "retry": retry}))
    )

    execution_id = begin(version, {})
    work_until_ended(execution_id)

    done = execution(execution_id)
    assert done.status == "completed"
    step = steps(execution_id)["flaky"]
    assert step.attempt == 3
    assert [each["attempt"] for each in step.attempts] == [1, 2]
    seen = receiver.book.read(None)["requests"]
    assert len(seen) == 3
    assert len({entry["key"] for entry in seen}) == 1


def test_a_step_beside_others_is_retried_too(receiver) -> None:
    retry = {"attempts": 2, "backoff": "fixed", "first_wait_s": 0.05}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("flaky", "action:http", {**call(f"{receiver.url}/flaky/1"), "retry": retry}),
            ("fine", "action:http", call(f"{receiver.url}/slow/20")),
            ("join", "control:merge", {"config": {"mode": "append"}}),
        ),
        "edges": edges("start>flaky", "start>fine", "flaky>join", "fine>join"),
    }

    execution_id = begin(make_version(document), {})
    work_until_ended(execution_id)

    recorded = steps(execution_id)
    assert execution(execution_id).status == "completed"
    assert (recorded["flaky"].status, recorded["flaky"].attempt) == ("completed", 2)
    assert recorded["join"].status == "completed"
    assert tickets() == 0


def test_a_step_tried_first_beside_others_and_then_alone_sends_the_same_bytes(receiver) -> None:
    retry = {"attempts": 2, "backoff": "fixed", "first_wait_s": 0.2}
    body = {"at": "{{ now() }}", "id": "{{ uuid() }}", "r": "{{ random() }}"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            (
                "flaky",
                "action:http",
                {**call(f"{receiver.url}/flaky/1", method="POST", body=body), "retry": retry},
            ),
            ("fine", "action:http", call(f"{receiver.url}/ok")),
        ),
        "edges": edges("start>flaky", "start>fine"),
    }

    execution_id = begin(make_version(document), {})
    work_until_ended(execution_id)

    assert execution(execution_id).status == "completed"
    seen = [e for e in receiver.book.read(None)["requests"] if e["path"] == "/flaky/1"]
    assert len(seen) == 2
    assert len({(entry["key"], entry["body"]) for entry in seen}) == 1


def test_a_failure_that_stops_fails_the_execution_and_what_flies_lands(receiver) -> None:
    #          ┌─► bad (400)
    #  start ──┤
    #          └─► slow ─► never
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("bad", "action:http", call(f"{receiver.url}/status/400")),
            ("slow", "action:http", call(f"{receiver.url}/slow/200")),
            ("never", "action:http", call(f"{receiver.url}/ok")),
        ),
        "edges": edges("start>bad", "start>slow", "slow>never"),
    }

    execution_id = begin(make_version(document), {})
    work_until_idle()

    done = execution(execution_id)
    recorded = steps(execution_id)
    assert (done.status, done.reason) == ("failed", "node_failed")
    assert done.error["node"] == "bad"
    assert done.error["status"] == 400
    assert recorded["slow"].status in {"completed", "cancelled"}
    assert "never" not in recorded
    assert "/ok" not in paths(receiver)
    assert tickets() == 0


def test_the_error_port_is_taken_and_the_execution_had_errors(receiver) -> None:
    #  start ──► bad ──main──► good
    #              └─error──► rescue
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("bad", "action:http", {**call(f"{receiver.url}/status/404"), "on_error": "branch"}),
            ("good", "control:no_op", {}),
            ("rescue", "action:formula", {"config": {"expression": "steps.bad.error.status"}}),
        ),
        "edges": edges("start>bad", "bad:main>good", "bad:error>rescue"),
    }

    execution_id = begin(make_version(document), {})
    work_until_idle()

    done = execution(execution_id)
    recorded = steps(execution_id)
    assert (done.status, done.had_errors) == ("completed", True)
    assert (recorded["good"].status, recorded["rescue"].output) == ("skipped", 404)


def test_a_cancelled_execution_aborts_its_call_and_starts_nothing_more(receiver) -> None:
    version = make_version(
        chain(
            ("slow", "action:http", call(f"{receiver.url}/slow/30000")),
            ("never", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    loop.work("threads")
    assert eventually(lambda: "/slow/30000" in paths(receiver))

    cancel.request_cancel(execution_id)
    cancel.request_cancel(execution_id)
    work_until_idle()

    done = execution(execution_id)
    assert (done.status, done.reason) == ("cancelled", "cancelled_by_user")
    assert steps(execution_id)["slow"].status == "cancelled"
    assert "/ok" not in paths(receiver)
    assert tickets() == 0


def test_cancelling_calls_beside_each_other_ends_them_all(receiver) -> None:
    names = ["a", "b", "c"]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/slow/30000")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }
    execution_id = begin(make_version(document), {})
    loop.work("threads")
    loop.work("threads")
    assert eventually(lambda: len(paths(receiver)) >= 3)

    cancel.request_cancel(execution_id)
    work_until_idle()

    assert execution(execution_id).status == "cancelled"
    assert {steps(execution_id)[name].status for name in names} == {"cancelled"}
    assert tickets() == 0


def test_a_delay_holds_nobody_and_the_execution_says_why_it_waits(receiver) -> None:
    version = make_version(
        chain(
            ("wait", "control:delay", {"config": {"duration": "1h"}}),
            ("after", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    work_until_idle()

    waiting = execution(execution_id)
    assert (waiting.status, waiting.reason) == ("waiting", "delay")
    assert steps(execution_id)["wait"].wake_at is not None
    assert worker.current()._held == {}
    assert tickets() == 1

    cancel.request_cancel(execution_id)
    work_until_idle()
    assert execution(execution_id).status == "cancelled"
    assert steps(execution_id)["wait"].status == "cancelled"


def test_a_delay_that_is_over_goes_on(receiver) -> None:
    version = make_version(
        chain(
            ("wait", "control:delay", {"config": {"duration": "100ms"}}),
            ("after", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    work_until_ended(execution_id)

    assert execution(execution_id).status == "completed"
    assert paths(receiver) == ["/ok"]


def test_a_lost_worker_is_replaced_and_the_call_repeats_the_same_bytes(receiver, settings) -> None:
    settings.GORAX_RENEW_S = 0.05
    body = {"at": "{{ now() }}", "id": "{{ uuid() }}", "r": "{{ random() }}"}
    version = make_version(
        chain(("post", "action:http", call(f"{receiver.url}/slow/400", method="POST", body=body)))
    )
    execution_id = begin(version, {})
    loop.work("threads")
    assert eventually(lambda: paths(receiver))
    first = worker.current()
    first.renew = lambda: None  # frozen: it renews no more
    worker._current = None
    assert eventually(lambda: bury(first) == [execution_id])
    work_until_idle()

    done = execution(execution_id)
    assert done.status == "completed"
    seen = receiver.book.read(None)["requests"]
    assert len(seen) == 2
    assert seen[0]["key"] == seen[1]["key"]
    assert seen[0]["body"] == seen[1]["body"]
    assert eventually(lambda: not first._held)
    assert execution(execution_id).seq == done.seq
