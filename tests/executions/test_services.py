"""Operations of services and letters in durable executions: by the tenant's credentials, sent once, left nowhere."""

from contextlib import contextmanager

import pytest

from apps.credentials.services import store
from apps.executions.services import ports
from apps.tenants import facade as tenants
from apps.tenants.models import EgressAllowance, Tenant
from tests.adapters.mail_servers import Box, RealServer
from tests.adapters.servers import Server
from tests.executions.makers import (
    begin,
    chain,
    execution,
    make_version,
    steps,
    work_until_ended,
    work_until_idle,
)
from tests.services.github_server import TOKEN, GitHub

REPOSITORY = {"credential": "ours", "owner": "octo-org", "repo": "hello-world"}


@contextmanager
def allowed(port: int):
    """The demo may call this port of loopback."""
    tenant = Tenant.objects.get(schema_name="t_demo")
    EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=port)
    ports._policy.cache_clear()
    tenants.forget()
    yield
    ports._policy.cache_clear()


@pytest.fixture
def github(demo):
    """A GitHub of one's own, which the credential `ours` names."""
    hub = GitHub(prefix="/api/v3")
    with Server(answer=hub.answer) as server, allowed(server.port):
        hub.host, hub.server = server.url, server
        values = {"token": TOKEN, "base_url": f"{server.url}/api/v3"}
        store.create(name="ours", type_name="github", values=values, actor_id=None)
        yield hub


def issue(title: str) -> dict:
    return {"config": {**REPOSITORY, "title": title}}


def test_what_one_operation_gives_the_next_one_reads(github) -> None:
    version = make_version(
        chain(
            ("open", "github:create_issue", issue("Failed: {{ trigger.version }}")),
            (
                "label",
                "github:add_label",
                {"config": {**REPOSITORY, "number": "{{ steps.open.number }}", "labels": ["bug"]}},
            ),
        )
    )

    ended = work_until_ended(begin(version, {"version": "1.4.0"}))

    assert (ended.status, ended.output["count"]) == ("completed", 1)
    assert github.issues[1]["title"] == "Failed: 1.4.0"
    assert github.issues[1]["labels"] == [{"name": "bug", "color": "ededed"}]
    assert TOKEN not in repr([vars(step) for step in steps(ended.pk).values()])


def test_a_rate_limit_is_waited_for_although_an_issue_may_not_be_opened_twice(github) -> None:
    github.limit = {"Retry-After": "600"}
    execution_id = begin(make_version(chain(("open", "github:create_issue", issue("Once")))))

    work_until_idle()

    row, step = execution(execution_id), steps(execution_id)["open"]
    assert (row.status, row.reason, step.status) == ("waiting", "retry", "waiting")
    assert [attempt["error"]["code"] for attempt in step.attempts] == ["rate_limited"]
    assert github.issues == {}


def test_a_service_that_breaks_off_is_not_asked_twice_for_what_it_may_have_done(github) -> None:
    github.server.answer = lambda _seen: None

    ended = work_until_ended(
        begin(make_version(chain(("a", "github:create_issue", issue("Once")))))
    )

    assert (ended.status, ended.error["code"]) == ("failed", "connection_lost")
    assert len(github.server.seen) == 1


def test_a_letter_is_sent_by_the_credential_s_server_and_keeps_its_name_at_every_attempt(
    demo,
) -> None:
    box = Box({"bob@example.com": "450 greylisted"})
    letter = {
        "credential": "post",
        "to": ["ada@example.com", "bob@example.com"],
        "subject": "Hi",
        "body": "Hello",
    }
    definition = chain(("mail", "action:email", {"config": letter}))
    definition["nodes"][1]["data"]["retry"] = {"first_wait_s": 0, "longest_wait_s": 0}
    with RealServer(box) as server, allowed(server.port):
        values = {"host": "127.0.0.1", "port": str(server.port), "security": "none",
                  "from": "shop@example.com"}  # fmt: skip
        store.create(name="post", type_name="smtp", values=values, actor_id=None)
        refused = work_until_ended(begin(make_version(definition)))
        box.refused.clear()
        sent = work_until_ended(begin(make_version(definition)))

    assert (refused.status, refused.error["code"]) == ("failed", "mail_refused")
    assert len(steps(refused.pk)["mail"].attempts) == 3
    assert sent.status == "completed"
    (taken,) = box.taken
    assert taken.recipients == ["ada@example.com", "bob@example.com"]
    assert sent.output["message_id"].encode() in taken.content
