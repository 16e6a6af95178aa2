"""Scripts of a document: read when it is checked, run when it is tried, off where their language does not hold."""

import pytest

from apps.adapters.code import sandbox as sandboxes
from apps.workflows.queries import scripts
from tests.workflows.documents import edge, node


def document(source: str, language: str = "javascript") -> dict:
    """A trigger and a script."""
    return {
        "nodes": [
            node("start", "trigger:manual"),
            node("code", "action:code", script=source, language=language),
        ],
        "edges": [edge("start", "code")],
    }


def problems(owner, definition: dict) -> list[dict]:
    """What is said of a draft when it is stored."""
    return owner.post("/workflows", {"name": "w", "definition": definition}).json()["problems"]


@pytest.mark.parametrize(
    ("source", "language", "message"),
    [
        ("return 1 +;", "javascript", "“code”: SyntaxError: Unexpected token ';' (line 1, column 11)"),
        ("x = 1\nif x\n    y = 2", "python", "“code”: SyntaxError: Expected `:`, found newline (line 2, column 5)"),
    ],
)  # fmt: skip
def test_a_script_that_cannot_be_read_is_a_problem_of_its_field(
    owner, source, language, message
) -> None:
    (problem,) = problems(owner, document(source, language))

    assert (problem["code"], problem["message"], problem["severity"]) == (
        "code_error",
        message,
        "error",
    )
    assert (problem["node_id"], problem["field"]) == ("code", "script")
    assert problem["path"] == "/nodes/1/data/config/script"


@pytest.mark.parametrize("source", ["while (true);", "nope()", "return ctx.trigger"])
def test_a_script_is_not_run_to_be_checked(owner, source) -> None:
    assert problems(owner, document(source)) == []


def test_a_dry_run_runs_scripts_because_they_touch_nothing(owner) -> None:
    made = owner.post(
        "/workflows", {"name": "w", "definition": document("return ctx.trigger.n * 2")}
    )

    said = owner.post(f"/workflows/{made.json()['id']}/dry-run", {"trigger": {"n": 21}}).json()

    assert (said["status"], said["output"], said["problems"]) == ("completed", 42, [])


def test_a_dry_run_gives_its_scripts_only_a_few_seconds(owner, monkeypatch) -> None:
    from apps.workflows.services import trial

    monkeypatch.setattr(trial, "SCRIPTS_S", 0.3)
    definition = document("while (true);")
    made = owner.post("/workflows", {"name": "w", "definition": definition})

    said = owner.post(f"/workflows/{made.json()['id']}/dry-run", {}).json()

    assert (said["status"], said["error"]["code"]) == ("failed", "code_timeout")


def test_the_catalogue_says_which_languages_are_on(owner) -> None:
    assert owner.get("/nodes/action:code").json()["languages"] == {
        "javascript": None,
        "python": None,
    }
    assert owner.get("/nodes/action:set").json()["languages"] == {}


def test_a_language_that_is_off_is_said_in_catalogue_and_check(owner, settings) -> None:
    settings.GORAX_CODE_LANGUAGES = ("javascript",)
    why = "Python is switched off in this installation."

    (problem,) = problems(owner, document("return 1", "python"))

    assert (problem["code"], problem["message"]) == ("code_unavailable", f"“code”: {why}")
    assert owner.get("/nodes/action:code").json()["languages"] == {
        "javascript": None,
        "python": why,
    }


def test_a_document_with_more_scripts_than_can_be_read_at_once_says_so(owner, monkeypatch) -> None:
    monkeypatch.setattr(scripts, "READING_S", -1.0)

    (problem,) = problems(owner, document("return 1"))

    assert (problem["code"], problem["severity"]) == ("scripts_unread", "warning")


def test_a_script_that_nobody_had_time_to_read_is_no_error(owner, monkeypatch) -> None:
    monkeypatch.setattr(sandboxes, "CHECK_PATIENCE_S", 0.0)
    monkeypatch.setattr(scripts.sandbox()._reading, "_free", 0)

    (problem,) = problems(owner, document("return 'nobody has read this before'"))

    assert (problem["code"], problem["severity"]) == ("code_busy", "warning")
