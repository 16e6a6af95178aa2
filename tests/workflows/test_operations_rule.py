"""The rules by which operations edit a document, held against the cases that the screen runs too.

Those that are `untyped` no caller with types can make; they come from outside alone.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.workflows import rules
from apps.workflows.rules import operations
from apps.workflows.rules.operations import OperationError

CASES = json.loads(
    (Path(__file__).parents[1] / "contracts/operations.json").read_text(encoding="utf-8")
)
CODES = {
    "operation_invalid",
    "node_unknown",
    "node_exists",
    "edge_unknown",
    "edge_exists",
    "edge_end_unknown",
    "pointer_invalid",
}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_case_that_both_languages_share(case: dict[str, Any]) -> None:
    before = copy.deepcopy(case)

    if "refusal" in case:
        with pytest.raises(OperationError) as refused:
            operations.apply(case["document"], case["operations"])
        found = {"code": refused.value.code, "index": refused.value.index}
        assert found == case["refusal"]
        assert refused.value.path.startswith(f"/{refused.value.index}")
    else:
        applied = operations.apply(case["document"], case["operations"])
        assert rules.is_same_document(applied.document, case["result"])
        assert applied.texts == case.get("workflow", {})
    assert case == before


def test_the_cases_show_every_operation_and_every_refusal() -> None:
    said = [each for case in CASES for each in case["operations"] if isinstance(each, dict)]

    assert {case["refusal"]["code"] for case in CASES if "refusal" in case} == CODES
    assert {each.get("op") for each in said} >= set(operations._FIELDS)


def test_a_batch_leaves_nothing_of_its_own_in_the_document() -> None:
    values = {"list": [1]}
    operation = {"op": "node.patch", "id": "a", "set": {"/data": values}}
    again = {"op": "node.patch", "id": "a", "set": {"/data/list/0": 2}}

    applied = operations.apply({"nodes": [{"id": "a"}]}, [operation, again])

    assert applied.document == {"nodes": [{"id": "a", "data": {"list": [2]}}], "edges": []}
    assert values == {"list": [1]}


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"op": "node.patch", "id": "a", "set": {"/id": 1}}, "/1/set/~1id"),
        ({"op": "node.patch", "id": "a", "unset": ["/x", "/id"]}, "/1/unset/1"),
        ({"op": "node.add", "node": {"id": "a"}}, "/1/node/id"),
        ({"op": "edge.add", "edge": {"id": "e", "source": "a", "target": "z"}}, "/1/edge/target"),
        ({"op": "node.move", "id": "a", "x": 1}, "/1/y"),
        ({"op": "workflow.patch", "set": {"name": ""}}, "/1/set/name"),
        ({"op": "what"}, "/1/op"),
    ],
)
def test_a_refusal_says_where_it_stands(operation, path) -> None:
    first = {"op": "node.move", "id": "a", "x": 1, "y": 1}

    with pytest.raises(OperationError) as refused:
        operations.apply({"nodes": [{"id": "a"}]}, [first, operation])

    assert refused.value.path == path


# --- what must hold of any document and any batch -----------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "", "a b", "edge-0", "edge-0-2", "edge-1"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | NAMES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
POINTERS = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            [
                "/data",
                "/config",
                "/a",
                "/0",
                "/1",
                "/-",
                "/id",
                "/position",
                "/settings",
                "/editor",
                "/variables",
                "/nodes",
                "/~0",
                "/~",
                "x",
                "/source",
                "/target",
                "/__proto__",
            ]
        ),
        max_size=4,
    ),
)
NODES = st.fixed_dictionaries({}, optional={"id": NAMES | SCALARS, "type": VALUES, "data": VALUES})
EDGES = st.fixed_dictionaries(
    {}, optional={"id": NAMES | SCALARS, "source": NAMES | VALUES, "target": NAMES, "label": VALUES}
)
DOCUMENTS = VALUES | st.fixed_dictionaries(
    {},
    optional={
        "nodes": st.lists(NODES | VALUES, max_size=6) | VALUES,
        "edges": st.lists(EDGES | VALUES, max_size=6) | VALUES,
        "settings": VALUES,
        "editor": VALUES,
    },
)
OPERATIONS = VALUES | st.fixed_dictionaries(
    {"op": st.sampled_from(sorted(operations._FIELDS))},
    optional={
        "id": NAMES | VALUES,
        "node": NODES | VALUES,
        "edge": EDGES | VALUES,
        "at": VALUES,
        "x": VALUES,
        "y": VALUES,
        "set": st.dictionaries(POINTERS | st.sampled_from(["name", "description"]), VALUES)
        | VALUES,
        "unset": st.lists(POINTERS, max_size=3) | VALUES,
    },
)
SENSIBLE = st.one_of(
    st.builds(lambda node: {"op": "node.add", "node": node}, NODES),
    st.builds(
        lambda name, x: {"op": "node.move", "id": name, "x": x, "y": 0}, NAMES, st.integers()
    ),
    st.builds(
        lambda name, kind, values: {"op": f"{kind}.patch", "id": name, "set": values},
        NAMES,
        st.sampled_from(["node", "edge"]),
        st.dictionaries(POINTERS, VALUES, max_size=2),
    ),
    st.builds(
        lambda name, kind: {"op": f"{kind}.remove", "id": name},
        NAMES,
        st.sampled_from(["node", "edge"]),
    ),
    st.builds(lambda edge: {"op": "edge.add", "edge": edge}, EDGES),
    st.builds(
        lambda values: {"op": "meta.patch", "set": values},
        st.dictionaries(POINTERS, VALUES, max_size=2),
    ),
)


def is_addressable(document: Any) -> bool:
    """Say whether every edge has an id of its own, so that an operation can name it."""
    listed = [each for each in document["edges"] if isinstance(each, dict)]
    names = [each.get("id") for each in listed]
    return all(isinstance(name, str) and name for name in names) and len(set(names)) == len(names)


@given(DOCUMENTS)
def test_every_edge_of_a_normalised_document_has_an_id_of_its_own(document) -> None:
    once = operations.normalised(document)

    assert is_addressable(once)
    assert repr(operations.normalised(once)) == repr(once)


@given(DOCUMENTS, st.lists(OPERATIONS | SENSIBLE, max_size=6))
def test_a_batch_is_applied_or_refused_by_its_code_and_never_touches_what_it_is_given(
    document, batch
) -> None:
    before = repr((document, batch))

    applied, code, index = {"edges": []}, "operation_invalid", 0
    try:
        applied = operations.apply(document, batch).document
    except OperationError as refusal:
        code, index = refusal.code, refusal.index

    assert is_addressable(applied)
    assert code in CODES
    assert 0 <= index <= max(0, len(batch) - 1)
    assert repr((document, batch)) == before


# How long a document takes to be drawn says how busy the machine is.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, st.lists(SENSIBLE, max_size=8))
def test_operations_one_by_one_lead_where_all_at_once_do(document, batch) -> None:
    step: Any = document
    fitting = []
    for operation in batch:
        try:
            step = operations.apply(step, [operation]).document
        except OperationError:
            continue
        fitting.append(operation)

    assert repr(operations.apply(document, fitting).document) == repr(operations.normalised(step))
