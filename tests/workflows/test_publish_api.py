"""From draft to version: numbered, immutable, and the trigger registry follows in the same transaction."""

import pytest

from apps.engine.check import check
from apps.workflows.models import Trigger, Workflow, WorkflowVersion
from apps.workflows.queries import stored
from tests.workflows.documents import edge, hook, manual, node


def two_hooks(one: str, two: str) -> dict:
    return {
        "nodes": [
            node("one", "trigger:webhook", auth_type="none", path=one),
            node("two", "trigger:webhook", auth_type="none", path=two),
            node("end", "control:no_op"),
        ],
        "edges": [edge("one", "end"), edge("two", "end")],
    }


def make(caller, document, name: str = "flow") -> str:
    return caller.post("/workflows", {"name": name, "definition": document}).json()["id"]


def save(caller, workflow_id: str, document) -> None:
    revision = caller.get(f"/workflows/{workflow_id}").json()["draft_revision"]
    answer = caller.patch(
        f"/workflows/{workflow_id}", {"definition": document}, If_Match=f'"{revision}"'
    )
    assert answer.status_code == 200


def publish(caller, workflow_id: str):
    return caller.post(f"/workflows/{workflow_id}/publish")


def triggers() -> list[tuple]:
    return list(
        Trigger.objects.order_by("node_id").values_list("node_id", "kind", "path", "is_active")
    )


def test_publishing_numbers_the_versions_and_leaves_them_as_they_were(editor) -> None:
    workflow_id = make(editor, manual())

    first = publish(editor, workflow_id)
    save(editor, workflow_id, hook(path="orders"))
    second = publish(editor, workflow_id)

    assert [first.status_code, second.status_code] == [200, 200]
    assert [first.json()["live_version"], second.json()["live_version"]] == [1, 2]
    definitions = WorkflowVersion.objects.order_by("number").values_list("definition", flat=True)
    assert list(definitions) == [manual(), hook(path="orders")]


def test_publishing_checks_the_document_once_and_shows_what_was_found(editor, monkeypatch) -> None:
    document = hook()
    document["nodes"].append(node("lone", "control:no_op"))
    workflow_id = make(editor, document)
    said = editor.get(f"/workflows/{workflow_id}").json()["problems"]
    checked: list[object] = []

    def count(definition, catalogue, *, further):
        checked.append(definition)
        return check(definition, catalogue, further=further)

    monkeypatch.setattr(stored, "check", count)
    answer = publish(editor, workflow_id)

    assert checked == [document]
    assert [each["code"] for each in said] == ["node_unreachable"]
    assert answer.json()["problems"] == said


def test_publishing_an_unchanged_draft_makes_no_new_version(editor) -> None:
    workflow_id = make(editor, manual())
    publish(editor, workflow_id)

    again = publish(editor, workflow_id)

    assert again.json()["live_version"] == 1
    assert WorkflowVersion.objects.count() == 1


def test_publishing_somebody_elses_unchanged_draft_makes_a_version_of_ones_own(
    editor, owner
) -> None:
    workflow_id = make(editor, manual())
    publish(editor, workflow_id)

    taken_over = publish(owner, workflow_id)

    makers = WorkflowVersion.objects.order_by("number").values_list("created_by", flat=True)
    assert taken_over.json()["live_version"] == 2
    assert len(set(makers)) == 2


def test_a_draft_that_differs_only_in_what_python_calls_equal_is_a_change(editor) -> None:
    workflow_id = make(editor, {**manual(), "variables": {"flag": 1}})
    publish(editor, workflow_id)
    save(editor, workflow_id, {**manual(), "variables": {"flag": True}})

    assert publish(editor, workflow_id).json()["live_version"] == 2


def test_publishing_an_old_revision_is_refused(editor) -> None:
    workflow_id = make(editor, manual())
    save(editor, workflow_id, hook())

    answer = editor.post(f"/workflows/{workflow_id}/publish", If_Match='"1"')

    assert (answer.status_code, answer.json()["code"]) == (412, "revision_old")
    assert WorkflowVersion.objects.count() == 0


CYCLE = {
    "nodes": [
        node("start", "trigger:manual"),
        node("a", "control:no_op"),
        node("b", "control:no_op"),
    ],
    "edges": [edge("start", "a"), edge("a", "b"), edge("b", "a")],
}
UNKNOWN_TYPE = {
    "nodes": [node("start", "trigger:manual"), node("a", "control:nonsense")],
    "edges": [edge("start", "a")],
}
MISSING_PORT = {
    "nodes": [
        node("start", "trigger:manual"),
        node("if", "control:if", condition="true"),
        node("a", "control:no_op"),
    ],
    "edges": [edge("start", "if"), edge("if", "a", "maybe")],
}
BAD_EXPRESSION = {
    "nodes": [node("start", "trigger:manual"), node("if", "control:if", condition="1 +")],
    "edges": [edge("start", "if")],
}
NO_TRIGGER = {"nodes": [node("a", "control:no_op")], "edges": []}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (CYCLE, "/nodes/1"),
        (UNKNOWN_TYPE, "/nodes/1/type"),
        (MISSING_PORT, "/edges/1/sourceHandle"),
        (BAD_EXPRESSION, "/nodes/1/data/config/condition"),
        (NO_TRIGGER, "/nodes"),
        ({"nodes": "x"}, "/nodes"),
        ({}, "/nodes"),
    ],
    ids=[
        "cycle",
        "unknown type",
        "missing port",
        "bad expression",
        "no trigger",
        "no list",
        "empty",
    ],
)
def test_a_document_with_errors_is_not_published_and_each_error_names_its_place(
    editor, document, place
) -> None:
    workflow_id = make(editor, document)

    answer = publish(editor, workflow_id)

    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    places = [each["path"] for each in answer.json()["errors"]]
    assert place in places
    assert all(each["message"] and each["code"] for each in answer.json()["errors"])
    assert (WorkflowVersion.objects.count(), Trigger.objects.count()) == (0, 0)
    assert Workflow.objects.get().live_version_id is None


def test_the_registry_says_what_the_live_version_declares(editor) -> None:
    document = {
        "nodes": [
            node("hook", "trigger:webhook", auth_type="none", path="orders", condition="true"),
            node("run", "trigger:manual"),
            node("end", "control:no_op"),
        ],
        "edges": [edge("hook", "end"), edge("run", "end")],
    }
    workflow_id = make(editor, document)

    publish(editor, workflow_id)
    assert triggers() == [("hook", "webhook", "orders", False), ("run", "manual", None, False)]

    editor.post(f"/workflows/{workflow_id}/activate")
    assert [active for *_, active in triggers()] == [True, True]
    assert Trigger.objects.get(node_id="hook").condition == "true"

    editor.post(f"/workflows/{workflow_id}/deactivate")
    assert [active for *_, active in triggers()] == [False, False]


def test_a_trigger_keeps_its_id_over_versions_and_rests_when_its_node_goes(editor) -> None:
    workflow_id = make(editor, hook(path="orders"))
    publish(editor, workflow_id)
    editor.post(f"/workflows/{workflow_id}/activate")
    first = Trigger.objects.get()

    save(editor, workflow_id, manual())
    publish(editor, workflow_id)
    resting = Trigger.objects.get(node_id="hook")
    assert (resting.pk, resting.is_active, resting.path) == (first.pk, False, None)

    save(editor, workflow_id, hook(path="orders"))
    publish(editor, workflow_id)
    back = Trigger.objects.get(node_id="hook")
    assert (back.pk, back.is_active, back.path) == (first.pk, True, "orders")
    assert back.revision > resting.revision > first.revision


def test_a_generated_path_has_128_bits_and_stays_over_versions(editor) -> None:
    workflow_id = make(editor, hook())
    publish(editor, workflow_id)
    path = Trigger.objects.get().path

    save(editor, workflow_id, hook(condition="true"))
    publish(editor, workflow_id)

    assert len(path) == 22
    assert Trigger.objects.get().path == path


def test_a_path_that_another_webhook_has_is_refused_and_nothing_is_published(editor) -> None:
    publish(editor, make(editor, hook(path="orders"), name="first"))
    second = make(editor, hook(path="orders"), name="second")

    answer = publish(editor, second)

    assert (answer.status_code, answer.json()["code"]) == (409, "path_taken")
    assert answer.json()["errors"][0]["path"] == "/nodes/0/data/config/path"
    assert Workflow.objects.get(name="second").live_version_id is None
    assert Trigger.objects.count() == 1


def test_two_webhooks_of_one_document_cannot_share_a_path(editor) -> None:
    document = hook(path="orders")
    document["nodes"].append(node("twin", "trigger:webhook", auth_type="none", path="orders"))
    document["edges"].append(edge("twin", "end"))

    answer = publish(editor, make(editor, document))

    assert (answer.status_code, answer.json()["code"]) == (409, "path_taken")
    assert answer.json()["errors"][0]["path"] == "/nodes/2/data/config/path"
    assert Trigger.objects.count() == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("a", "b"), ("b", "a")),
        (("a", "b"), ("b", "c")),
        (("a", "b"), ("c", "a")),
    ],
    ids=["swapped", "moved up", "moved down"],
)
def test_two_webhooks_of_one_workflow_pass_their_paths_to_each_other(editor, before, after) -> None:
    workflow_id = make(editor, two_hooks(*before))
    publish(editor, workflow_id)
    first_ids = dict(Trigger.objects.values_list("node_id", "pk"))

    save(editor, workflow_id, two_hooks(*after))
    answer = publish(editor, workflow_id)

    assert (answer.status_code, answer.json()["live_version"]) == (200, 2)
    assert triggers() == [
        ("one", "webhook", after[0], False),
        ("two", "webhook", after[1], False),
    ]
    assert dict(Trigger.objects.values_list("node_id", "pk")) == first_ids


def test_a_webhook_takes_the_path_that_another_gives_up_for_a_generated_one(editor) -> None:
    workflow_id = make(editor, two_hooks("b", "a"))
    publish(editor, workflow_id)

    save(editor, workflow_id, two_hooks("a", ""))
    answer = publish(editor, workflow_id)

    paths = dict(Trigger.objects.values_list("node_id", "path"))
    assert (answer.status_code, paths["one"], len(paths["two"])) == (200, "a", 22)


def test_what_was_never_published_cannot_be_activated(editor) -> None:
    workflow_id = make(editor, manual())

    answer = editor.post(f"/workflows/{workflow_id}/activate")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_published")
    assert Workflow.objects.get().is_active is False


def test_a_webhook_that_verifies_but_has_no_secret_cannot_be_activated(editor) -> None:
    workflow_id = make(editor, hook(auth_type="github"))
    publish(editor, workflow_id)

    answer = editor.post(f"/workflows/{workflow_id}/activate")

    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_secret_missing")
    assert answer.json()["errors"][0]["path"] == "/nodes/0/data/config/auth_type"
    assert Workflow.objects.get().is_active is False
    assert Trigger.objects.get().is_active is False


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ({"filters": [{"path": "$.a", "operator": "like", "value": 1}]}, "/filters/0/operator"),
        ({"filters": [{"path": "a.b", "operator": "exists"}]}, "/filters/0/path"),
        ({"filters": [{"operator": "exists"}]}, "/filters/0/path"),
        ({"filters": "x"}, "/filters"),
        ({"filters": [{"path": "$.a", "operator": "regex", "value": "("}]}, "/filters/0/operator"),
        ({"allowed_ips": ["10.0.0.1/8"]}, "/allowed_ips/0"),
        ({"allowed_ips": ["nonsense"]}, "/allowed_ips/0"),
        ({"deduplication_path": "$..a..b"}, "/deduplication_path"),
    ],
)
def test_a_webhook_that_cannot_work_is_not_published(editor, config, place) -> None:
    workflow_id = make(editor, hook(**config))

    answer = publish(editor, workflow_id)

    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    assert f"/nodes/0/data/config{place}" in [each["path"] for each in answer.json()["errors"]]
    assert (WorkflowVersion.objects.count(), Trigger.objects.count()) == (0, 0)


def test_what_the_engine_and_what_webhooks_refuse_is_told_at_once(editor) -> None:
    document = hook(allowed_ips=["nonsense"])
    document["nodes"].append(node("a", "control:nonsense"))

    answer = publish(editor, make(editor, document))

    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        ("/nodes/2/type", "node_type_unknown"),
        ("/nodes/0/data/config/allowed_ips/0", "field_invalid"),
    ]
    assert (WorkflowVersion.objects.count(), Trigger.objects.count()) == (0, 0)


def test_a_version_whose_webhook_can_no_longer_work_is_not_activated(editor) -> None:
    workflow_id = make(editor, hook())
    publish(editor, workflow_id)
    WorkflowVersion.objects.update(definition=hook(allowed_ips=["nonsense"]))

    answer = editor.post(f"/workflows/{workflow_id}/activate")

    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_invalid")
    assert [each["path"] for each in answer.json()["errors"]] == [
        "/nodes/0/data/config/allowed_ips/0"
    ]
    assert Trigger.objects.get().is_active is False


def test_versions_are_listed_newest_first_and_shown_with_their_definition(editor) -> None:
    workflow_id = make(editor, manual())
    editor.post(f"/workflows/{workflow_id}/publish", {"note": "the first"})
    save(editor, workflow_id, hook(path="orders"))
    publish(editor, workflow_id)

    listed = editor.get(f"/workflows/{workflow_id}/versions").json()["results"]
    assert [(row["number"], row["note"]) for row in listed] == [(2, ""), (1, "the first")]
    assert "definition" not in listed[0]
    assert editor.get(f"/workflows/{workflow_id}/versions/1").json()["definition"] == manual()
    assert editor.get(f"/workflows/{workflow_id}/versions/3").status_code == 404


def test_restoring_a_version_makes_it_the_draft_and_leaves_the_live_one(editor) -> None:
    workflow_id = make(editor, manual())
    publish(editor, workflow_id)
    save(editor, workflow_id, hook(path="orders"))
    publish(editor, workflow_id)

    answer = editor.post(f"/workflows/{workflow_id}/versions/1/restore", If_Match='"2"')

    assert answer.status_code == 200
    said = answer.json()
    assert (said["definition"], said["draft_revision"], said["live_version"]) == (manual(), 3, 2)


def test_restoring_a_version_over_a_newer_draft_is_refused(editor) -> None:
    workflow_id = make(editor, manual())
    publish(editor, workflow_id)

    path = f"/workflows/{workflow_id}/versions/1/restore"

    for headers, code in (({}, "revision_missing"), ({"If_Match": '"7"'}, "revision_old")):
        refused = editor.post(path, **headers)
        assert (refused.status_code, refused.json()["code"]) == (412, code)
    assert (
        editor.post(f"/workflows/{workflow_id}/versions/9/restore", If_Match='"1"').status_code
        == 404
    )
    assert Workflow.objects.get().draft_revision == 1
