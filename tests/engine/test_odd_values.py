"""Whatever stands in a field of a document, the checker answers with problems and never falls over."""

from __future__ import annotations

import math

import pytest

from apps.engine.check import check
from apps.engine.fields import Field
from apps.engine.node import NodeType
from apps.engine.testing import problems_in
from apps.engine.value import Json
from apps.nodes import catalogue

ODD: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**400,
    -(10**400),
    1e308,
    math.inf,
    math.nan,
    "",
    " ",
    "\0",
    "\ud800",
    "x" * 3000,
    "{{ trigger }}",
    "{{",
    "9" * 400,
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    [],
    [[]],
    [None, 1, "", {}],
    [{"name": [], "when": {}, "equals": math.nan}],
    {},
    {"": None, "a": [{}]},
)
FIELDS = [(kind, spec) for kind in catalogue() for spec in kind.fields]


@pytest.mark.parametrize(
    ("kind", "spec"), FIELDS, ids=[f"{kind.type}.{spec.name}" for kind, spec in FIELDS]
)
def test_no_odd_value_of_a_field_breaks_the_check(kind: NodeType, spec: Field) -> None:
    for value in ODD:
        for found in problems_in(kind, {spec.name: value}):
            assert all(map(str, found))


@pytest.mark.parametrize("kind", list(catalogue()), ids=lambda kind: kind.type)
def test_no_odd_value_inside_a_list_of_objects_breaks_the_check(kind: NodeType) -> None:
    for spec in kind.fields:
        for inner in spec.fields:
            for value in ODD:
                for found in problems_in(kind, {spec.name: [{inner.name: value}]}):
                    assert all(map(str, found))


@pytest.mark.parametrize("name", ["on_error", "on_unknown", "retry", "disabled", "notes", "name"])
def test_no_odd_value_beside_the_config_breaks_the_check(name: str) -> None:
    for value in ODD:
        node: Json = {"id": "n", "type": "action:http", "data": {"config": {}, name: value}}
        check({"nodes": [node]}, catalogue())


@pytest.mark.parametrize(
    "key",
    ["attempts", "backoff", "first_wait_s", "longest_wait_s", "multiplier", "retry_on", "statuses"],
)
def test_no_odd_value_of_a_retry_setting_breaks_the_check(key: str) -> None:
    for value in ODD:
        data: Json = {"config": {"url": "https://a.b"}, "retry": {key: value}}
        check({"nodes": [{"id": "n", "type": "action:http", "data": data}]}, catalogue())


@pytest.mark.parametrize(
    "name", ["timeout_s", "timezone", "on_missing", "max_concurrency", "error_workflow_id"]
)
def test_no_odd_value_of_a_setting_breaks_the_check(name: str) -> None:
    for value in ODD:
        check({"nodes": [], "edges": [], "settings": {name: value}}, catalogue())
