"""Drafts over HTTP: stored with their problems, saved only on the revision that was read."""

import pytest

from apps.workflows.models import Workflow
from tests.counting import queries_on
from tests.workflows.documents import edge, hook, manual, node

BROKEN = {"nodes": [node("a", "control:nonsense")], "edges": [edge("a", "b")]}


@pytest.fixture
def workflow(editor) -> dict:
    return editor.post("/workflows", {"name": "first", "definition": manual()}).json()


def test_a_new_workflow_answers_its_id_revision_and_problems(editor) -> None:
    answer = editor.post("/workflows", {"name": "orders", "definition": manual()})

    assert answer.status_code == 201
    said = answer.json()
    assert said["name"] == "orders"
    assert (said["draft_revision"], said["is_active"], said["live_version"]) == (1, False, None)
    assert said["problems"] == []
    assert said["definition"] == manual()
    assert answer["ETag"] == '"1"'
    assert Workflow.objects.get(pk=said["id"]).draft == manual()


def test_a_draft_with_errors_is_stored_and_its_problems_are_told(editor) -> None:
    answer = editor.post("/workflows", {"name": "broken", "definition": BROKEN})

    assert answer.status_code == 201
    codes = {problem["code"] for problem in answer.json()["problems"]}
    assert "node_type_unknown" in codes
    assert Workflow.objects.count() == 1


def test_what_only_webhooks_know_to_be_wrong_is_told_with_the_rest_and_the_draft_is_stored(
    editor,
) -> None:
    document = hook(
        rate_per_s=0,
        filters=[{"path": "$.a", "operator": "like"}],
        allowed_ips=["nonsense"],
        deduplication_path="$..a..b",
    )
    document["nodes"].append(node("a", "control:nonsense"))

    made = editor.post("/workflows", {"name": "broken", "definition": document})

    assert made.status_code == 201
    told = made.json()["problems"]
    assert [(each["code"], each["node_id"], each["path"], each["field"]) for each in told] == [
        ("field_range", "hook", "/nodes/0/data/config/rate_per_s", "rate_per_s"),
        ("node_type_unknown", "a", "/nodes/2/type", None),
        ("field_invalid", "hook", "/nodes/0/data/config/allowed_ips/0", "allowed_ips[0]"),
        ("field_invalid", "hook", "/nodes/0/data/config/filters/0/operator", "filters[0].operator"),
        ("field_invalid", "hook", "/nodes/0/data/config/deduplication_path", "deduplication_path"),
    ]
    assert {each["severity"] for each in told} == {"error"}
    assert editor.get(f"/workflows/{made.json()['id']}").json()["problems"] == told
    assert Workflow.objects.get().draft == document


def test_what_two_checks_find_in_one_place_is_told_once(editor) -> None:
    document = hook(methods=["FETCH"], deduplication_path=7)

    told = editor.post("/workflows", {"name": "broken", "definition": document}).json()["problems"]

    assert [(each["code"], each["field"]) for each in told] == [
        ("field_choice", "methods"),
        ("field_type", "deduplication_path"),
    ]


def test_the_document_comes_back_as_it_was_written(editor) -> None:
    document = {**manual(), "variables": {"z": 1.50, "a": [1, 2.0, None], "ü": "→"}}

    said = editor.post("/workflows", {"name": "exact", "definition": document}).json()
    again = editor.get(f"/workflows/{said['id']}").json()

    assert list(again["definition"]["variables"]) == ["z", "a", "ü"]
    assert again["definition"] == document


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"definition": {}}, "/name", "required"),
        ({"name": "x"}, "/definition", "required"),
        ({"name": "", "definition": {}}, "/name", "blank"),
        ({"name": "x" * 256, "definition": {}}, "/name", "max_length"),
        ({"name": "x", "definition": []}, "/definition", "not_an_object"),
        ({"name": "x", "definition": {}, "colour": 1}, "/colour", "unknown_field"),
    ],
)
def test_a_refused_workflow_names_the_field_and_stores_nothing(editor, body, path, code) -> None:
    answer = editor.post("/workflows", body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [(path, code)]
    assert Workflow.objects.count() == 0


def test_a_save_needs_the_revision_that_was_read(editor, workflow) -> None:
    answer = editor.patch(f"/workflows/{workflow['id']}", {"name": "second"})

    assert (answer.status_code, answer.json()["code"]) == (412, "revision_missing")
    assert Workflow.objects.get().name == "first"


def test_a_save_on_the_right_revision_makes_the_next_one(editor, workflow) -> None:
    answer = editor.patch(f"/workflows/{workflow['id']}", {"name": "second"}, If_Match='"1"')

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["draft_revision"]) == ("second", 2)
    assert answer.json()["definition"] == manual()
    assert answer["ETag"] == '"2"'


def test_a_save_on_an_old_revision_is_refused_and_changes_nothing(editor, workflow) -> None:
    path = f"/workflows/{workflow['id']}"
    editor.patch(path, {"name": "second"}, If_Match='"1"')

    answer = editor.patch(path, {"name": "third", "definition": hook()}, If_Match='"1"')

    assert (answer.status_code, answer.json()["code"]) == (412, "revision_old")
    stored = Workflow.objects.get()
    assert (stored.name, stored.draft, stored.draft_revision) == ("second", manual(), 2)


@pytest.mark.parametrize("header", ["x", '"1", "2"', "*", '"-1"', '"1.0"'])
def test_a_revision_that_is_no_number_is_unreadable(editor, workflow, header) -> None:
    answer = editor.patch(f"/workflows/{workflow['id']}", {"name": "x"}, If_Match=header)

    assert answer.status_code == 400
    assert [each["path"] for each in answer.json()["errors"]] == ["/If-Match"]
    assert Workflow.objects.get().draft_revision == 1


def test_the_list_has_no_definitions_and_the_newest_first(editor) -> None:
    for name in ("one", "two", "three"):
        editor.post("/workflows", {"name": name, "definition": manual()})

    said = editor.get("/workflows?limit=2").json()

    assert [row["name"] for row in said["results"]] == ["three", "two"]
    assert "definition" not in said["results"][0]
    assert said["previous"] is None
    rest = editor.get(said["next"].split("/api/v1")[1]).json()
    assert [row["name"] for row in rest["results"]] == ["one"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=RDE", ["orders"]),
        ("?is_active=true", ["orders"]),
        ("?is_active=false", ["invoices"]),
        ("?bin=true", ["gone"]),
        ("", ["invoices", "orders"]),
    ],
)
def test_the_list_can_be_narrowed(owner, query, names) -> None:
    made = {
        name: owner.post("/workflows", {"name": name, "definition": manual()}).json()["id"]
        for name in ("orders", "invoices", "gone")
    }
    owner.post(f"/workflows/{made['orders']}/publish")
    owner.post(f"/workflows/{made['orders']}/activate")
    owner.delete(f"/workflows/{made['gone']}")

    said = owner.get(f"/workflows{query}").json()

    assert [row["name"] for row in said["results"]] == names


def test_a_flag_that_is_neither_true_nor_false_is_unreadable(editor) -> None:
    answer = editor.get("/workflows?is_active=1")

    assert answer.status_code == 400
    assert [each["path"] for each in answer.json()["errors"]] == ["/is_active"]


def test_a_page_of_workflows_costs_two_queries_however_many_they_are(editor) -> None:
    for number in range(5):
        made = editor.post("/workflows", {"name": str(number), "definition": manual()}).json()
        editor.post(f"/workflows/{made['id']}/publish")

    with queries_on("workflows_") as found:
        said = editor.get("/workflows").json()

    assert [row["live_version"] for row in said["results"]] == [1] * 5
    assert len(found) == 2  # the rows, and what starts them
    assert "definition" not in "".join(found)


def test_a_list_says_what_starts_each_workflow(owner) -> None:
    published = _published(owner, "hooked")
    owner.post("/workflows", {"name": "draft", "definition": {}})

    rows = {row["name"]: row["triggers"] for row in owner.get("/workflows").json()["results"]}

    hooked = {"node_id": "hook", "kind": "webhook", "filtered_count": 0}
    assert rows == {"hooked": [hooked], "draft": []}
    assert owner.get(f"/workflows/{published}").json()["triggers"] == rows["hooked"]


def test_a_trigger_of_an_older_version_starts_nothing_and_is_not_listed(owner) -> None:
    workflow = _published(owner, "changed")
    revision = owner.get(f"/workflows/{workflow}").json()["draft_revision"]
    owner.patch(f"/workflows/{workflow}", {"definition": manual()}, If_Match=f'"{revision}"')
    owner.post(f"/workflows/{workflow}/publish")

    (row,) = owner.get("/workflows").json()["results"]

    assert [trigger["kind"] for trigger in row["triggers"]] == ["manual"]


def _published(owner, name: str) -> str:
    workflow = owner.post("/workflows", {"name": name, "definition": hook()}).json()["id"]
    owner.post(f"/workflows/{workflow}/publish")
    return workflow
