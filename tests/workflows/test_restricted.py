"""A restricted workflow and all that hangs on it: in lists, by id, and in what names it, for whom it is not there."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.workflows.models import Workflow
from tests.callers import Caller, make_caller
from tests.workflows.documents import hook, manual, node
from tests.workflows.test_called import PLACE, calling, live, made, plain

LISTS = ("workflows", "executions", "webhooks", "schedules")


@pytest.fixture
def people(tenant, redis_server) -> dict[str, Caller]:
    return {role: make_caller(tenant, role) for role in PERMISSIONS_BY_ROLE}


def offering(caller: Any, path: str) -> str:
    """Make an active workflow with a webhook, a schedule and an execution, and return its path."""
    document = hook(path=path)
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    one = f"/workflows/{live(caller, document)}"
    assert caller.post(f"{one}/execute", {"input": {}}).status_code == 202
    return one


def listed(caller: Any) -> dict[str, int]:
    return {name: len(caller.get(f"/{name}").json()["results"]) for name in LISTS}


def statements(caller: Any, path: str) -> int:
    caller.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert caller.get(path).status_code == 200
    return len([each for each in asked if not each["sql"].startswith("SET ")])


def test_no_list_shows_what_is_restricted_to_whom_it_is_not_shared_with(people) -> None:
    secret = offering(people["editor"], "secret")
    offering(people["editor"], "open")
    before = [listed(people[role]) for role in ("owner", "admin", "editor", "viewer")]
    people["editor"].post(f"{secret}/restrict")

    after = {role: listed(people[role]) for role in ("owner", "admin", "editor", "viewer")}
    binned = people["editor"].get("/workflows?bin=true").json()["results"]

    two, one = dict.fromkeys(LISTS, 2), dict.fromkeys(LISTS, 1)
    assert before == [two] * 4
    assert after == {"owner": two, "admin": two, "editor": two, "viewer": one}
    assert binned == []
    people["owner"].delete(secret)
    assert len(people["owner"].get("/workflows?bin=true").json()["results"]) == 1
    assert people["viewer"].get("/workflows?bin=true").json()["results"] == []


def test_a_list_is_filtered_by_the_statement_that_reads_it(people) -> None:
    for number in range(3):
        one = offering(people["editor"], f"n{number}")
        if number:
            people["editor"].post(f"{one}/restrict")

    def cost(role: str) -> list[int]:
        return [statements(people[role], f"/{name}") for name in LISTS]

    assert cost("viewer") == cost("owner") == [3, 2, 5, 5]


def test_pages_are_full_and_leave_nothing_out_however_much_is_hidden(people) -> None:
    shown = []
    for number in range(9):
        one = made(people["owner"], manual())
        if number % 3:
            Workflow.objects.filter(pk=one["id"]).update(is_restricted=True)
        else:
            shown.append(one["id"])
    page = people["viewer"].get("/workflows?limit=2").json()
    found = [row["id"] for row in page["results"]]
    sizes = [len(page["results"])]
    while page["next"]:
        page = people["viewer"].get(page["next"].split("/api/v1", 1)[1]).json()
        sizes.append(len(page["results"]))
        found += [row["id"] for row in page["results"]]

    assert (found, sizes) == (shown[::-1], [2, 1])


def test_a_look_at_one_costs_a_member_two_statements_more_and_a_manager_none(people) -> None:
    one = offering(people["editor"], "one")
    webhook = people["owner"].get("/webhooks").json()["results"][0]["id"]
    execution = people["owner"].get("/executions").json()["results"][0]["id"]
    paths = [one, f"/webhooks/{webhook}", f"/executions/{execution}"]

    def cost(role: str) -> list[int]:
        return [statements(people[role], path) for path in paths]

    more = [mine - theirs for mine, theirs in zip(cost("viewer"), cost("owner"), strict=True)]
    # Of a workflow it is also told what they may; of what hangs on one it is asked first on which.
    assert more == [2, 2, 2]


def test_what_hangs_on_it_is_not_there_and_reads_like_what_never_was(people) -> None:
    secret = offering(people["editor"], "secret")
    ids = {
        name: people["owner"].get(f"/{name}").json()["results"][0]["id"]
        for name in ("webhooks", "schedules", "executions")
    }
    people["editor"].post(f"{secret}/restrict")
    nobody = "0197d5a0-0000-7000-8000-000000000001"
    paths = [f"/{name}/{{}}" for name in ids] + ["/webhooks/{}/events", "/executions/{}/log"]
    paths += ["/executions/{}/approvals", "/schedules/{}/firings"]

    def said(path: str, one: str) -> tuple[int, Any]:
        answer = people["viewer"].get(path.format(one))
        return answer.status_code, answer.json() | {"request_id": ""}

    for path in paths:
        hidden = said(path, ids[path.split("/")[1]])
        assert hidden == said(path, nobody), path
        assert hidden[0] == 404, path
    assert people["editor"].get(f"/executions/{ids['executions']}").status_code == 200


def test_of_many_executions_those_that_are_not_there_are_told_like_strangers(people) -> None:
    secret = offering(people["editor"], "secret")
    hidden = people["owner"].get("/executions").json()["results"][0]["id"]
    people["editor"].post(f"{secret}/restrict")

    by_id = people["operator"].post("/executions/cancel", {"ids": [hidden], "status": []}).json()
    by_status = people["operator"].post("/executions/cancel", {"status": ["queued"]}).json()
    again = people["operator"].post("/executions/retry", {"ids": [hidden], "status": []}).json()

    assert [each["code"] for each in by_id["results"]] == ["execution_not_found"]
    assert [each["code"] for each in again["results"]] == ["execution_not_found"]
    assert by_status["results"] == []
    assert people["owner"].get(f"/executions/{hidden}").json()["status"] == "queued"


def test_what_is_shared_for_looking_is_neither_stopped_nor_shown_where_it_waits(people) -> None:
    secret = offering(people["editor"], "secret")
    seen = people["owner"].get("/executions").json()["results"][0]["id"]
    people["editor"].post(f"{secret}/restrict")
    people["editor"].call("PUT", f"{secret}/shares/roles/operator", {"level": "viewer"})

    refused = people["operator"].post(f"/executions/{seen}/cancel")
    many = people["operator"].post("/executions/cancel", {"ids": [seen], "status": []}).json()

    assert (refused.status_code, refused.json()["code"]) == (403, "share_too_narrow")
    assert [each["code"] for each in many["results"]] == ["share_too_narrow"]
    assert people["owner"].get(f"/executions/{seen}").json()["status"] == "queued"


def test_nobody_lets_a_workflow_call_one_that_they_may_not_run(people) -> None:
    secret = live(people["owner"], plain())
    errors = live(people["owner"], plain("trigger:error"))
    mine = made(people["editor"], calling(secret, error_workflow_id=errors))
    for each in (secret, errors):
        people["owner"].post(f"/workflows/{each}/restrict")
    hidden = people["editor"].post(f"/workflows/{mine['id']}/publish", {})
    tried = people["editor"].post(f"/workflows/{mine['id']}/dry-run", {})
    for each in (secret, errors):
        path = f"/workflows/{each}/shares/roles/editor"
        assert people["owner"].call("PUT", path, {"level": "viewer"}).status_code == 200
    narrow = people["editor"].post(f"/workflows/{mine['id']}/publish", {})
    for each in (secret, errors):
        people["owner"].call("PUT", f"/workflows/{each}/shares/roles/editor", {"level": "operator"})

    def said(answer: Any) -> list[tuple[str, str]]:
        return [(each["code"], each["path"]) for each in answer.json()["errors"]]

    places = [PLACE, "/settings/error_workflow_id"]
    assert said(hidden) == said(tried) == [("workflow_not_found", place) for place in places]
    assert said(narrow) == [("workflow_forbidden", place) for place in places]
    assert people["editor"].post(f"/workflows/{mine['id']}/publish", {}).status_code == 200


def test_a_dry_run_shows_nothing_of_what_is_called_deeper_down(people) -> None:
    secret = live(people["owner"], plain())
    between = live(people["owner"], calling(secret))
    mine = made(people["editor"], calling(between))["id"]
    people["owner"].post(f"/workflows/{secret}/restrict")

    said = people["editor"].post(f"/workflows/{mine}/dry-run", {}).json()

    assert (said["status"], said["error"]["code"]) == ("failed", "child_failed")
    assert people["owner"].post(f"/workflows/{mine}/dry-run", {}).json()["status"] == "completed"


def test_part_of_a_draft_is_no_way_to_learn_which_executions_there_are(people) -> None:
    secret = offering(people["owner"], "secret")
    hidden = people["owner"].get("/executions").json()["results"][0]["id"]
    people["owner"].post(f"{secret}/restrict")
    mine = made(people["editor"], manual())["id"]
    body = {"draft": True, "part": "only", "node_id": "answer", "execution_id": hidden}

    assert people["editor"].post(f"/workflows/{mine}/execute", body).json()["code"] == (
        "execution_not_found"
    )
    assert people["owner"].post(f"/workflows/{mine}/execute", body).json()["code"] == (
        "other_workflow"
    )


def test_a_credential_in_use_does_not_name_workflows_that_are_not_there(people) -> None:
    secret = {"name": "key", "type": "bearer_token", "values": {"token": "t0ken-t0ken"}}
    made_one = people["owner"].post("/credentials", secret).json()["id"]
    document = manual()
    document["nodes"][1] = node("answer", "action:http", url="https://a.example", credential="key")
    named = people["owner"].post("/workflows", {"name": "hush", "definition": document}).json()
    published = people["owner"].post(f"/workflows/{named['id']}/publish", {})
    assert published.status_code == 200, published.content
    shown = people["editor"].delete(f"/credentials/{made_one}").json()
    people["owner"].post(f"/workflows/{named['id']}/restrict")

    hushed = people["editor"].delete(f"/credentials/{made_one}").json()

    assert [each["message"] for each in shown["errors"]] == ["hush"]
    assert (hushed["code"], hushed["errors"]) == ("credential_in_use", [])
    assert "hush" not in hushed["detail"]
