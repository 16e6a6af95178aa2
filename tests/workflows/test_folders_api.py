"""Folders, tags, and one wish for many workflows."""

from base64 import urlsafe_b64encode
from uuid import UUID, uuid4

import pytest

from apps.workflows.models import Folder, Workflow
from apps.workflows.services import bulk
from tests.counting import queries_on
from tests.entries import recorded
from tests.workflows.documents import manual

NOBODYS = str(UUID(int=1))


@pytest.fixture
def folder(editor) -> str:
    return make(editor, "sales")


def make(caller, name: str, parent: str | None = None) -> str:
    answer = caller.post("/folders", {"name": name, "parent_id": parent})
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def workflow(caller, name: str = "w") -> str:
    return caller.post("/workflows", {"name": name, "definition": manual()}).json()["id"]


def done(caller, verb: str, ids: list[str], **more) -> dict[str, str]:
    answer = caller.post(f"/workflows/{verb}", {"ids": ids, **more})
    assert answer.status_code == 200, answer.json()
    return {each["id"]: each["code"] for each in answer.json()["results"]}


def names(caller, query: str = "") -> list[str]:
    answer = caller.get(f"/workflows{query}")
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["results"]]


# --- folders ---------------------------------------------------------------------------------------


def test_folders_are_a_tree_that_says_how_much_lies_in_each(editor, folder) -> None:
    inner = make(editor, "europe", folder)
    one, two = workflow(editor, "one"), workflow(editor, "two")
    done(editor, "move", [one, two], folder_id=inner)

    assert editor.get("/folders").json() == {
        "results": [
            {"id": inner, "name": "europe", "parent_id": folder, "workflow_count": 2},
            {"id": folder, "name": "sales", "parent_id": None, "workflow_count": 0},
        ],
        "next": None,
        "previous": None,
    }
    assert editor.get(f"/folders/{inner}").json()["workflow_count"] == 2


def test_a_folder_is_renamed_and_moved_with_all_that_lies_in_it(editor, folder) -> None:
    inner, other = make(editor, "inner", folder), make(editor, "other")
    make(editor, "leaf", inner)

    said = editor.patch(f"/folders/{inner}", {"name": "renamed", "parent_id": other}).json()

    assert (said["name"], said["parent_id"]) == ("renamed", other)
    assert Folder.objects.get(name="leaf").parent.name == "renamed"
    top = editor.patch(f"/folders/{inner}", {"parent_id": None}).json()
    assert top["parent_id"] is None


def test_what_lies_in_a_removed_folder_moves_up(editor, folder) -> None:
    inner = make(editor, "inner", folder)
    leaf, mine = make(editor, "leaf", inner), workflow(editor)
    done(editor, "move", [mine], folder_id=inner)

    assert editor.delete(f"/folders/{inner}").status_code == 204

    assert editor.get(f"/folders/{leaf}").json()["parent_id"] == folder
    assert editor.get(f"/workflows/{mine}").json()["folder_id"] == folder
    assert editor.get(f"/folders/{inner}").status_code == 404


@pytest.mark.parametrize("parent", [None, "sales"])
def test_two_folders_in_one_place_have_two_names(editor, folder, parent) -> None:
    body = {"name": "sales", "parent_id": parent and folder}
    if parent:
        make(editor, "sales", folder)

    answer = editor.post("/folders", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "folder_name_taken")


def test_a_folder_whose_folders_names_are_taken_above_is_not_removed(editor, folder) -> None:
    inner = make(editor, "inner", folder)
    make(editor, "inner", inner)
    mine = workflow(editor)
    done(editor, "move", [mine], folder_id=folder)
    make(editor, "inner")

    answer = editor.delete(f"/folders/{folder}")

    assert (answer.status_code, answer.json()["code"]) == (409, "folder_name_taken")
    assert editor.get(f"/workflows/{mine}").json()["folder_id"] == folder


def test_a_folder_lies_neither_in_itself_nor_too_deep(editor, folder) -> None:
    inner = make(editor, "inner", folder)
    circle = editor.patch(f"/folders/{folder}", {"parent_id": inner})
    itself = editor.patch(f"/folders/{folder}", {"parent_id": folder})
    deep = inner
    for number in range(6):
        deep = make(editor, f"d{number}", deep)
    too_deep = editor.post("/folders", {"name": "x", "parent_id": deep})
    tall = make(editor, "tall")
    make(editor, "on top", tall)
    moved = editor.patch(
        f"/folders/{tall}", {"parent_id": str(Folder.objects.get(pk=deep).parent_id)}
    )

    assert {
        (answer.status_code, answer.json()["code"]) for answer in (circle, itself, too_deep, moved)
    } == {(409, "folder_place")}


def test_folders_are_bounded(editor, folder, monkeypatch) -> None:
    from apps.workflows.services import folders

    monkeypatch.setattr(folders, "MOST", 1)

    answer = editor.post("/folders", {"name": "second"})

    assert (answer.status_code, answer.json()["code"]) == (409, "folder_place")


def test_a_folder_that_is_not_there_is_named(editor, folder) -> None:
    answers = [
        editor.get(f"/folders/{NOBODYS}"),
        editor.patch(f"/folders/{NOBODYS}", {"name": "x"}),
        editor.delete(f"/folders/{NOBODYS}"),
        editor.post("/folders", {"name": "x", "parent_id": NOBODYS}),
        editor.patch(f"/folders/{folder}", {"parent_id": NOBODYS}),
        editor.post("/workflows/move", {"ids": [workflow(editor)], "folder_id": NOBODYS}),
    ]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {
        (404, "folder_not_found")
    }


def test_counts_tell_nobody_of_what_is_hidden_from_them(editor, owner, folder) -> None:
    hidden, seen = workflow(owner, "hidden"), workflow(owner, "seen")
    done(owner, "move", [hidden, seen], folder_id=folder)
    done(owner, "tag", [hidden, seen], add=["red"])
    done(owner, "tag", [hidden], add=["secret"])
    Workflow.objects.filter(pk=hidden).update(is_restricted=True)

    assert editor.get(f"/folders/{folder}").json()["workflow_count"] == 1
    assert editor.get("/folders").json()["results"][0]["workflow_count"] == 1
    assert editor.get("/tags").json()["results"] == [{"name": "red", "workflow_count": 1}]
    assert len(owner.get("/tags").json()["results"]) == 2


def test_folders_and_tags_cost_few_queries_however_many_there_are(editor) -> None:
    for number in range(10):
        inside = make(editor, f"f{number}")
        done(editor, "move", [workflow(editor)], folder_id=inside)

    with queries_on("workflows_") as of_folders:
        assert len(editor.get("/folders").json()["results"]) == 10
    with queries_on("workflows_") as of_tags:
        editor.get("/tags")

    assert (len(of_folders), len(of_tags)) == (2, 1)


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_folder_and_tags(editor, folder) -> None:
    one, two, three = (workflow(editor, name) for name in ("one", "two", "three"))
    done(editor, "move", [one, two], folder_id=folder)
    done(editor, "tag", [one, three], add=["red", "new"])
    done(editor, "tag", [two], add=["red"])

    assert names(editor, f"?folder={folder}") == ["two", "one"]
    assert names(editor, "?folder=none") == ["three"]
    assert names(editor, "?tag=red") == ["three", "two", "one"]
    assert names(editor, "?tag=red&tag=new") == ["three", "one"]
    assert names(editor, f"?tag=red&folder={folder}&q=on") == ["one"]
    assert editor.get("/workflows?folder=x").status_code == 400
    row = editor.get("/workflows?q=one").json()["results"][0]
    assert (row["folder_id"], row["tags"]) == (folder, ["new", "red"])


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["a", "b", "b", "c"]),
        ("-name", ["c", "b", "b", "a"]),
        ("updated_at", ["b", "a", "b", "c"]),
        ("-updated_at", ["c", "b", "a", "b"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_the_list_is_sorted_and_paged_there_and_back(editor, sort, expected, limit) -> None:
    made = [workflow(editor, name) for name in ("c", "b", "a", "b")]
    for number, index in enumerate((1, 2, 3, 0)):
        Workflow.objects.filter(pk=made[index]).update(updated_at=f"2026-01-0{number + 1}T00:00Z")

    pages, url = [], f"/workflows?sort={sort}&limit={limit}"
    while url:
        said = editor.get(url).json()
        pages.append([row["id"] for row in said["results"]])
        last, url = said, said["next"] and said["next"].split("/api/v1")[1]
    found = [each for page in pages for each in page]
    stored = dict(Workflow.objects.values_list("pk", "name"))
    assert [stored[UUID(each)] for each in found] == expected
    assert len(set(found)) == 4

    back = []
    while last["previous"]:
        last = editor.get(last["previous"].split("/api/v1")[1]).json()
        back.insert(0, [row["id"] for row in last["results"]])
    assert back == pages[:-1]


def test_a_sort_or_cursor_that_is_none_is_unreadable(editor) -> None:
    for number in range(2):
        workflow(editor, str(number))
    by_name = editor.get("/workflows?sort=name&limit=1").json()["next"]
    cursor = by_name.rpartition("cursor=")[2]

    for query in (
        "?sort=colour",
        f"?sort=updated_at&cursor={cursor}",
        f"?cursor={cursor}",
        "?sort=name&cursor=x",
        "?sort=name&cursor=WzFd",
        "?sort=-updated_at&cursor=WyItdXBkYXRlZF9hdCIsZmFsc2UsIngiLCJ4Il0",
    ):
        assert editor.get(f"/workflows{query}").status_code == 400, query


@pytest.mark.parametrize(
    ("sort", "edge"),
    [
        ("name", "[" * 3_000),
        ("name", '["name", false, "\\ud800", "%s"]'),
        ("name", '["name", false, "\\u0000", "%s"]'),
        ("updated_at", '["updated_at", false, "2026-01-01T00:00:00", "%s"]'),
        ("updated_at", '["updated_at", false, "0001-01-01T00:00:00+23:59", "%s"]'),
        ("updated_at", '["updated_at", false, "9999-12-31T23:59:59-23:59", "%s"]'),
    ],
)
def test_a_forged_cursor_of_a_sorted_list_is_unreadable(editor, sort, edge) -> None:
    cursor = urlsafe_b64encode(edge.replace("%s", NOBODYS).encode()).decode()

    answer = editor.get(f"/workflows?sort={sort}&cursor={cursor}")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "/cursor")


def test_a_folder_that_is_removed_meanwhile_takes_nothing_more(editor, folder, monkeypatch) -> None:
    one = workflow(editor)
    permitted = bulk.sharing.permitted

    def late(*asked):
        Folder.objects.all().delete()
        return permitted(*asked)

    monkeypatch.setattr(bulk.sharing, "permitted", late)

    assert done(editor, "move", [one], folder_id=folder) == {one: "folder_not_found"}
    assert Workflow.objects.get(pk=one).folder_id is None


# --- many at once ------------------------------------------------------------------------------------


def test_each_of_many_has_an_answer_of_its_own(owner) -> None:
    one, two = workflow(owner), workflow(owner)
    owner.post(f"/workflows/{one}/publish")

    on = done(owner, "activate", [one, two, NOBODYS, one])

    assert on == {one: "", two: "not_published", NOBODYS: "workflow_not_found"}
    assert Workflow.objects.get(pk=one).is_active is True
    assert done(owner, "deactivate", [one]) == {one: ""}
    assert Workflow.objects.get(pk=one).is_active is False
    assert done(owner, "delete", [one, two]) == {one: "", two: ""}
    assert done(owner, "delete", [one]) == {one: "workflow_not_found"}
    assert Workflow.objects.live().count() == 0


def test_tags_are_given_and_taken_and_leave_the_draft_alone(editor) -> None:
    one = workflow(editor)

    done(editor, "tag", [one], add=["b", "a", "b"])
    done(editor, "tag", [one], add=["c"], remove=["a", "x"])

    said = editor.get(f"/workflows/{one}").json()
    assert (said["tags"], said["draft_revision"]) == (["b", "c"], 1)
    entry = recorded("workflow.tagged")[-1]
    assert (entry.before, entry.after) == ({"tags": ["a", "b"]}, {"tags": ["b", "c"]})
    many = done(editor, "tag", [one], add=[f"t{n}" for n in range(19)])
    assert many == {one: "too_many_tags"}


def test_what_is_hidden_or_shared_too_narrowly_is_not_touched(editor, owner, folder) -> None:
    hidden = workflow(owner)
    Workflow.objects.update(is_restricted=True)
    before = list(Workflow.objects.values())

    for verb, more in (
        ("activate", {}),
        ("deactivate", {}),
        ("move", {"folder_id": folder}),
        ("tag", {"add": ["x"]}),
        ("export", {}),
    ):
        assert done(editor, verb, [hidden], **more) == {hidden: "workflow_not_found"}
    user_id = Workflow.objects.get().created_by
    Workflow.objects.get().shares.update(level="viewer", subject="editor", kind="role")
    assert user_id is not None
    assert done(editor, "tag", [hidden], add=["x"]) == {hidden: "share_too_narrow"}
    assert list(Workflow.objects.values()) == before


def test_drafts_are_exported_as_far_as_they_fit(editor, monkeypatch) -> None:
    from apps.workflows.queries import exporting

    one, two = workflow(editor, "one"), workflow(editor, "two")
    done(editor, "tag", [one], add=["t"])
    body = {"ids": [two, one, NOBODYS]}

    said = editor.post("/workflows/export", body).json()

    assert [each["name"] for each in said["workflows"]] == ["two", "one"]
    assert said["workflows"][1] == {
        "id": one,
        "name": "one",
        "description": "",
        "tags": ["t"],
        "definition": manual(),
    }
    assert [(each["id"], each["code"]) for each in said["results"]] == [
        (NOBODYS, "workflow_not_found")
    ]
    monkeypatch.setattr(exporting, "MOST_BYTES", 10)
    small = editor.post("/workflows/export", body).json()
    assert small["workflows"] == []
    assert {each["code"] for each in small["results"]} == {"too_large", "workflow_not_found"}


@pytest.mark.parametrize(
    ("verb", "body", "path"),
    [
        ("activate", {"ids": []}, "/ids"),
        ("activate", {"ids": ["x"]}, "/ids/0"),
        ("activate", {"ids": [NOBODYS] * 101}, "/ids"),
        ("move", {"ids": [NOBODYS]}, "/folder_id"),
        ("tag", {"ids": [NOBODYS], "add": [""]}, "/add/0"),
        ("tag", {"ids": [NOBODYS], "add": ["x" * 41]}, "/add/0"),
        ("delete", {"ids": [NOBODYS], "force": True}, "/force"),
    ],
)
def test_a_wish_that_is_none_names_the_field(owner, verb, body, path) -> None:
    answer = owner.post(f"/workflows/{verb}", body)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]


def test_moving_many_costs_a_few_queries_each(editor, folder) -> None:
    some = [workflow(editor) for _ in range(5)]

    with queries_on("workflows_") as found:
        assert set(done(editor, "move", some, folder_id=folder).values()) == {""}

    # The folder, what may be done with them; of each the folder still, its lock and its row.
    assert len(found) == 2 + 3 * 5
    assert done(editor, "move", [str(uuid4())], folder_id=None)
