"""Executions are found by the words of their errors, page by page."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection

from apps.core import clock, ids
from apps.executions.models import Execution
from apps.executions.queries import finding, searching
from apps.tenants import facade as tenants
from apps.workflows.models import Workflow
from tests.callers import make_caller
from tests.executions.makers import chain, make_version

FAIL = ("fail", "control:stop_and_error", {"config": {"error_message": "no"}})


@pytest.fixture
def owner(demo, redis_server):
    return make_caller(tenants.current(), "owner")


@pytest.fixture
def version(demo):
    return make_version(chain(FAIL))


def failed(version, message: str | None, *, status: str = "failed", days_ago: int = 0, **error):
    then = clock.now() - timedelta(days=days_ago)
    key = UUID(int=ids.floor(then).int + ids.uuid7().int % 2**60)
    said = None if message is None else {"code": "node_failed", "message": message, **error}
    return Execution.objects.create(
        id=key, workflow_id=version.workflow_id, version_id=version.pk, trigger_node="start",
        trigger_kind="manual", status=status, trigger={}, error=said, created_at=then, ended_at=then,
    )  # fmt: skip


def found(caller, error: str, **more) -> list[str]:
    answer = caller.get(f"/executions?{urlencode({'error': error, **more})}")
    assert answer.status_code == 200, answer.json()
    return [row["error_message"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("refused", True),
        ("REFUSED connection", True),
        ("connection to refused", True),
        ("refu", True),
        ("connec refused", False),
        ("api.example.com", True),
        ("api.exam", True),
        ("429", True),
        ("http_failed", True),
        ("Überlast", True),
        ("gone", False),
        ("details", False),
        ("it's & | ! :* \\ <-> (", False),
        ("refused:* | x", False),
    ],
)
def test_an_error_has_all_words_and_of_the_last_one_a_beginning(
    owner, version, asked, is_found
) -> None:
    message = "Connection to https://api.example.com/v1 refused: 429, überlast"
    failed(version, message, code="http_failed", details={"body": "details"})
    failed(version, None, status="completed")

    assert found(owner, asked) == ([message] if is_found else [])


def test_they_are_found_newest_first_page_by_page_over_the_months(owner, version) -> None:
    for days_ago in (0, 3, 40, 80):
        failed(version, f"timeout {days_ago}", days_ago=days_ago)
        failed(version, "another", days_ago=days_ago)
    seen, address = [], "/executions?error=timeout&limit=2"
    while address:
        page = owner.get(address).json()
        seen.append([row["error_message"] for row in page["results"]])
        address = page["next"] and page["next"].split("/api/v1")[1]

    assert seen == [["timeout 0", "timeout 3"], ["timeout 40", "timeout 80"]]
    assert page["previous"]


def test_words_and_status_and_workflow_narrow_together(owner, version) -> None:
    other = make_version(chain(FAIL))
    failed(version, "timeout a", status="timed_out", days_ago=2)
    failed(version, "timeout b", days_ago=1)
    failed(other, "timeout c")

    assert found(owner, "timeout", status="failed") == ["timeout c", "timeout b"]
    assert found(owner, "timeout", workflow_id=str(version.workflow_id), status="failed") == [
        "timeout b"
    ]


def test_nobody_finds_what_is_hidden_from_them(owner, version) -> None:
    failed(version, "timeout")
    Workflow.objects.update(is_restricted=True)

    assert found(make_caller(tenants.current(), "viewer"), "timeout") == []
    assert found(owner, "timeout") == ["timeout"]


@pytest.mark.parametrize("asked", ["", " ", "!?", "x" * 201])
def test_what_holds_no_word_is_no_question(owner, asked) -> None:
    answer = owner.get(f"/executions?{urlencode({'error': asked})}")

    assert (answer.status_code, answer.json()["code"]) == (422, "search_unfit")
    assert answer.json()["errors"][0]["path"] == "/error"


def test_a_search_that_takes_too_long_says_so(owner, version, monkeypatch) -> None:
    failed(version, "timeout")
    monkeypatch.setattr(searching, "GUESSED_MS", 20)
    monkeypatch.setattr(searching, "LONGEST_MS", 20)
    slow = f"pg_sleep(1) IS NOT NULL AND {finding.FAILED_BY}"
    monkeypatch.setattr(finding, "FAILED_BY", slow)

    answer = owner.get("/executions?error=timeout")

    assert (answer.status_code, answer.json()["code"]) == (422, "search_unfit")
    assert owner.get("/executions").status_code == 200


def test_what_the_planner_guessed_wrong_is_asked_of_the_index_of_words(
    owner, version, monkeypatch
) -> None:
    failed(version, "timeout")
    monkeypatch.setattr(searching, "GUESSED_MS", 20)
    slow = "CASE WHEN current_setting('enable_seqscan') = 'on' THEN pg_sleep(1) IS NOT NULL ELSE true END"
    monkeypatch.setattr(finding, "FAILED_BY", f"{slow} AND {finding.FAILED_BY}")

    assert found(owner, "timeout") == ["timeout"]

    with connection.cursor() as cursor:
        for name in ("enable_seqscan", "enable_indexscan"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("on",)


def test_a_row_without_an_error_says_nothing_and_a_long_one_is_shortened(owner, version) -> None:
    failed(version, None, status="completed", days_ago=1)
    failed(version, "x" * 1_000)

    rows = owner.get("/executions").json()["results"]

    assert [len(row["error_message"]) for row in rows] == [finding.SHOWN_CHARACTERS, 0]
    assert owner.get(f"/executions/{rows[0]['id']}").json()["error_message"] == "x" * 300


def test_an_error_of_any_size_and_shape_is_written(owner, version) -> None:
    for error in ("a text", ["a list"], 5, {"message": 7}, {"message": {"a": 1}}, {"code": None}):
        row = failed(version, "x")
        Execution.objects.filter(pk=row.pk).update(error=error)
    failed(version, " ".join(f"word{number}" for number in range(400_000)))

    assert len(found(owner, "word")) == 1


def test_every_month_has_the_index(demo) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'executions_execution'::regclass"
        )
        (months,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'execution_error'::regclass"
        )
        (indexed,) = cursor.fetchone()
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'execution_error'::regclass"
        )
        (is_valid,) = cursor.fetchone()

    assert months > 1
    assert (indexed, is_valid) == (months, True)
