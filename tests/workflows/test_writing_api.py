"""What whoever writes a workflow looks up: the language of expressions, as the evaluator knows it."""

from apps.engine.expressions import FUNCTIONS
from apps.engine.expressions.references import ROOTS as KNOWN
from apps.workflows.queries.writing import ROOTS


def test_every_function_is_told_with_its_signature_and_what_it_does(editor) -> None:
    said = editor.get("/expressions").json()

    assert [each["name"] for each in said["functions"]] == [each.name for each in FUNCTIONS]
    by_name = {each["name"]: each for each in said["functions"]}
    assert by_name["upper"] == {
        "name": "upper",
        "aliases": ["uppercase"],
        "group": "Text",
        "signature": "upper(text) → text",
        "parameters": [
            {"name": "text", "kind": "text", "is_optional": False, "is_repeated": False}
        ],
        "gives": "text",
        "doc": "Return the text in capital letters.",
        "example": 'upper("abc")',
    }
    assert all(each["doc"] and each["signature"] for each in said["functions"])


def test_every_root_is_told(editor) -> None:
    said = editor.get("/expressions").json()["roots"]

    assert {each["name"]: each["doc"] for each in said} == ROOTS
    assert set(ROOTS) >= set(KNOWN)
