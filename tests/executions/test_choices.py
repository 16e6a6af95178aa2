"""What a field may be is asked of a real service on loopback: with the credential that the node names, and no other way."""

from dataclasses import replace

import pytest

from apps.adapters.http import GuardedHttp
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.credentials import facade as credentials
from apps.credentials.models import Credential, CredentialAccess
from apps.credentials.services import accesses, store
from apps.executions.services import choosing
from apps.nodes import catalogue
from apps.tenants import facade as tenants
from tests.adapters.servers import Server
from tests.callers import Caller, make_caller
from tests.executions.test_services import allowed
from tests.services.conftest import PUBLIC, world
from tests.services.github_server import TOKEN as GITHUB_TOKEN
from tests.services.github_server import GitHub
from tests.services.slack_server import TOKEN, Slack

__all__ = ["world"]

PATH = "/nodes/slack:send_message/choices"
ASKED = {"field": "channel", "config": {"credential": "acme", "text": "{{ trigger.body }}"}}


@pytest.fixture(autouse=True)
def _anew(monkeypatch):
    """What was read is written by no thread: that would commit it, and later tests would find it."""
    monkeypatch.setattr(accesses, "_start_writer", lambda: None)
    choosing.forget()
    yield
    choosing.forget()
    accesses._noted.clear()


@pytest.fixture
def owner(demo, redis_server) -> Caller:
    return make_caller(tenants.current(), "owner")


@pytest.fixture
def slack(demo, world, monkeypatch):
    """Slack on loopback, by its own name and certificate, and the tenant's credential for it."""
    there = Slack()
    home = world("slack.com", there.answer)
    real = choosing.ports_for

    def ports_for(schema, execution_id, cancellation):
        http = GuardedHttp(owner=schema, cancellation=cancellation, transport=home.transport)
        return replace(real(schema, execution_id, cancellation), http=http)

    monkeypatch.setattr(choosing, "ports_for", ports_for)
    store.create(name="acme", type_name="slack", values={"token": TOKEN}, actor_id=None)
    there.home = home
    return there


def paths_of(answer) -> list[str]:
    return [one["path"] for one in answer.json()["errors"]]


def test_the_channels_of_the_workspace_are_offered_by_name(owner, slack) -> None:
    answer = owner.post(PATH, ASKED)

    assert answer.json() == {
        "results": [{"value": "C1", "label": "general"}, {"value": "C2", "label": "deployments"}],
        "has_more": False,
    }
    assert set(slack.home.dialled) == {PUBLIC}
    assert TOKEN not in answer.content.decode()


def test_what_was_said_a_moment_ago_is_not_asked_again(owner, slack) -> None:
    owner.post(PATH, ASKED)
    slack.channels["C3"] = "random"

    known = owner.post(PATH, ASKED).json()["results"]
    choosing.forget()
    anew = owner.post(PATH, ASKED).json()["results"]

    assert (len(known), len(anew)) == (2, 3)


def test_another_version_of_the_credential_is_asked_for_itself(owner, slack) -> None:
    owner.post(PATH, ASKED)
    store.rotate(Credential.objects.get(name="acme").pk, values={"token": "xoxb-wrong"})

    answer = owner.post(PATH, ASKED)

    assert (answer.status_code, answer.json()["code"]) == (422, "choices_refused")
    assert "invalid_auth" in answer.json()["detail"]
    assert answer.json()["detail"].endswith("or write the value by hand.")
    assert "xoxb-wrong" not in answer.content.decode()


def test_more_than_two_hundred_are_said_to_be_more(owner, slack) -> None:
    slack.channels |= {f"C{number:04}": f"room-{number}" for number in range(300)}

    shown = owner.post(PATH, ASKED).json()

    assert (len(shown["results"]), shown["has_more"]) == (200, True)


def test_a_service_that_answers_more_than_it_is_asked_for_fills_no_memory(slack) -> None:
    source = next(
        spec.source for spec in catalogue().get("slack:send_message").fields if spec.source
    )
    entries = [{"id": f"C{number}", "name": "n" * 10_000} for number in range(300)]
    entries.insert(0, {"id": "x" * 10_000, "name": "no channel"})

    listed = choosing._listed(source, {"items": entries, "has_more": False})

    assert ([each.value for each in listed.choices[:2]], len(listed.choices)) == (["C0", "C1"], 200)
    assert listed.has_more
    assert max(len(each.label) for each in listed.choices) == choosing.LONGEST_LABEL


def test_a_rate_limit_of_the_service_is_told(owner, slack) -> None:
    slack.limited_for_s = 600

    answer = owner.post(PATH, ASKED)

    assert (answer.status_code, answer.json()["code"]) == (422, "choices_refused")


def test_that_the_credential_was_read_stands_in_its_log(owner, slack) -> None:
    owner.post(PATH, ASKED)
    credentials.flush_accesses()

    read = CredentialAccess.objects.filter(kind="read").latest("first_at")
    assert (read.credential_name, read.reader, read.is_success) == ("acme", "api", True)


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({}, ["/config/credential"]),
        ({"credential": "{{ env.name }}"}, ["/config/credential"]),
        ({"credential": "nobody"}, ["/config/credential"]),
        ({"credential": "hub"}, ["/config/credential"]),
    ],
)
def test_a_credential_that_cannot_be_used_is_named(owner, slack, config, paths) -> None:
    store.create(name="hub", type_name="github", values={"token": "x"}, actor_id=None)

    answer = owner.post(PATH, {"field": "channel", "config": config})

    assert (answer.status_code, paths_of(answer)) == (422, paths)
    assert slack.home.dialled == []


def test_a_restricted_credential_is_not_used_for_who_may_not_use_it(owner, slack) -> None:
    Credential.objects.filter(name="acme").update(is_restricted=True)

    answer = make_caller(tenants.current(), "editor").post(PATH, ASKED)

    assert (answer.status_code, paths_of(answer)) == (422, ["/config/credential"])
    assert slack.home.dialled == []


@pytest.mark.parametrize(
    ("kind", "field"),
    [("slack:send_message", "text"), ("slack:send_message", "nothing"), ("no:node", "channel")],
)
def test_a_field_without_choices_is_not_found(owner, kind, field) -> None:
    answer = owner.post(f"/nodes/{kind}/choices", {"field": field, "config": {}})

    assert (answer.status_code, answer.json()["code"]) == (404, "choices_unknown")


def test_only_who_may_change_workflows_asks(demo, redis_server) -> None:
    assert "workflow.update" not in PERMISSIONS_BY_ROLE["operator"]

    assert make_caller(tenants.current(), "operator").post(PATH, ASKED).status_code == 403


def test_the_issues_of_the_repository_that_the_node_names(owner, demo) -> None:
    hub = GitHub(prefix="/api/v3")
    with Server(answer=hub.answer) as server, allowed(server.port):
        hub.host = server.url
        values = {"token": GITHUB_TOKEN, "base_url": f"{server.url}/api/v3"}
        store.create(name="ours", type_name="github", values=values, actor_id=None)
        hub.issues[7] = {"number": 7, "title": "Say what was wrong", "state": "open"}
        path, where = "/nodes/github:get_issue/choices", {"owner": "octo-org"}

        missing = owner.post(path, {"field": "number", "config": {"credential": "ours", **where}})
        where["repo"] = "hello-world"
        found = owner.post(path, {"field": "number", "config": {"credential": "ours", **where}})

    assert paths_of(missing) == ["/config/repo"]
    assert found.json()["results"] == [{"value": "7", "label": "Say what was wrong"}]


def test_an_address_that_nobody_may_call_is_not_called(owner, demo) -> None:
    with Server(answer=lambda _seen: None) as server:
        values = {"token": GITHUB_TOKEN, "base_url": server.url}
        store.create(name="ours", type_name="github", values=values, actor_id=None)
        config = {"credential": "ours", "owner": "a", "repo": "b"}

        answer = owner.post(
            "/nodes/github:get_issue/choices", {"field": "number", "config": config}
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "choices_refused")
        assert server.seen == []


def test_every_source_names_a_list_that_gives_what_it_promises() -> None:
    types = {kind.type: kind for kind in catalogue()}
    named = [(kind, spec) for kind in types.values() for spec in kind.fields if spec.source]

    for kind, spec in named:
        lists = types[spec.source.type]
        entry = lists.output_schema["properties"]["items"]["items"]["properties"]
        assert {spec.source.value, spec.source.label} <= set(entry), kind.type
        assert {one.name for one in lists.fields if one.is_required} <= {
            "credential",
            *spec.source.needs,
        }, kind.type
    assert {kind.type for kind, _ in named} >= {"slack:send_message", "github:get_issue"}
