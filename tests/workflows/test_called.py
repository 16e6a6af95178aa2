"""The workflows that a document names: whether they can be called is said before it is published."""

import pytest

from tests.workflows.documents import edge, node

NOBODY = "0197d5a0-0000-7000-8000-000000000001"
PLACE = "/nodes/1/data/config/workflow_id"


def calling(workflow_id: str, kind: str = "trigger:sub_workflow", **settings) -> dict:
    """A document that calls another workflow."""
    call = node("call", "control:sub_workflow", workflow_id=workflow_id)
    return {
        "nodes": [node("start", kind), call],
        "edges": [edge("start", "call")],
        "settings": settings,
    }


def plain(kind: str = "trigger:sub_workflow", **settings) -> dict:
    nodes = [node("start", kind), node("end", "control:no_op")]
    return {"nodes": nodes, "edges": [edge("start", "end")], "settings": settings}


def made(owner, definition: dict) -> dict:
    return owner.post("/workflows", {"name": "w", "definition": definition}).json()


def live(owner, definition: dict, *, is_active: bool = True) -> str:
    """A published workflow."""
    workflow_id = made(owner, definition)["id"]
    assert owner.post(f"/workflows/{workflow_id}/publish", {}).status_code == 200
    if is_active:
        assert owner.post(f"/workflows/{workflow_id}/activate", {}).status_code == 200
    return workflow_id


def problems(owner, definition: dict) -> list[tuple[str, str, str]]:
    found = made(owner, definition)["problems"]
    return [(each["code"], each["severity"], each["path"]) for each in found]


@pytest.mark.parametrize("kind", ["trigger:sub_workflow", "trigger:manual"])
def test_a_published_workflow_with_a_door_can_be_called(owner, kind) -> None:
    assert problems(owner, calling(live(owner, plain(kind)))) == []


def test_what_cannot_be_called_is_an_error_of_the_field(owner) -> None:
    unpublished = made(owner, plain())["id"]
    closed = live(owner, plain("trigger:error"))

    assert problems(owner, calling(NOBODY)) == [("workflow_not_found", "error", PLACE)]
    assert problems(owner, calling(unpublished)) == [("not_published", "error", PLACE)]
    assert problems(owner, calling(closed)) == [("trigger_not_found", "error", PLACE)]
    assert problems(owner, calling("no-id")) == [("field_pattern", "error", PLACE)]


def test_an_inactive_one_is_a_warning_and_a_disabled_node_calls_nobody(owner) -> None:
    resting = live(owner, plain(), is_active=False)
    disabled = calling(NOBODY)
    disabled["nodes"][1]["data"]["disabled"] = True

    assert problems(owner, calling(resting)) == [("workflow_inactive", "warning", PLACE)]
    assert problems(owner, disabled) == []


def test_a_workflow_that_leads_back_to_itself_is_not_published(owner) -> None:
    first = live(owner, plain())
    second = live(owner, calling(first))
    third = live(owner, calling(second))
    owner.patch(f"/workflows/{first}", {"definition": calling(third)}, **{"If-Match": '"1"'})

    refused = owner.post(f"/workflows/{first}/publish", {})

    assert refused.status_code == 422
    assert [(each["code"], each["path"]) for each in refused.json()["errors"]] == [
        ("call_circle", PLACE)
    ]


def test_a_workflow_does_not_call_itself(owner) -> None:
    first = live(owner, plain())
    owner.patch(f"/workflows/{first}", {"definition": calling(first)}, **{"If-Match": '"1"'})

    refused = owner.post(f"/workflows/{first}/publish", {})

    assert [each["code"] for each in refused.json()["errors"]] == ["call_circle"]


def test_ten_may_call_each_other_and_an_eleventh_is_not_published(owner) -> None:
    last = live(owner, plain())
    for _ in range(9):
        last = live(owner, calling(last))

    assert problems(owner, calling(last)) == [("call_too_deep", "error", PLACE)]


def test_an_error_workflow_is_published_and_has_a_trigger_for_errors(owner) -> None:
    place = "/settings/error_workflow_id"
    telling = live(owner, plain("trigger:error"))
    resting = live(owner, plain("trigger:error"), is_active=False)
    deaf = live(owner, plain())

    assert problems(owner, plain(error_workflow_id=telling)) == []
    assert problems(owner, plain(error_workflow_id=resting)) == [
        ("workflow_inactive", "warning", place)
    ]
    assert problems(owner, plain(error_workflow_id=deaf)) == [("trigger_not_found", "error", place)]
    assert problems(owner, plain(error_workflow_id=NOBODY)) == [
        ("workflow_not_found", "error", place)
    ]
    assert problems(owner, plain(error_workflow_id="w-2")) == [
        ("workflow_not_found", "error", place)
    ]


def test_a_workflow_may_hear_of_its_own_failures(owner) -> None:
    workflow_id = made(owner, plain("trigger:error"))["id"]
    itself = plain("trigger:error", error_workflow_id=workflow_id)
    owner.patch(f"/workflows/{workflow_id}", {"definition": itself}, **{"If-Match": '"1"'})

    assert owner.post(f"/workflows/{workflow_id}/publish", {}).status_code == 200


def test_a_dry_run_runs_what_is_called_and_calls_only_so_many(owner, monkeypatch) -> None:
    from apps.workflows.services import trial

    monkeypatch.setattr(trial, "MOST_CALLS", 2)
    called = live(owner, plain())
    once = made(owner, calling(called))["id"]
    often = calling(called)
    often["nodes"][1]["data"]["config"] |= {"mode": "for_each", "items": [1, 2, 3]}

    said = owner.post(f"/workflows/{once}/dry-run", {"trigger": {"a": 1}}).json()
    too_often = owner.post(f"/workflows/{made(owner, often)['id']}/dry-run", {}).json()

    assert (said["status"], said["output"]) == ("completed", {"a": 1})
    assert (too_often["status"], too_often["error"]["code"]) == ("failed", "dry_run_too_large")
