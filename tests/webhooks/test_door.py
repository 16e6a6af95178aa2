"""The door: what a sender is answered, and what is stored."""

import base64
import threading
from uuid import uuid4

import pytest

from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions.models import Execution
from apps.webhooks.models import WebhookEvent
from apps.webhooks.services import rate, secrets, switch
from apps.workflows.models import Trigger
from apps.workflows.services import publish
from tests.counting import queries_on
from tests.webhooks.deliveries import github, post
from tests.workflows.documents import hook

NOTHING = {
    "webhooks_event": 0,
    "webhooks_delivery": 0,
    "executions_execution": 0,
    "dispatch_ticket": 0,
}


@pytest.fixture(autouse=True)
def _inside(request, redis_server):
    """Tests without real commits work inside the tenant; rate limits are counted in Redis."""
    if "tenant_committed" not in request.fixturenames:
        request.getfixturevalue("tenant")


@pytest.fixture
def secret(tenant) -> str:
    """A GitHub webhook at `hub`, and its secret."""
    return make_github(tenant)


def make_github(tenant) -> str:
    from apps.workflows.services import drafts

    document = hook(path="hub", auth_type="github")
    workflow = drafts.create(name="hub", description="", draft=document, actor_id=None)
    publish.publish(workflow.pk, actor_id=None)
    made = secrets.renew(Trigger.objects.get().pk)
    publish.activate(workflow.pk)
    return made.reveal()


def test_every_answer_says_how_long_it_is(sender, live) -> None:
    live(hook(path="orders"))

    answers = [post(sender, path, {"n": 1}) for path in ("orders", "nowhere")]

    assert [answer.status_code for answer in answers] == [202, 404]
    assert [answer.headers["Content-Length"] for answer in answers] == [
        str(len(answer.content)) for answer in answers
    ]


def test_an_accepted_delivery_is_one_event_one_execution_and_one_ticket(sender, live, rows) -> None:
    workflow = live(hook(path="orders"))

    answer = post(sender, "orders", {"n": 1}, X_Request_Id="request-12345")

    assert answer.status_code == 202
    said = answer.json()
    event, execution, ticket = (
        WebhookEvent.objects.get(),
        Execution.objects.get(),
        Ticket.objects.get(),
    )
    assert said == {
        "event_id": str(event.pk),
        "execution_id": str(execution.pk),
        "status_url": f"http://demo.localhost/api/v1/executions/{execution.pk}",
    }
    assert (event.status, event.execution_id, event.size_bytes) == ("accepted", execution.pk, 8)
    assert event.caller == "127.0.0.1"
    assert event.trigger == execution.trigger
    assert execution.trigger["body"] == {"n": 1}
    assert execution.trigger["path"] == "orders"
    assert (execution.workflow_id, execution.version_id) == (workflow.pk, workflow.live_version_id)
    assert (execution.trigger_kind, execution.status) == ("webhook", "queued")
    assert (ticket.id, ticket.schema, ticket.workflow_id) == (execution.pk, "t_demo", workflow.pk)
    assert answer["X-Request-Id"] == "request-12345"
    assert rows()["webhooks_delivery"] == 0


def test_numbers_arrive_as_they_were_sent(sender, live) -> None:
    live(hook(path="orders"))

    post(sender, "orders", b'{"big": 123456789012345678901234567890, "money": 1.10}')

    body = Execution.objects.get().trigger["body"]
    assert body == {"big": 123456789012345678901234567890, "money": 1.1}


def test_the_alias_of_workflow_and_webhook_is_the_same_door(sender, live) -> None:
    workflow = live(hook(path="orders"))
    webhook = Trigger.objects.get().pk

    assert post(sender, f"{workflow.pk}/{webhook}", {}).status_code == 202
    assert post(sender, f"{uuid7()}/{webhook}", {}).status_code == 404
    assert post(sender, f"{workflow.pk}/{uuid7()}", {}).status_code == 404
    assert Execution.objects.count() == 1


def test_a_generated_path_is_a_door_as_well(sender, live) -> None:
    live(hook())

    assert post(sender, Trigger.objects.get().path, {}).status_code == 202


@pytest.mark.parametrize("path", ["nowhere", "a/b", "a/b/c", "%00", "../api/v1/me", "ü"])
def test_a_path_where_nobody_listens_is_not_found(sender, live, rows, path) -> None:
    live(hook(path="orders"))

    answer = post(sender, path, {})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert rows() == NOTHING


def test_an_inactive_a_paused_and_an_unknown_webhook_are_answered_alike(sender, live, rows) -> None:
    workflow = live(hook(path="orders"))
    assert post(sender, "orders", {}).status_code == 202
    before = rows()

    publish.deactivate(workflow.pk)
    inactive = post(sender, "orders", {})
    publish.activate(workflow.pk)
    switch.pause(Trigger.objects.get().pk, is_paused=True)
    paused = post(sender, "orders", {})
    unknown = post(sender, "nowhere", {})

    answers = [{**each.json(), "request_id": ""} for each in (inactive, paused, unknown)]
    assert answers[0] == answers[1] == answers[2]
    assert (inactive.status_code, answers[0]["code"]) == (404, "webhook_not_found")
    assert rows() == before


def test_a_new_version_answers_at_once(sender, live) -> None:
    workflow = live(hook(path="orders"))
    post(sender, "orders", {})
    workflow.draft = hook(path="orders", methods=["PUT"], condition="true")
    workflow.save()
    publish.publish(workflow.pk, actor_id=None)

    post(sender, "orders", {})

    versions = Execution.objects.order_by("pk").values_list("version_id", flat=True)
    assert len(set(versions)) == 2


def test_a_paused_webhook_listens_again_when_it_is_resumed(sender, live) -> None:
    live(hook(path="orders"))
    webhook = Trigger.objects.get().pk
    switch.pause(webhook, is_paused=True)
    assert post(sender, "orders", {}).status_code == 404

    switch.pause(webhook, is_paused=False)

    assert post(sender, "orders", {}).status_code == 202


def test_only_the_methods_of_the_trigger_are_taken(sender, live, rows) -> None:
    live(hook(path="orders", methods=["PUT", "GET"]))

    refused = post(sender, "orders", {})
    assert (refused.status_code, refused["Allow"]) == (405, "PUT, GET")
    assert refused.json()["code"] == "method_not_allowed"
    assert rows() == NOTHING

    assert sender.get("/webhooks/orders?a=1").status_code == 202
    assert sender.put("/webhooks/orders", b"x", content_type="text/plain").status_code == 202
    assert [each.trigger["method"] for each in Execution.objects.order_by("pk")] == ["GET", "PUT"]


def test_a_signed_delivery_is_taken_and_a_forged_one_leaves_no_row(sender, secret, rows) -> None:
    assert sender.post("/webhooks/hub", **github(secret, {"a": 1})).status_code == 202
    before = rows()

    for forged in (github("not the secret", {"a": 1}), {**github(secret, {"a": 1}), "data": b"{}"}):
        answer = sender.post("/webhooks/hub", **forged)
        assert (answer.status_code, answer.json()["code"]) == (401, "webhook_unverified")
        assert secret not in answer.content.decode()
    unsigned = post(sender, "hub", {"a": 1})

    assert unsigned.status_code == 401
    assert rows() == before


def test_what_is_wrong_with_a_forged_delivery_stands_in_the_log_once(
    sender, secret, caplog
) -> None:
    with caplog.at_level("WARNING", logger="apps.webhooks"):
        for _ in range(3):
            post(sender, "hub", {"a": 1})

    lines = [each for each in caplog.records if each.message == "webhook.refused"]
    assert [each.reason for each in lines] == ["signature_missing"]
    assert secret not in caplog.text


def test_verification_comes_before_the_body_is_read(sender, secret, rows) -> None:
    assert post(sender, "hub", b"{ broken").status_code == 401

    assert sender.post("/webhooks/hub", **github(secret, b"{ broken")).status_code == 400
    assert rows() == NOTHING


def test_an_address_that_is_not_on_the_list_is_refused(sender, live, rows) -> None:
    live(hook(path="orders", allowed_ips=["203.0.113.0/24"]))

    answer = post(sender, "orders", {})

    assert (answer.status_code, answer.json()["code"]) == (403, "address_refused")
    assert rows() == NOTHING


def test_an_address_on_the_list_is_let_in(sender, live) -> None:
    live(hook(path="orders", allowed_ips=["127.0.0.0/8", "203.0.113.0/24"]))

    assert post(sender, "orders", {}).status_code == 202


def test_a_filtered_delivery_is_kept_and_starts_nothing(sender, live, rows) -> None:
    live(
        hook(path="orders", filters=[{"path": "$.body.ref", "operator": "equals", "value": "main"}])
    )

    answer = post(sender, "orders", {"ref": "dev"})

    event = WebhookEvent.objects.get()
    assert (answer.status_code, answer.json()) == (
        202,
        {"event_id": str(event.pk), "filtered": True},
    )
    assert (event.status, event.reason) == ("filtered", "$.body.ref equals did not hold")
    assert rows() == {**NOTHING, "webhooks_event": 1}
    assert Trigger.objects.get().filtered_count == 1


def test_a_condition_filters_like_a_filter(sender, live, rows) -> None:
    live(hook(path="orders", condition='trigger.body.kind == "paid"'))

    assert post(sender, "orders", {"kind": "open"}).json()["filtered"] is True
    assert "execution_id" in post(sender, "orders", {"kind": "paid"}).json()
    assert rows()["executions_execution"] == 1


def test_a_condition_reads_dates_in_the_time_zone_of_its_workflow(sender, live) -> None:
    document = hook(path="orders", condition="getHours(trigger.body.at) == 9")
    live({**document, "settings": {"timezone": "Asia/Tokyo"}})

    assert "execution_id" in post(sender, "orders", {"at": "2024-05-07T00:00:00Z"}).json()
    assert post(sender, "orders", {"at": "2024-05-07T09:00:00Z"}).json()["filtered"] is True


def test_a_filter_that_cannot_be_judged_drops_nothing(sender, live) -> None:
    live(hook(path="orders", condition="trigger.body.amount > 5"))

    answer = post(sender, "orders", {"amount": "many"})

    assert (answer.status_code, answer.json()["filtered"]) == (202, True)
    event = WebhookEvent.objects.get()
    assert event.status == "filter_error"
    assert event.reason
    assert Trigger.objects.get().filtered_count == 0  # nobody said that it is unwanted
    assert event.trigger["body"] == {"amount": "many"}


def test_more_deliveries_than_allowed_are_told_when_to_come_back(sender, live, rows) -> None:
    live(hook(path="orders", rate_per_s=2))

    answers = [post(sender, "orders", {"n": n}) for n in range(4)]

    assert [each.status_code for each in answers[:2]] == [202, 202]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) >= 1
    assert rows()["webhooks_event"] < 4


def test_a_busy_webhook_takes_its_tokens_by_the_handful(sender, live, redis_server) -> None:
    live(hook(path="orders", rate_per_s=1000))
    before = redis_server.info("commandstats").get("cmdstat_eval", {"calls": 0})["calls"]

    for n in range(8):
        assert post(sender, "orders", {"n": n}).status_code == 202

    after = redis_server.info("commandstats")["cmdstat_eval"]["calls"]
    assert after - before < 8


def test_threads_that_each_take_a_handful_at_the_same_time_lose_none(monkeypatch) -> None:
    together, asked = threading.Barrier(2, timeout=5), []

    def take(name, key, limit, *, tokens=1) -> float:
        asked.append(tokens)
        if len(asked) <= 2:
            together.wait()
        return 0.0

    monkeypatch.setattr(rate.rate_limit, "take", take)
    monkeypatch.setattr(rate.tenancy, "key", str)
    webhook_id = uuid4()
    threads = [threading.Thread(target=rate.take, args=(webhook_id, 1_000.0)) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for _ in range(18):
        rate.take(webhook_id, 1_000.0)

    assert asked == [10, 10]


def test_a_sealed_secret_that_cannot_be_opened_closes_the_door(
    sender, secret, rows, settings
) -> None:

    from apps.webhooks.queries import doors

    doors.forget()
    settings.GORAX_KEK = type(settings.GORAX_KEK)(
        base64.b64encode(b"another key, of thirty-two bytes").decode()
    )

    answer = sender.post("/webhooks/hub", **github(secret, {}))

    assert (answer.status_code, answer.json()["code"]) == (503, "webhook_secret_unreadable")
    assert answer["Retry-After"] == "60"
    assert rows() == NOTHING


def test_a_path_of_one_tenant_is_unknown_on_the_host_of_another(sender, live, redis_server) -> None:
    from django.test import Client

    from apps.accounts import facade as accounts
    from apps.core import tenancy
    from apps.tenants import facade as tenants

    live(hook(path="orders"))
    with tenancy.entered(tenancy.PUBLIC):
        user = accounts.install(
            email="o@other.test", password="a password", name="", is_operator=False
        )
    tenants.provision(slug="other", name="Other", owner_id=user.id)

    assert post(sender, "orders", {}).status_code == 202
    assert post(Client(HTTP_HOST="other.localhost"), "orders", {}).status_code == 404


def test_a_suspended_tenant_takes_nothing(sender, live, rows, tenant) -> None:
    from apps.tenants import facade as tenants

    live(hook(path="orders"))
    tenants.suspend(tenant.id)

    answer = post(sender, "orders", {})

    assert answer.status_code == 403
    assert rows() == NOTHING


def test_the_public_host_and_unknown_hosts_have_no_webhooks(live) -> None:
    from django.test import Client

    live(hook(path="orders"))

    for host in ("localhost", "nobody.localhost"):
        answer = post(Client(HTTP_HOST=host), "orders", {})
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_door_runs_no_more_statements_than_it_must(sender, live) -> None:
    from apps.core import db

    live(hook(path="orders"))
    post(sender, "orders", {"n": 1})
    fetch, asked = db.fetch, []

    def count(statement, params=()):
        asked.append(statement)
        return fetch(statement, params)

    with pytest.MonkeyPatch.context() as patch, queries_on("w") as orm:
        patch.setattr(db, "fetch", count)
        assert post(sender, "orders", {"n": 2}, Idempotency_Key="d1").status_code == 202

    assert (len(asked), orm) == (1, [])
