"""The JSON document, read and written: shapes only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.document import Document, DocumentEdge, DocumentNode, read, write
from apps.engine.problem import Report
from apps.engine.settings import Settings
from apps.engine.value import Json, NodeId

FULL: dict[str, Any] = {
    "nodes": [
        {
            "id": "http-1",
            "type": "action:http",
            "position": {"x": 300, "y": 100},
            "data": {
                "name": "Fetch user",
                "config": {"url": "https://example.com"},
                "disabled": True,
                "notes": "slow",
                "on_error": "branch",
                "retry": {"attempts": 2},
                "on_unknown": "stop",
            },
        }
    ],
    "edges": [
        {
            "id": "e1",
            "source": "trigger",
            "target": "http-1",
            "sourceHandle": "true",
            "targetHandle": "in",
            "label": "yes",
        }
    ],
    "settings": {
        "timeout_s": 60,
        "timezone": "Europe/Berlin",
        "on_missing": "null",
        "error_workflow_id": "w-2",
        "max_concurrency": 5,
        "concurrency_key": "trigger.body.customer",
        "max_per_key": 2,
        "rate_limit": 10,
        "rate_period_s": 1.5,
        "priority": 3,
        "save_successful_data": False,
    },
    "variables": {"region": "eu"},
}


def reading(raw: Json) -> tuple[Document, list[tuple[str, str]]]:
    report = Report()
    document = read(raw, report)
    return document, [(problem.code, problem.path) for problem in report.problems]


def test_everything_that_is_written_is_read() -> None:
    document, problems = reading(FULL)

    assert problems == []
    assert document == Document(
        nodes=(
            DocumentNode(
                index=0,
                id=NodeId("http-1"),
                type="action:http",
                name="Fetch user",
                config={"url": "https://example.com"},
                is_disabled=True,
                on_error="branch",
                retry={"attempts": 2},
                on_unknown="stop",
                notes="slow",
                position={"x": 300, "y": 100},
            ),
        ),
        edges=(
            DocumentEdge(
                index=0,
                id="e1",
                source=NodeId("trigger"),
                target=NodeId("http-1"),
                handle="true",
                label="yes",
                target_handle="in",
            ),
        ),
        settings=Settings(
            *(60, "Europe/Berlin", "null", "w-2", 5, "trigger.body.customer", 2, 10, 1.5, 3, False)
        ),
        variables={"region": "eu"},
    )


def test_a_document_survives_writing_and_reading() -> None:
    document, problems = reading(FULL)

    assert write(document) == FULL
    assert reading(write(document)) == (document, problems)


def test_what_is_left_out_has_its_default() -> None:
    document, problems = reading(
        {
            "nodes": [{"id": "a", "type": "control:no_op"}],
            "edges": [{"source": "a", "target": "b"}],
        }
    )

    assert problems == []
    assert document.nodes == (DocumentNode(0, NodeId("a"), "control:no_op"),)
    assert document.edges == (DocumentEdge(0, "edge-0", NodeId("a"), NodeId("b")),)
    assert document.settings == Settings(3600, "UTC", "error", save_successful_data=True)
    assert document.variables == {}


def test_an_empty_document_has_no_wrong_shape() -> None:
    assert reading({}) == (Document(), [])


def test_a_node_is_called_by_its_name_or_else_by_its_id() -> None:
    assert DocumentNode(0, NodeId("a"), "x:y", name="Fetch").shown == "“Fetch”"
    assert DocumentNode(0, NodeId("a"), "x:y").shown == "“a”"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ([], ("document_shape", "")),
        (None, ("document_shape", "")),
        ({"nodes": {}}, ("document_shape", "/nodes")),
        ({"edges": "none"}, ("document_shape", "/edges")),
        ({"variables": []}, ("document_shape", "/variables")),
        ({"settings": []}, ("setting_invalid", "/settings")),
        ({"nodes": ["a"]}, ("document_shape", "/nodes/0")),
        ({"nodes": [{"type": "x:y"}]}, ("node_id_invalid", "/nodes/0/id")),
        ({"nodes": [{"id": "a b", "type": "x:y"}]}, ("node_id_invalid", "/nodes/0/id")),
        ({"nodes": [{"id": 7, "type": "x:y"}]}, ("node_id_invalid", "/nodes/0/id")),
        ({"nodes": [{"id": "a"}]}, ("node_type_missing", "/nodes/0/type")),
        ({"nodes": [{"id": "a", "type": 7}]}, ("node_type_missing", "/nodes/0/type")),
        ({"nodes": [{"id": "a", "type": "x:y", "data": []}]}, ("document_shape", "/nodes/0/data")),
        ({"edges": [7]}, ("document_shape", "/edges/0")),
        ({"edges": [{"source": "a"}]}, ("edge_end_missing", "/edges/0")),
        ({"edges": [{"source": "a", "target": 7}]}, ("document_shape", "/edges/0/target")),
        (
            {"edges": [{"source": "a", "target": "b", "label": 1}]},
            ("document_shape", "/edges/0/label"),
        ),
    ],
)
def test_a_wrong_shape_is_named_by_its_place(raw: Json, problem: tuple[str, str]) -> None:
    assert reading(raw)[1] == [problem]


@pytest.mark.parametrize(
    ("name", "value"), [("config", []), ("name", 7), ("notes", {}), ("disabled", "yes")]
)
def test_wrong_data_of_a_node_is_named_and_the_node_kept(name: str, value: Json) -> None:
    document, problems = reading({"nodes": [{"id": "a", "type": "x:y", "data": {name: value}}]})

    assert problems == [("document_shape", f"/nodes/0/data/{name}")]
    assert document.nodes == (DocumentNode(0, NodeId("a"), "x:y"),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout_s", 0),
        ("timeout_s", 30 * 86_400 + 1),
        ("timeout_s", True),
        ("timeout_s", "60"),
        ("timezone", "Mars/Olympus"),
        ("timezone", 7),
        ("on_missing", "guess"),
        ("error_workflow_id", 7),
        ("max_concurrency", 0),
        ("max_concurrency", 1.5),
        ("max_concurrency", True),
        ("concurrency_key", 7),
        ("concurrency_key", "trigger."),
        ("max_per_key", 0),
        ("rate_limit", 0),
        ("rate_limit", 2.5),
        ("rate_period_s", 0.5),
        ("rate_period_s", 86_401),
        ("priority", -1),
        ("priority", 4),
        ("priority", "high"),
        ("save_successful_data", "no"),
    ],
)
def test_a_bad_setting_is_named_and_has_its_default(name: str, value: Json) -> None:
    document, problems = reading({"settings": {name: value}})

    assert problems == [("setting_invalid", f"/settings/{name}")]
    assert document.settings == Settings()


def test_an_unknown_setting_is_a_warning_and_an_empty_one_is_left_out() -> None:
    report = Report()

    document = read({"settings": {"colour/ü~": "red", "timeout_s": None}}, report)

    assert [(p.code, p.path, str(p.severity)) for p in report.problems] == [
        ("setting_unknown", "/settings/colour~1ü~0", "warning")
    ]
    assert document.settings == Settings()


@pytest.mark.parametrize("name", ["error_workflow_id", "max_concurrency", "concurrency_key"])
def test_a_setting_that_is_left_empty_is_as_if_it_were_left_out(name: str) -> None:
    document, problems = reading({"settings": {name: None}})

    assert (document.settings, problems) == (Settings(), [])


def test_a_key_that_is_an_empty_text_is_no_key() -> None:
    document, problems = reading({"settings": {"concurrency_key": ""}})

    assert (document.settings, problems) == (Settings(), [])


def test_a_broken_part_does_not_hide_the_others() -> None:
    document, problems = reading({"nodes": [7, {"id": "a", "type": "x:y"}], "edges": [7, 8]})

    assert [node.id for node in document.nodes] == ["a"]
    assert document.nodes[0].index == 1
    assert [path for _, path in problems] == ["/nodes/0", "/edges/0", "/edges/1"]


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["nodes", "edges", "settings", "id", "type", "data", "config", "source"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(SCRAPS)
def test_no_document_is_so_broken_that_reading_fails(raw: Json) -> None:
    document, _ = reading(raw)

    assert isinstance(document, Document)
