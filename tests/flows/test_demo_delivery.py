"""The main job, end to end in one process: a signed delivery, the demo's workflow, the receiver, the answer."""

import json
import threading
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client

from apps.core import tenancy
from tests.executions import makers
from tests.tenants.browser import person
from tests.webhooks.deliveries import github

PUSH = {"ref": "refs/heads/main", "after": "0" * 40, "commits": [], "pusher": {"name": "ada"}}


@pytest.fixture
def receiver(transactional_db, redis_server, settings):
    """The demo's receiver on a port of its own."""
    from apps.executions.services import ports
    from apps.tenants import facade as tenants
    from apps.webhooks.queries import doors
    from gorax.stack.receiver import Receiver

    server = Receiver()
    serve = {"poll_interval": 0.02}
    threading.Thread(target=server.serve_forever, kwargs=serve, daemon=True).start()
    settings.GORAX_RECEIVER_PORT = server.server_port
    ports._policy.cache_clear()
    tenants.forget()
    doors.forget()
    yield server
    server.shutdown()
    server.server_close()
    makers.forget_worker()
    tenants.forget()
    doors.forget()


@pytest.fixture
def facts(receiver, tmp_path) -> dict[str, str]:
    file = tmp_path / "demo.json"
    call_command("seed_demo", "--facts", str(file), verbosity=0)
    return json.loads(file.read_text())


def deliver(facts: dict[str, str], payload: dict, **changes: str) -> dict:
    sender = Client(HTTP_HOST=facts["host"])
    answer = sender.post("/webhooks/github", **github(facts["webhook_secret"], payload, **changes))
    assert answer.status_code in {200, 202}
    return answer.json()


def ended(execution_id: str):
    with tenancy.entered("t_demo"):
        return makers.work_until_ended(UUID(execution_id))


def test_a_signed_push_reaches_the_receiver_and_is_answered(facts, receiver) -> None:
    accepted = deliver(facts, PUSH)

    execution = ended(accepted["execution_id"])

    assert execution.status == "completed"
    assert execution.output == {"passed_on": True, "receiver": 200}
    assert execution.response == {"status": 200, "headers": {}, "body": execution.output}
    (call,) = receiver.book.read(None)["requests"]
    assert (call["method"], call["path"]) == ("POST", "/ok")
    assert json.loads(call["body"]) == {
        "ref": "refs/heads/main",
        "commit": "0" * 40,
        "pusher": "ada",
        "commits": 0,
    }
    shown = Client(HTTP_HOST=facts["host"]).get(
        accepted["status_url"].split(facts["host"], 1)[1],
        headers={"Authorization": f"Bearer {facts['api_key']}"},
    )
    assert shown.json()["output"] == execution.output


def test_a_push_of_a_branch_that_is_gone_is_answered_without_a_call(facts, receiver) -> None:
    accepted = deliver(facts, {**PUSH, "deleted": True})

    assert ended(accepted["execution_id"]).output == {"passed_on": False}
    assert receiver.book.read(None)["requests"] == []


def test_a_delivery_that_comes_twice_calls_once(facts, receiver) -> None:
    first = deliver(facts, PUSH, delivery="d-1")
    ended(first["execution_id"])

    again = deliver(facts, PUSH, delivery="d-1")

    assert (again["execution_id"], again["duplicate"]) == (first["execution_id"], True)
    makers.work_until_idle()
    assert len(receiver.book.read(None)["requests"]) == 1


def test_the_receiver_is_refused_to_every_other_tenant(facts, receiver) -> None:
    from apps.tenants import facade as tenants
    from apps.webhooks.services import demo
    from apps.workflows import facade as workflows

    tenants.provision(slug="other", name="Other", owner_id=person("ada@example.test").pk)
    with tenancy.entered("t_other"):
        definition = demo.definition(f"http://127.0.0.1:{receiver.server_port}/ok")
        definition["nodes"][0]["data"]["config"] = {"auth_type": "none", "path": "github"}
        workflow_id = workflows.install(
            name="theirs", description="", definition=definition, actor_id=None
        )
        workflows.switch_on(workflow_id)
        answer = Client(HTTP_HOST="other.localhost").post(
            "/webhooks/github", json.dumps(PUSH), content_type="application/json"
        )
        execution = makers.work_until_ended(UUID(answer.json()["execution_id"]))

    assert execution.status == "failed"
    assert execution.error["code"] == "blocked_destination"
    assert receiver.book.read(None)["requests"] == []
