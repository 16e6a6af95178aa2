"""Small workflows that would make very large values: they fail at the node that goes too far, in bounded work."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from apps.engine.builder import Builder
from apps.engine.outcome import Outcome
from apps.engine.program import Program, load
from apps.engine.runner import Trial, run
from apps.engine.testing import in_memory_ports
from apps.engine.value import Json, Limits, NodeId, size_bytes
from apps.engine.weight import omitted
from apps.nodes import catalogue

MB = 1_000_000
LEFT_OUT = omitted(Limits().input_stored_bytes)


class Counted(list[Json]):
    """A list that knows how often somebody went through it."""

    visits = 0

    def __iter__(self) -> Iterator[Json]:
        self.visits += 1
        return super().__iter__()


def doubling(count: int) -> Program:
    #  t ──► n0 ──► n1 ──► …    each holds the one before twice
    builder = Builder().node("t", "trigger:manual")
    before = "{{ trigger }}"
    for number in range(count):
        builder.then(f"n{number}", "action:set", values={"a": before, "b": before})
        before = f"{{{{ steps.n{number} }}}}"
    return load(builder.build(), catalogue())


def one(kind: str, **config: Json) -> Program:
    #  t ──► n
    builder = Builder().node("t", "trigger:manual").then("n", kind, **config)
    return load(builder.build(), catalogue())


def played(program: Program, payload: Json, trial: Trial | None = None) -> Outcome:
    return run(program, NodeId("t"), payload, in_memory_ports(), trial or Trial())


@pytest.mark.parametrize("is_dry", [False, True])
def test_a_value_that_doubles_at_each_node_ends_where_it_is_too_large(*, is_dry: bool) -> None:
    leaf = Counted([1])
    tracemalloc.start()

    outcome = played(doubling(30), {"s": leaf}, Trial(is_dry=is_dry))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.error is not None
    # It would be 2^20 times {"s":[1]} and as many objects around it: more than 10 MiB.
    assert (outcome.error["code"], outcome.error["node"]) == ("input_too_large", "n19")
    assert peak < 20 * MB
    # Only what is stored is copied part by part, and that is a quarter of a megabyte for each node.
    assert leaf.visits < 200_000


def test_one_value_in_thousands_of_places_ends_at_the_eleventh_megabyte() -> None:
    program = one("action:set", values={f"k{i}": "{{ trigger.s }}" for i in range(2000)})
    tracemalloc.start()

    outcome = played(program, {"s": "x" * MB})

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.error is not None
    assert (outcome.error["code"], outcome.error["node"]) == ("input_too_large", "n")
    assert peak < 5 * MB


def test_the_bound_holds_for_all_fields_of_a_node_together() -> None:
    program = one("action:respond", headers={"A": "{{ trigger }}"}, body="{{ trigger }}")

    fits = played(program, "x" * 98, Trial(limits=Limits(input_bytes=200)))
    fails = played(program, "x" * 99, Trial(limits=Limits(input_bytes=200)))

    assert str(fits.status) == "completed"
    assert fails.error is not None
    assert fails.error["code"] == "input_too_large"


def test_formulas_of_one_node_make_no_more_together_than_an_output_holds() -> None:
    program = one("action:transform", mapping={f"k{i}": "trigger + 'x'" for i in range(2000)})
    tracemalloc.start()

    outcome = played(program, "x" * MB)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.error is not None
    assert outcome.error["code"] == "output_too_large"
    assert peak < 20 * MB


def test_of_a_large_input_the_small_fields_are_stored() -> None:
    values = {"a": "{{ trigger }}"}
    program = one("action:set", values=values, keep_input=True)

    large = played(program, "x" * 262_144)
    small = played(program, "x" * 262_000)

    assert str(large.status) == "completed"
    assert large.output == {"a": "x" * 262_144}
    shown = large.facts()["steps"]
    assert isinstance(shown, dict)
    assert large.steps["n"].input["values"] == LEFT_OUT
    assert large.steps["n"].input["keep_input"] is True
    assert small.steps["n"].input["values"] == {"a": "x" * 262_000}


def test_the_outputs_of_many_leaves_make_one_output_of_bounded_size() -> None:
    #  t ──► n0
    #  t ──► n1 …
    builder = Builder().node("t", "trigger:manual")
    for number in range(20):
        builder.after("t").then(f"n{number}", "action:formula", expression="trigger")

    outcome = played(load(builder.build(), catalogue()), "x" * MB)

    assert isinstance(outcome.output, dict)
    assert list(outcome.output) == [f"n{number}" for number in range(20)]
    assert [value == "x" * MB for value in outcome.output.values()] == [True] * 10 + [False] * 10
    assert outcome.output["n10"] == omitted(Limits().output_bytes)


def test_what_a_dry_run_shows_is_bounded_the_end_before_the_steps() -> None:
    #  t ──► n0 ──► n1 ──► …
    builder = Builder().node("t", "trigger:manual")
    for number in range(10):
        builder.then(f"n{number}", "action:formula", expression="trigger")
    outcome = played(load(builder.build(), catalogue()), "x" * MB, Trial(is_dry=True))

    facts = outcome.facts(3 * MB)

    steps = facts["steps"]
    assert isinstance(steps, dict)
    assert str(outcome.status) == "completed"
    assert facts["output"] == "x" * MB
    assert [step["output"] == "x" * MB for step in steps.values()] == [True] + [False] * 10
    assert steps["n9"]["output"] == omitted(3 * MB)
    assert size_bytes(facts) < 4 * MB


def test_a_dry_run_holds_so_many_new_outputs_and_no_more() -> None:
    #  t ──► n0 ──► n1 ──► …    each makes ten megabytes of its own
    builder = Builder().node("t", "trigger:manual")
    for number in range(8):
        builder.then(f"n{number}", "action:set", values={"a": "{{ trigger }}" * 10})
    program = load(builder.build(), catalogue())

    dry = played(program, "x" * MB, Trial(is_dry=True))
    real = played(program, "x" * MB)

    assert dry.error is not None
    assert (dry.error["code"], dry.error["node"]) == ("dry_run_too_large", "n6")
    assert str(real.status) == "completed"
