"""Random documents of real nodes, settled in random orders: what comes of them is always the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.builder import Builder
from apps.engine.outcome import Outcome
from apps.engine.program import load
from apps.engine.runner import Trial, run
from apps.engine.testing import in_memory_ports
from apps.engine.value import Json, NodeId, StepKey
from apps.nodes import catalogue


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Json]:
    """Documents in which no step can end the execution early."""
    builder = Builder().node("n0", "trigger:manual")
    ports: dict[str, tuple[str, ...]] = {"n0": ("main",)}
    for number in range(1, draw(st.integers(1, 10))):
        name = f"n{number}"
        kind = draw(st.sampled_from(["set", "if", "merge", "delay", "broken"]))
        ports[name] = ("true", "false") if kind == "if" else ("main",)
        add(builder, name, kind, number)
        sources = list(ports)[:-1]
        for source in draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True)):
            builder.edge(source, name, draw(st.sampled_from(ports[source])))
    return builder.build()


def add(builder: Builder, name: str, kind: str, number: int) -> None:
    match kind:
        case "set":
            builder.node(name, "action:set", values={"by": name, "from": "{{ input ?? null }}"})
        case "if":
            builder.node(name, "control:if", condition=f"trigger.n > {number}")
        case "merge":
            builder.node(name, "control:merge")
        case "delay":
            builder.node(name, "control:delay", duration=f"{number % 3}m")
        case "broken":
            builder.node(name, "action:formula", expression="1 / 0").data(on_error="continue")


def played(document: dict[str, Json], payload: Json, pick: st.DataObject | None) -> Outcome:
    def any_one(keys: Sequence[StepKey]) -> StepKey:
        return pick.draw(st.sampled_from(keys)) if pick is not None else keys[0]

    program = load(document, catalogue())
    return run(program, NodeId("n0"), payload, in_memory_ports(), Trial(order=any_one))


@settings(max_examples=150, deadline=None)
@given(document=documents(), number=st.integers(0, 10), pick=st.data())
def test_statuses_outputs_and_errors_do_not_depend_on_the_order(
    document: dict[str, Json], number: int, pick: st.DataObject
) -> None:
    plain, other = (played(document, {"n": number}, choice) for choice in (None, pick))

    def facts(outcome: Outcome) -> dict[str, Any]:
        return {**outcome.facts(), "path": sorted(outcome.path)}

    assert facts(other) == facts(plain)
    assert plain.status == "completed"
