"""The files that the screen's forms and completion stand on are what the code says."""

from __future__ import annotations

import json

from apps.workflows.api.serializers import NodeTypeOut
from tests.contracts import editor

HINT = "the catalogue has changed: if on purpose, run `python -m tests.contracts.editor`"


def test_the_snapshot_of_the_catalogue_is_what_the_code_says() -> None:
    assert editor.CATALOGUE.read_text(encoding="utf-8") == editor.written(editor.node_types()), HINT


def test_the_functions_of_completion_are_those_of_the_language() -> None:
    assert editor.FUNCTIONS_FILE.read_text(encoding="utf-8") == editor.written(
        editor.functions()
    ), HINT


def test_the_snapshot_has_the_facts_of_the_api_and_no_others() -> None:
    assert {tuple(sorted(kind)) for kind in json.loads(editor.CATALOGUE.read_text())} == {
        tuple(sorted(NodeTypeOut().get_fields()))
    }


def test_writing_them_anew_changes_nothing(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(editor, "CATALOGUE", tmp_path / "catalogue.json")
    monkeypatch.setattr(editor, "FUNCTIONS_FILE", tmp_path / "functions.json")

    editor.main()

    assert (tmp_path / "catalogue.json").read_text() == editor.written(editor.node_types())
    assert (tmp_path / "functions.json").read_text() == editor.written(editor.functions())
