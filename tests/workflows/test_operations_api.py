"""Editing by operations over HTTP: one batch is one revision, once; who is behind is told what came since."""

from uuid import UUID

import pytest

from apps.core.ids import uuid7
from apps.workflows.models import Batch, Workflow
from apps.workflows.queries import ledger
from apps.workflows.services import operations
from tests.counting import queries_on
from tests.entries import recorded
from tests.workflows.documents import edge, manual, node

MOVE = {"op": "node.move", "id": "start", "x": 10, "y": 20}
ADD = {"op": "node.add", "node": node("more", "control:no_op")}
WIRE = {"op": "edge.add", "edge": edge("answer", "more")}


@pytest.fixture
def workflow(editor) -> str:
    return editor.post("/workflows", {"name": "first", "definition": manual()}).json()["id"]


def send(caller, workflow, batch, *, revision=1, batch_id=None):
    body = {"batch_id": str(batch_id or uuid7()), "operations": batch}
    return caller.post(f"/workflows/{workflow}/operations", body, If_Match=f'"{revision}"')


def test_a_batch_is_applied_and_makes_the_next_revision(editor, workflow) -> None:
    batch_id = uuid7()

    answer = send(editor, workflow, [MOVE, ADD, WIRE], batch_id=batch_id)

    assert answer.status_code == 200
    assert answer.json() == {
        "revision": 2,
        "batch_id": str(batch_id),
        "name": "first",
        "description": "",
        "problems": [],
    }
    assert answer["ETag"] == '"2"'
    stored = Workflow.objects.get()
    assert stored.draft_revision == 2
    assert [each["id"] for each in stored.draft["nodes"]] == ["start", "answer", "more"]
    assert stored.draft["nodes"][0]["position"] == {"x": 10, "y": 20}
    assert stored.draft["edges"] == [edge("start", "answer"), edge("answer", "more")]


def test_what_is_wrong_with_the_draft_is_told_and_prevents_nothing(editor, workflow) -> None:
    broken = {"op": "node.add", "node": node("x", "control:nonsense")}

    answer = send(editor, workflow, [broken])

    assert answer.status_code == 200
    told = [(each["code"], each["node_id"]) for each in answer.json()["problems"]]
    assert ("node_type_unknown", "x") in told
    assert answer.json()["problems"] == editor.get(f"/workflows/{workflow}").json()["problems"]


def test_a_name_and_a_description_are_changed_by_an_operation(editor, workflow) -> None:
    named = {"op": "workflow.patch", "set": {"name": " second ", "description": "why"}}

    answer = send(editor, workflow, [named, MOVE])

    assert (answer.json()["name"], answer.json()["description"]) == ("second", "why")
    stored = Workflow.objects.get()
    assert (stored.name, stored.description, stored.draft_revision) == ("second", "why", 2)


def test_edges_without_an_id_have_one_after_the_first_batch(editor) -> None:
    document = {**manual(), "edges": [{"source": "start", "target": "answer"}]}
    made = editor.post("/workflows", {"name": "old", "definition": document}).json()["id"]

    assert send(editor, made, [MOVE]).status_code == 200

    assert Workflow.objects.get().draft["edges"] == [
        {"source": "start", "target": "answer", "id": "edge-0"}
    ]


def test_the_same_batch_again_gets_the_same_answer_and_changes_nothing(editor, workflow) -> None:
    batch_id = uuid7()
    first = send(editor, workflow, [ADD], batch_id=batch_id)
    send(editor, workflow, [MOVE], revision=2)
    before = len(recorded())

    again = send(editor, workflow, [ADD], batch_id=batch_id)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Workflow.objects.get().draft_revision == 3
    assert len(recorded()) == before


def test_another_batch_of_a_known_id_is_refused(editor, workflow) -> None:
    batch_id = uuid7()
    send(editor, workflow, [ADD], batch_id=batch_id)

    answer = send(editor, workflow, [MOVE], revision=2, batch_id=batch_id)

    assert (answer.status_code, answer.json()["code"]) == (409, "batch_taken")
    assert Workflow.objects.get().draft_revision == 2


def test_one_id_may_stand_for_a_batch_of_each_of_two_workflows(editor, workflow) -> None:
    other = editor.post("/workflows", {"name": "other", "definition": manual()}).json()["id"]
    batch_id = uuid7()

    answers = [send(editor, each, [MOVE], batch_id=batch_id) for each in (workflow, other)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_whoever_is_behind_is_told_what_came_since_and_changes_nothing(
    editor, owner, workflow
) -> None:
    theirs = [uuid7(), uuid7()]
    send(owner, workflow, [ADD], batch_id=theirs[0])
    send(owner, workflow, [WIRE, MOVE], revision=2, batch_id=theirs[1])
    before = Workflow.objects.get().draft

    answer = send(editor, workflow, [MOVE])

    assert answer.status_code == 412
    said = answer.json()
    assert (said["code"], said["revision"]) == ("revision_old", 3)
    assert [(each["revision"], each["batch_id"]) for each in said["batches"]] == [
        (2, str(theirs[0])),
        (3, str(theirs[1])),
    ]
    assert [each["operations"] for each in said["batches"]] == [[ADD], [WIRE, MOVE]]
    assert {each["actor_name"] for each in said["batches"]} == {"owner@demo.test"}
    assert {each["actor_id"] for each in said["batches"]} == {str(Batch.objects.first().actor_id)}
    assert Workflow.objects.get().draft == before
    listed = editor.get(f"/workflows/{workflow}/operations?since=1").json()
    assert listed == {"revision": 3, "batches": said["batches"]}


@pytest.mark.parametrize(
    ("since", "revisions"), [(1, [2, 3]), (2, [3]), (3, []), (0, None), (4, None)]
)
def test_what_came_since_a_revision_is_listed(editor, workflow, since, revisions) -> None:
    send(editor, workflow, [ADD])
    send(editor, workflow, [MOVE], revision=2)

    said = editor.get(f"/workflows/{workflow}/operations?since={since}").json()

    assert said["revision"] == 3
    found = said["batches"] and [each["revision"] for each in said["batches"]]
    assert found == revisions


def test_without_a_revision_all_is_listed_that_came_since_the_first(editor, workflow) -> None:
    send(editor, workflow, [ADD])

    said = editor.get(f"/workflows/{workflow}/operations").json()

    assert [each["revision"] for each in said["batches"]] == [2]


@pytest.mark.parametrize("query", ["=", "=x", "=-1", "=1.5"])
def test_a_revision_that_is_none_is_unreadable(editor, workflow, query) -> None:
    answer = editor.get(f"/workflows/{workflow}/operations?since{query}")

    assert answer.status_code == 400
    assert [each["path"] for each in answer.json()["errors"]] == ["/since"]


def test_a_refused_operation_is_named_and_nothing_of_its_batch_is_applied(editor, workflow) -> None:
    before = Workflow.objects.get()
    entries = len(recorded())
    batch = [MOVE, {"op": "node.patch", "id": "start", "set": {"/data/name": "x", "/id": "y"}}]

    answer = send(editor, workflow, batch)

    assert answer.status_code == 422
    said = answer.json()
    assert (said["code"], said["index"]) == ("pointer_invalid", 1)
    assert said["path"] == "/operations/1/set/~1id"
    assert [(each["path"], each["code"]) for each in said["errors"]] == [
        ("/operations/1/set/~1id", "pointer_invalid")
    ]
    after = Workflow.objects.get()
    assert (after.draft, after.draft_revision) == (before.draft, 1)
    assert Batch.objects.count() == 0
    assert len(recorded()) == entries


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"operations": [MOVE]}, "/batch_id"),
        ({"batch_id": "x", "operations": [MOVE]}, "/batch_id"),
        ({"batch_id": str(UUID(int=1)), "operations": []}, "/operations"),
        ({"batch_id": str(UUID(int=1)), "operations": {}}, "/operations"),
        ({"batch_id": str(UUID(int=1)), "operations": [MOVE] * 501}, "/operations"),
        ({"batch_id": str(UUID(int=1)), "operations": [MOVE, 5]}, "/operations/1"),
        ({"batch_id": str(UUID(int=1)), "operations": [MOVE], "force": True}, "/force"),
    ],
)
def test_a_body_that_is_no_batch_names_the_field(editor, workflow, body, path) -> None:
    answer = editor.post(f"/workflows/{workflow}/operations", body, If_Match='"1"')

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert Workflow.objects.get().draft_revision == 1


def test_five_hundred_operations_are_one_batch(editor, workflow) -> None:
    batch = [{"op": "node.move", "id": "start", "x": each, "y": 0} for each in range(500)]

    assert send(editor, workflow, batch).status_code == 200

    assert Workflow.objects.get().draft["nodes"][0]["position"] == {"x": 499, "y": 0}


def test_a_batch_needs_the_revision_that_was_read(editor, workflow) -> None:
    body = {"batch_id": str(uuid7()), "operations": [MOVE]}

    answer = editor.post(f"/workflows/{workflow}/operations", body)

    assert (answer.status_code, answer.json()["code"]) == (412, "revision_missing")


def test_a_body_of_more_than_a_mebibyte_is_refused(editor, workflow) -> None:
    large = {"op": "node.patch", "id": "start", "set": {"/data/notes": "x" * (1 << 20)}}

    assert send(editor, workflow, [large]).status_code == 413


@pytest.mark.parametrize(
    ("limits", "batch", "refusal"),
    [
        ({"nodes_refused_above": 2}, [ADD], (422, "nodes_too_many")),
        ({"body_json_bytes": 200}, [ADD], (413, "too_large")),
        (
            {},
            [
                {"op": "node.patch", "id": "start", "set": {"/data" + "/x" * 32: {}}},
                {"op": "node.patch", "id": "start", "set": {"/data" + "/x" * 63: 1}},
            ],
            (422, "document_too_deep"),
        ),
    ],
)
def test_no_batch_leads_to_a_document_that_could_not_be_saved_whole(
    editor, workflow, monkeypatch, limits, batch, refusal
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(operations, "DEFAULT_LIMITS", replace(operations.DEFAULT_LIMITS, **limits))

    answer = send(editor, workflow, batch)

    assert (answer.status_code, answer.json()["code"]) == refusal
    assert answer.json()["index"] == len(batch) - 1
    assert [each["path"] for each in answer.json()["errors"]] == [f"/operations/{len(batch) - 1}"]
    assert Workflow.objects.get().draft_revision == 1


def test_of_a_batch_that_leads_too_far_the_first_operation_too_many_is_named(
    editor, workflow, monkeypatch
) -> None:
    from dataclasses import replace

    few = replace(operations.DEFAULT_LIMITS, nodes_refused_above=4)
    monkeypatch.setattr(operations, "DEFAULT_LIMITS", few)
    batch = [{**ADD, "node": {**ADD["node"], "id": f"n{number}"}} for number in range(7)]

    answer = send(editor, workflow, batch)

    assert (answer.status_code, answer.json()["code"]) == (422, "nodes_too_many")
    nodes = len(Workflow.objects.get().draft["nodes"])
    assert (answer.json()["index"], answer.json()["path"]) == (
        4 - nodes,
        f"/operations/{4 - nodes}",
    )


def test_a_workflow_with_too_many_nodes_can_still_be_made_smaller(
    editor, workflow, monkeypatch
) -> None:
    from dataclasses import replace

    few = replace(operations.DEFAULT_LIMITS, nodes_refused_above=0)
    monkeypatch.setattr(operations, "DEFAULT_LIMITS", few)

    assert send(editor, workflow, [{"op": "node.remove", "id": "answer"}]).status_code == 200


def test_a_save_of_the_whole_draft_says_that_it_is_to_be_read_anew(editor, workflow) -> None:
    path = f"/workflows/{workflow}"
    editor.post(f"{path}/publish")
    editor.patch(path, {"definition": manual(), "name": "n"}, If_Match='"1"')
    editor.post(f"{path}/versions/1/restore", If_Match='"2"')
    editor.patch(path, {"description": "d"}, If_Match='"3"')

    said = editor.get(f"{path}/operations?since=1").json()["batches"]

    assert [each["operations"] for each in said] == [
        None,
        None,
        [{"op": "workflow.patch", "set": {"description": "d"}}],
    ]
    assert {each["actor_name"] for each in said} == {"editor"}


def test_a_batch_that_is_large_is_applied_but_not_told(editor, workflow, monkeypatch) -> None:
    monkeypatch.setattr(operations, "LARGEST_KEPT_BYTES", 100)
    batch_id = uuid7()
    first = send(editor, workflow, [ADD], batch_id=batch_id)

    (told,) = editor.get(f"/workflows/{workflow}/operations?since=1").json()["batches"]

    assert told["operations"] is None
    assert send(editor, workflow, [ADD], batch_id=batch_id).json() == first.json()
    assert Workflow.objects.get().draft_revision == 2


def test_what_is_told_at_once_is_bounded(editor, workflow, monkeypatch) -> None:
    send(editor, workflow, [ADD])
    send(editor, workflow, [MOVE], revision=2)
    monkeypatch.setattr(ledger, "MOST_BYTES", 100)

    path = f"/workflows/{workflow}/operations"
    assert editor.get(f"{path}?since=1").json()["batches"] is None
    assert len(editor.get(f"{path}?since=2").json()["batches"]) == 1


def test_the_newest_batches_are_kept_and_who_is_further_behind_reads_anew(
    editor, workflow, monkeypatch
) -> None:
    monkeypatch.setattr(ledger, "KEPT", 3)
    for revision in range(1, 6):
        send(editor, workflow, [MOVE], revision=revision)

    assert list(Batch.objects.order_by("revision").values_list("revision", flat=True)) == [4, 5, 6]
    answer = send(editor, workflow, [MOVE], revision=2)
    assert (answer.status_code, answer.json()["revision"]) == (412, 6)
    assert answer.json()["batches"] is None
    assert len(send(editor, workflow, [MOVE], revision=3).json()["batches"]) == 3


def test_a_draft_from_before_the_ledger_is_to_be_read_anew(editor, workflow) -> None:
    Workflow.objects.update(draft_revision=7)

    said = editor.get(f"/workflows/{workflow}/operations?since=5").json()

    assert said == {"revision": 7, "batches": None}


def test_an_entry_of_the_trail_says_who_changed_what_and_where(editor, workflow) -> None:
    patch = {"op": "node.patch", "id": "start", "set": {"/data/config": {"token": "s3cr3t"}}}

    send(editor, workflow, [ADD, patch])

    (entry,) = recorded("workflow.saved")
    assert entry.actor_email == "editor@demo.test"
    assert entry.after == {"draft": {"added": ["more"], "changed": {"start": ["data.config"]}}}
    assert "s3cr3t" not in repr((entry.before, entry.after))


def test_a_batch_costs_the_same_few_queries_however_much_it_changes(editor, workflow) -> None:
    with queries_on("workflows_") as few:
        assert send(editor, workflow, [MOVE]).status_code == 200
    with queries_on("workflows_") as many:
        assert send(editor, workflow, [ADD, WIRE, *[MOVE] * 300], revision=2).status_code == 200

    # Whom it is shared with, the row, the batch of this id, the save, the ledger, what it forgets.
    assert (len(few), len(many)) == (6, 6)


def test_what_came_since_costs_four_queries_however_much_it_is(editor, workflow) -> None:
    for revision in range(1, 9):
        send(editor, workflow, [MOVE], revision=revision)

    with queries_on("workflows_") as found:
        assert len(editor.get(f"/workflows/{workflow}/operations?since=1").json()["batches"]) == 8

    assert len(found) == 4


def test_batches_are_gone_with_what_is_purged(owner, workflow) -> None:
    send(owner, workflow, [MOVE])
    owner.delete(f"/workflows/{workflow}")

    assert send(owner, workflow, [MOVE], revision=2).status_code == 404
    assert owner.get(f"/workflows/{workflow}/operations?since=1").status_code == 404
    assert owner.delete(f"/workflows/{workflow}/purge").status_code == 204
    assert Batch.objects.count() == 0
