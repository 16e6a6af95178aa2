"""Senders that wait for the workflow's answer."""

import json
from contextlib import ExitStack

import pytest
from django.db import connection

from apps.core.failpoints import hooked
from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions import facade as executions
from apps.executions.models import Execution
from apps.webhooks.api.views.door import _answered
from apps.webhooks.models import WebhookEvent
from apps.webhooks.rules.reply import REFUSED_HEADERS, reply_of
from tests.eventually import eventually
from tests.executions import makers
from tests.executions.crew import Beside, Gate
from tests.webhooks.deliveries import post
from tests.workflows.documents import edge, hook, node


@pytest.fixture(autouse=True)
def _inside(request, redis_server) -> None:
    """Everything here happens to the demo tenant."""
    if "tenant_committed" not in request.fixturenames:
        request.getfixturevalue("tenant")


def waiting(*nodes: dict, edges: list[dict], **config) -> dict:
    document = hook(path="ask", mode="sync", timeout_s=1, **config)
    return {"nodes": [document["nodes"][0], *nodes], "edges": edges}


ANSWERING = waiting(
    #  hook ──► say
    node(
        "say",
        "action:respond",
        status=201,
        headers={"X-Mine": "1", "Set-Cookie": "a=b", "Content-Type": "text/html"},
        body="<b>{{ trigger.body.name }}</b>",
    ),
    edges=[edge("hook", "say")],
)


def test_a_respond_node_answers_the_sender(sender, live, rows) -> None:
    live(ANSWERING)

    answer = post(sender, "ask", {"name": "ann"})

    assert (answer.status_code, answer.content) == (201, b"<b>ann</b>")
    assert (answer["Content-Type"], answer["X-Mine"]) == ("text/html", "1")
    execution = Execution.objects.get()
    assert (execution.status, answer["X-Gorax-Execution"]) == ("completed", str(execution.pk))
    assert WebhookEvent.objects.get().execution_id == execution.pk
    assert Ticket.objects.count() == 0


def test_an_answer_cannot_touch_the_host_it_is_served_from(sender, live) -> None:
    live(ANSWERING)

    answer = post(sender, "ask", {"name": "<script>alert(1)</script>"})

    assert "Set-Cookie" not in answer.headers
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_without_a_respond_node_the_output_is_the_answer(sender, live) -> None:
    live(
        waiting(
            node("sum", "action:formula", expression="trigger.body.a + 1"),
            edges=[edge("hook", "sum")],
        )
    )

    answer = post(sender, "ask", {"a": 41})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == Execution.objects.get().output


def test_a_workflow_that_fails_is_told_as_a_failure_behind_us(sender, live) -> None:
    live(
        waiting(
            node("stop", "control:stop_and_error", error_message="no stock"),
            edges=[edge("hook", "stop")],
        )
    )

    answer = post(sender, "ask", {})

    assert (answer.status_code, answer.json()["code"]) == (502, "execution_failed")
    assert answer.json()["execution_id"] == str(Execution.objects.get().pk)
    assert "no stock" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_is_answered_with_where_to_look(tenant_committed, sender, live) -> None:
    live(
        waiting(
            node("wait", "control:delay", duration="1h"),
            node("say", "action:respond", body={}),
            edges=[edge("hook", "wait"), edge("wait", "say")],
        )
    )

    answer = post(sender, "ask", {})

    execution = Execution.objects.get()
    assert answer.status_code == 202
    assert set(answer.json()) == {"event_id", "execution_id", "status_url"}
    assert answer.json()["execution_id"] == str(execution.pk)
    assert Ticket.objects.get().id == execution.pk


#  hook ──► wait (an hour) ──► say
RESTING = waiting(
    node("wait", "control:delay", duration="1h"),
    node("say", "action:respond", body={}),
    edges=[edge("hook", "wait"), edge("wait", "say")],
)
RESTING["nodes"][0]["data"]["config"]["timeout_s"] = 60


@pytest.mark.django_db(transaction=True)
def test_when_every_seat_is_taken_a_sender_is_told_where_to_look_and_does_not_wait(
    tenant_committed, sender, live, settings
) -> None:
    live(RESTING)

    with ExitStack() as taken:
        for _ in range(settings.GORAX_WEB_THREADS // 2):
            assert taken.enter_context(executions.seat(uuid7())) is not None
        # It would wait for a minute.
        answer = Beside(lambda: post(sender, "ask", {})).join_it()

    said = answer.json()
    execution = Execution.objects.get()
    assert answer.status_code == 202
    assert said["execution_id"] == str(execution.pk)
    assert said["status_url"] == f"http://demo.localhost/api/v1/executions/{execution.pk}"
    assert execution.ended_at is None


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_waits_for_the_answer_holds_no_connection(
    tenant_committed, sender, live
) -> None:
    live(RESTING)
    Execution.objects.count()
    alone = in_use()

    waiter = Beside(lambda: post(sender, "ask", {}))
    assert eventually(Execution.objects.exists)
    assert eventually(lambda: in_use() == alone)
    assert waiter.is_alive()

    executions.request_cancel(Execution.objects.get().pk)
    makers.work_until_idle()
    answer = waiter.join_it()
    makers.forget_worker()

    assert (answer.status_code, answer.json()["code"]) == (502, "execution_failed")


def in_use() -> int:
    """How many connections of the pool are in somebody's hands."""
    stats = connection.pool.get_stats()
    return stats["pool_size"] - stats["pool_available"]


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_deliveries_at_once_one_runs_and_the_other_is_told_its_ids(
    tenant_committed, sender, live
) -> None:
    live(ANSWERING)
    gate = Gate()

    with hooked("accept.before_insert", gate):
        slower = Beside(lambda: post(sender, "ask", {"name": "ann"}, Idempotency_Key="d1"))
        gate.wait_for_arrival()
        faster = post(sender, "ask", {"name": "ann"}, Idempotency_Key="d1")
        gate.open()
        told = slower.join_it()

    execution = Execution.objects.get()
    assert (faster.status_code, faster.content) == (201, b"<b>ann</b>")
    assert (told.status_code, told.json()["duplicate"]) == (200, True)
    assert faster["X-Gorax-Execution"] == told.json()["execution_id"] == str(execution.pk)
    assert WebhookEvent.objects.count() == 1
    assert Ticket.objects.count() == 0


def test_a_known_delivery_is_not_run_again_for_an_answer(sender, live) -> None:
    live(ANSWERING)
    post(sender, "ask", {"name": "ann"}, Idempotency_Key="d1")

    again = post(sender, "ask", {"name": "ann"}, Idempotency_Key="d1")

    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert Execution.objects.count() == 1


def test_a_filtered_delivery_is_not_waited_for(sender, live) -> None:
    live(waiting(node("end", "control:no_op"), edges=[edge("hook", "end")], condition="false"))

    assert post(sender, "ask", {}).json()["filtered"] is True


@pytest.mark.parametrize(
    ("response", "status", "content_type", "body"),
    [
        ({"status": 200, "headers": {}, "body": {"a": 1}}, 200, "application/json", b'{"a":1}'),
        ({"status": 204, "headers": {}, "body": {"a": 1}}, 204, "", b""),
        ({"status": 200, "headers": {}, "body": None}, 200, "", b""),
        ({"status": 200, "headers": {}, "body": "text"}, 200, "application/json", b'"text"'),
        ({"status": 200, "headers": {"content-type": "text/plain"}, "body": "ü"}, 200, "text/plain", "ü".encode()),
        ({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": 5}, 200, "text/plain", b"5"),
        ({"status": 999, "headers": None, "body": 1}, 200, "application/json", b"1"),
        (None, 200, "application/json", b'"the output"'),
    ],
)  # fmt: skip
def test_an_answer_is_sent_as_what_it_says_it_is(response, status, content_type, body) -> None:
    reply = reply_of(response, "the output")

    assert (reply.status, reply.content_type, reply.body) == (status, content_type, body)


@pytest.mark.parametrize("body", [None, "text", {"a": 1}, {"$blob": 5}])
def test_a_file_that_is_none_is_no_answer_without_a_body(body) -> None:
    response = {"status": 200, "headers": {}, "body": body}

    answer = _answered(executions.Answer(uuid7(), "completed", {**response, "is_file": True}))

    assert (answer.status_code, json.loads(answer.content)["code"]) == (502, "answer_missing")
    assert _answered(executions.Answer(uuid7(), "completed", response)).status_code == 200


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_that_never_has_a_body_says_no_length(sender, live, status) -> None:
    live(waiting(node("say", "action:respond", status=status), edges=[edge("hook", "say")]))

    answer = post(sender, "ask", {})

    assert (answer.status_code, answer.content) == (status, b"")
    assert "Content-Length" not in answer.headers


def test_what_a_browser_or_a_proxy_would_do_for_the_host_is_refused() -> None:
    reports = {"nel", "report-to", "reporting-endpoints"}
    proxies = {"x-accel-redirect", "x-sendfile"}

    assert {*reports, *proxies, "www-authenticate"} <= REFUSED_HEADERS


@pytest.mark.parametrize("name", sorted(REFUSED_HEADERS))
def test_no_answer_speaks_for_the_connection_or_the_host(name) -> None:
    response = {"status": 200, "headers": {name.title(): "x", "X-Fine": "y"}, "body": 1}

    assert dict(reply_of(response, None).headers) == {"X-Fine": "y"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nSet-Cookie: b"),
        ("X-A\n", "x"),
        ("", "x"),
        ("X A", "x"),
        ("X-A", "→"),
        ("X-A", 5),
    ],
)
def test_a_header_that_cannot_be_sent_is_left_out(name, value) -> None:
    assert reply_of({"status": 200, "headers": {name: value}, "body": 1}, None).headers == {}
