"""Every property of every node type is proven by a test, and the pages about them are the ones that code and tests make."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from apps.engine.failure import Failure
from apps.engine.fields import Field, Kind
from apps.engine.graph import MAIN_PORT
from apps.engine.node import NodeType, Result
from apps.engine.testing import Given, Tried, problems_in, secret_named
from apps.nodes import catalogue
from tests.contracts import node_pages
from tests.contracts.node_proofs import Seen, is_seen, kind_of, proofs

KINDS = list(catalogue())
NOTHING: dict[str, Any] = {
    "claims": [],
    "wrong_fields": [],
    "examples": [],
    "has_success": False,
    "failures": {},
}
# Kinds whose value is taken as it is written, so that a credential's name in it means nothing.
LITERAL = {Kind.TEXT, Kind.CODE, Kind.CREDENTIAL}


@pytest.fixture(scope="module")
def proven(tmp_path_factory) -> dict[str, Any]:
    return proofs(tmp_path_factory.mktemp("proofs") / "proofs.json")


def test_every_property_of_every_node_type_is_proven(proven) -> None:
    missing = [
        f"{kind.type}: {name}"
        for kind in KINDS
        for name, cell in node_pages.cells(kind, proven["types"].get(kind.type, NOTHING)).items()
        if cell == node_pages.MISSING
    ]

    assert missing == [], "a test in the node's folder proves it; see docs/how-to/add-a-node.md"


def test_every_field_that_was_never_wrong_is_named(proven) -> None:
    never_wrong = [
        f"{kind.type}: {place}"
        for kind in KINDS
        for place in sorted(
            node_pages.fields_of(kind) - set(proven["types"][kind.type]["wrong_fields"])
        )
    ]

    assert never_wrong == []


def test_no_test_claims_what_it_does_not_show(proven) -> None:
    assert proven["unseen"] == []


def test_every_failure_of_a_data_node_names_a_field(proven) -> None:
    unnamed = [
        f"{kind}: {told}"
        for kind, each in proven["types"].items()
        for told in each["unnamed"]
        # What an expression could not read is told by its own path.
        if kind.startswith("data:") and not told.startswith("missing_path: ")
    ]

    assert unnamed == []


def test_no_node_has_a_fault_of_its_own(proven) -> None:
    crashing = [
        kind for kind, each in proven["types"].items() if "node_crashed" in each["failures"]
    ]

    assert crashing == []


def test_the_pages_are_the_ones_that_code_and_tests_make(proven) -> None:
    made = node_pages.pages(proven["types"])
    there = {node_pages.REFERENCE / "nodes.md", *(node_pages.REFERENCE / "nodes").glob("*.md")}

    assert there == set(made), "run `make docs`"
    assert {
        path.name for path in there if path.read_text(encoding="utf-8") != made[path]
    } == set(), "run `make docs`"


def test_no_excuse_is_idle(proven) -> None:
    idle = [
        excused
        for excused in node_pages.EXCUSED
        if excused[1] in proven["types"].get(excused[0], NOTHING)["claims"]
        or excused[0] not in catalogue()
    ]

    assert idle == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_no_field_takes_a_secret_unless_it_says_so(kind: NodeType) -> None:
    taking = {
        place
        for place, spec, config in places(kind)
        if "secret_not_allowed" not in {code for _, code in problems_in(kind, config)}
    }

    assert taking == {
        place for place, spec, _ in places(kind) if spec.kind in LITERAL or spec.is_secret_ok
    }


def places(kind: NodeType) -> list[tuple[str, Field, dict[str, Any]]]:
    """Every place of a config, with a config in which a credential stands there."""
    top = [(spec.name, spec, {spec.name: held(spec)}) for spec in kind.fields]
    return top + [
        (f"{spec.name}.{inner.name}", inner, {spec.name: [{inner.name: held(inner)}]})
        for spec in kind.fields
        for inner in spec.fields
    ]


def held(spec: Field) -> Any:
    if spec.kind is Kind.EXPRESSION:
        return "credentials.key"
    return {"a": "credentials.key"} if spec.kind is Kind.FORMULAS else "{{ credentials.key }}"


@pytest.mark.parametrize(
    ("params", "is_about"), [({}, 0), ({"kind": "text"}, 0), ({"kind": KINDS[1]}, 1)]
)
def test_a_test_is_about_the_type_it_was_given_or_that_of_its_module(params, is_about) -> None:
    item: Any = SimpleNamespace(
        callspec=SimpleNamespace(params=params), module=SimpleNamespace(NODE=KINDS[0])
    )

    assert kind_of(item) is KINDS[is_about]


def test_a_type_without_tests_lacks_every_proof() -> None:
    kind = NodeType(
        type="test:any", title="Any", description="", category="test", run=lambda _: Result(),
        ports=(MAIN_PORT,), fields=catalogue().get("action:http").fields,
        examples=({"title": "One", "config": {}},),
    )  # fmt: skip

    row = node_pages.cells(kind, NOTHING)

    assert {name for name, cell in row.items() if cell != node_pages.MISSING} == {"page"}


@pytest.mark.parametrize(
    ("claim", "answer", "source", "counts"),
    [
        ("refusal", Failure("bad_input", "No."), "", True),
        ("refusal", Failure("node_crashed", "No."), "", False),
        ("refusal", Result(1), "", False),
        ("retryable", Failure("bad_input", "No."), "assert is_retryable", True),
        ("retryable", Failure("bad_input", "No."), "assert code", False),
        ("masking", Result("safe"), "", True),
        ("masking", Result("hunter2 is it"), "", False),
        ("masking", Failure("bad_input", "not hunter2"), "", False),
    ],
)
def test_a_claim_counts_only_if_it_was_seen(claim, answer, source, counts) -> None:
    given = Given(credentials={"key": secret_named("key", "hunter2")})

    assert is_seen(claim, Seen([(given, Tried(answer, [], {}))]), source) is counts
