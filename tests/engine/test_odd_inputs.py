"""Whatever a value becomes while a node runs, the node answers or fails with a code; it never falls over."""

from __future__ import annotations

import pytest

from apps.engine.failure import Failure
from apps.engine.fields import Kind
from apps.engine.graph import Effect
from apps.engine.node import NodeType
from apps.engine.problem import DocumentError
from apps.engine.testing import Given, try_node
from apps.engine.value import Json
from apps.nodes import catalogue

ODD: tuple[Json, ...] = (
    None, True, 0, -1, 1.5, 10**400, 1e308, "", " ", "x" * 3000, "\ud800", "\0", "{{ trigger }}", "-", "$", "&#x;",
    "<a>", "a,b\n1", [], [[]], [None, 1, "", {}], [{"a": 1}, {"a": "x"}, {"a": None}, {"a": [1]}, 7], {}, {"": None}, {"a": [{}]},
    {"text": 1, "path": 2, "name": 3}, [10**400, -1e308, True, "a"],
)  # fmt: skip
KINDS = [kind for kind in catalogue() if kind.run is not None and kind.effect is Effect.PURE]
LITERAL = {Kind.TEXT, Kind.CREDENTIAL, Kind.FORMULAS}


def answer_to(kind: NodeType, config: dict[str, Json], value: Json) -> object:
    """Return the answer; None if the config is refused before it runs."""
    try:
        return try_node(kind, config, Given(trigger=value, inputs={"before": value})).answer
    except DocumentError:
        return None


def crashes(kind: NodeType, config: dict[str, Json]) -> list[str]:
    answers = ((value, answer_to(kind, config, value)) for value in ODD)
    return [
        f"{config} given {value!r:.80}"
        for value, answer in answers
        if isinstance(answer, Failure) and answer.code == "node_crashed"
    ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_no_odd_input_breaks_a_node(kind: NodeType) -> None:
    assert [
        crash for example in kind.examples for crash in crashes(kind, dict(example["config"]))
    ] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_no_odd_value_of_a_field_breaks_a_node(kind: NodeType) -> None:
    configs = [
        {**example["config"], spec.name: "trigger" if spec.kind is Kind.EXPRESSION else "{{ trigger }}"}
        for example in kind.examples
        for spec in kind.fields
        if spec.kind not in LITERAL
    ]  # fmt: skip

    assert [crash for config in configs for crash in crashes(kind, config)] == []
