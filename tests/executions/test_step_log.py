"""What a node writes is kept with its step: bounded, masked, shown, and exported with the whole execution."""

import csv
import io
import json
from uuid import UUID

import pytest

from apps.core.ids import uuid7
from apps.executions.models import Step
from apps.executions.services import export
from apps.executions.services.lines import MOST_CHARACTERS, MOST_LINES, StepLines
from tests.callers import make_caller
from tests.executions.makers import begin, chain, edges, make_version, nodes, work_until_ended

WRITES = """
console.log("one", 1);
console.warn("two\\nlines");
return 5;
"""
ADD = ("add", "action:formula", {"config": {"expression": "1"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def code(script: str) -> tuple[str, str, dict]:
    return ("code", "action:code", {"config": {"language": "javascript", "script": script}})


def ran(*parts) -> UUID:
    return work_until_ended(begin(make_version(chain(*parts)), {})).pk


def lines(caller, execution_id: UUID, node_id: str, query: str = "") -> list[tuple[str, str]]:
    answer = caller.get(f"/executions/{execution_id}/steps/{node_id}/log{query}")
    assert answer.status_code == 200, answer.json()
    return [(each["level"], each["text"]) for each in answer.json()["lines"]]


def exported(caller, execution_id: UUID, kind: str) -> str:
    answer = caller.get(f"/executions/{execution_id}/log?as={kind}")
    assert answer.status_code == 200
    assert (
        answer["Content-Disposition"] == f'attachment; filename="execution-{execution_id}.{kind}"'
    )
    return b"".join(answer.streaming_content).decode()


def test_what_a_script_writes_is_kept_with_its_step(owner) -> None:
    first = ran(code(WRITES), ADD)

    assert lines(owner, first, "code") == [("info", "one 1"), ("warning", "two\nlines")]
    assert lines(owner, first, "add") == []
    steps = owner.get(f"/executions/{first}?include=steps").json()["steps"]
    assert {each["node_id"]: each["has_log"] for each in steps} == {
        "start": False,
        "code": True,
        "add": False,
    }
    assert list(Step.objects.filter(log__isnull=False).values_list("node_id", flat=True)) == [
        "code"
    ]


def test_what_a_script_wrote_before_it_failed_is_kept_too(owner) -> None:
    first = ran(code('console.log("before"); throw new Error("no");'))

    assert lines(owner, first, "code") == [("info", "before")]


def test_steps_beside_each_other_keep_what_they_wrote(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *(
                (
                    name,
                    "action:code",
                    {
                        "config": {
                            "language": "javascript",
                            "script": f'console.log("{name}"); return 1;',
                        }
                    },
                )
                for name in ("one", "two")
            ),
        ),
        "edges": edges("start>one", "start>two"),
    }
    first = work_until_ended(begin(make_version(document), {})).pk

    assert [lines(owner, first, name) for name in ("one", "two")] == [
        [("info", "one")],
        [("info", "two")],
    ]


def test_a_step_of_a_pass_is_found_by_its_scope(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "[1, 2]"}}),
            code("console.log(ctx.item); return 1;"),
        ),
        "edges": edges("start>loop", "loop:body>code"),
    }
    first = work_until_ended(begin(make_version(document), {})).pk

    assert lines(owner, first, "code", "?scope=loop[1]") == [("info", "2")]


def test_a_log_is_bounded_by_lines_and_by_length() -> None:
    many, long = StepLines(), StepLines()
    for index in range(MOST_LINES + 5):
        many.write("info", str(index), {})
    for _ in range(3):
        long.write("info", "x" * MOST_CHARACTERS, {})

    kept = many.kept()
    assert len(kept) == MOST_LINES + 1
    assert [kept[0]["text"], kept[-2]["text"], kept[-1]["text"]] == [
        "0",
        str(MOST_LINES - 1),
        "5 more lines were left out.",
    ]
    assert [len(each["text"]) for each in long.kept()] == [MOST_CHARACTERS, 27]
    assert StepLines().kept() is None


def test_what_is_not_kept_of_a_successful_execution_leaves_no_log(owner) -> None:
    document = chain(code(WRITES), settings={"save_successful_data": False})
    first = work_until_ended(begin(make_version(document), {})).pk

    assert lines(owner, first, "code") == []


def test_a_whole_execution_is_exported_as_text_json_and_csv(owner) -> None:
    first = ran(code(WRITES), ADD)

    text = exported(owner, first, "txt").splitlines()
    assert [" ".join(each.split()[1:4]) for each in text if not each.startswith(" ")] == [
        "completed start (trigger:manual)",
        "completed code (action:code)",
        "completed add (action:formula)",
    ]
    assert [each.split(" ", 5)[5] for each in text if each.startswith("    ")] == [
        "info one 1",
        "warning two⏎ lines",
    ]
    found = json.loads(exported(owner, first, "json"))
    assert [(each["step_id"], each["status"], len(each["log"])) for each in found] == [
        ("start", "completed", 0),
        ("code", "completed", 2),
        ("add", "completed", 0),
    ]
    table = list(csv.DictReader(io.StringIO(exported(owner, first, "csv"))))
    assert tuple(table[0]) == export.COLUMNS
    assert table[1]["log"] == "info one 1\nwarning two\nlines"


def test_no_cell_begins_as_a_formula_does(owner) -> None:
    stop = ("stop", "control:stop_and_error", {"config": {"error_message": '=HYPERLINK("x")'}})
    first = ran(stop)

    table = list(csv.DictReader(io.StringIO(exported(owner, first, "csv"))))

    assert table[1]["error_message"] == '\'=HYPERLINK("x")'


def test_an_export_is_read_in_pieces_and_ends_at_its_bound(owner, monkeypatch) -> None:
    first = ran(*((f"n{i}", "action:formula", {"config": {"expression": "1"}}) for i in range(5)))
    monkeypatch.setattr(export, "PIECE_STEPS", 2)
    monkeypatch.setattr(export, "MOST_STEPS", 5)

    found = json.loads(exported(owner, first, "json"))

    assert [each["node_id"] for each in found] == ["start", "n0", "n1", "n2", "n3"]
    assert "".join(export.as_json(iter(()))) == "[]\n"


def test_a_log_that_is_not_there_is_told_from_one_that_is_empty(owner) -> None:
    from apps.tenants import facade as tenants

    first = ran(ADD)
    for path, code_ in (
        (f"/executions/{first}/steps/gone/log", "step_not_found"),
        (f"/executions/{uuid7()}/steps/add/log", "execution_not_found"),
        (f"/executions/{uuid7()}/log", "execution_not_found"),
    ):
        answer = owner.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code_)
    assert owner.get(f"/executions/{first}/log?as=exe").status_code == 400
    viewer = make_caller(tenants.current(), "viewer")
    assert viewer.get(f"/executions/{first}/log").status_code == 200
