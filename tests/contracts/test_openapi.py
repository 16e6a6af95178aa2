"""The API as it is published: complete, and never changed without being seen.

After a change on purpose: `python -m tests.contracts.openapi` writes the snapshot anew, for the client too.
"""

import json
import re

import pytest

from apps.tenants.api.views.people import Me
from tests.contracts import openapi
from tests.contracts.openapi import (
    SNAPSHOT,
    UndescribedError,
    generated,
    main,
    operations,
    written,
)


@pytest.fixture(scope="module")
def document() -> dict:
    return generated()


def test_the_snapshot_is_what_the_code_says(document) -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == written(document), (
        "the API has changed: if on purpose, run `python -m tests.contracts.openapi`"
    )


def test_what_cannot_be_described_is_an_error_and_writes_no_snapshot(monkeypatch, tmp_path) -> None:
    monkeypatch.delitem(Me.get.kwargs, "schema")
    monkeypatch.setattr(openapi, "SNAPSHOT", tmp_path / "openapi.json")

    with pytest.raises(UndescribedError, match="Me"):
        main()

    assert list(tmp_path.iterdir()) == []


def test_the_document_is_openapi_3_1(document) -> None:
    assert document["openapi"] == "3.1.0"


def test_what_may_be_anything_may_be_null(document) -> None:
    shown = document["components"]["schemas"]["ExecutionShown"]["properties"]

    assert '"oneOf": [{}' not in json.dumps(document)
    assert shown["output"]["anyOf"] == [{}, {"type": "null"}]


def test_no_path_ends_in_a_slash_and_all_names_are_snake_case(document) -> None:
    for _, path, operation in operations(document):
        assert not path.endswith("/")
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "header":
                assert re.fullmatch(r"[a-z][a-z0-9_]*", parameter["name"])


def test_every_operation_has_a_name_of_its_own_a_sentence_and_a_form_of_its_refusals(
    document,
) -> None:
    names = [operation["operationId"] for *_, operation in operations(document)]

    assert len(set(names)) == len(names)
    for method, path, operation in operations(document):
        assert operation.get("description"), (method, path)
        refused = operation["responses"]["default"]["content"]
        assert list(refused) == ["application/problem+json"]


def test_every_list_is_a_keyset_page(document) -> None:
    schemas = document["components"]["schemas"]
    pages = [name for name in schemas if name.startswith("Paginated")]

    assert pages
    for name in pages:
        assert set(schemas[name]["properties"]) == {"results", "next", "previous"}


def test_every_property_is_in_snake_case(document) -> None:
    odd = {
        (name, prop)
        for name, schema in document["components"]["schemas"].items()
        for prop in schema.get("properties", {})
        if not re.fullmatch(r"[a-z][a-z0-9_]*", prop)
    }

    assert odd == set()
