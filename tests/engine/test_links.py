"""Which step the address of a waiting node leads back to."""

import pytest

from apps import nodes
from apps.engine.builder import Builder
from apps.engine.expressions import ExpressionError
from apps.engine.links import StepLinks, nowhere
from apps.engine.program import Program, load
from apps.engine.value import StepKey


def address(key: StepKey) -> str:
    return f"to:{key}"


@pytest.fixture(scope="module")
def program() -> Program:
    """
    start ──► tell ──► outer ──► loop ──body──► inside ──► inner
    """
    document = (
        Builder()
        .node("start", "trigger:manual")
        .node("tell", "action:set", fields={"a": "{{ resumeUrl('outer') }}"})
        .node("outer", "control:wait_for_webhook")
        .node("loop", "control:loop", source=[1, 2])
        .node("inside", "control:no_op")
        .node("inner", "control:approval", title="Go on?")
        .edge("start", "tell")
        .edge("tell", "outer")
        .edge("outer", "loop")
        .edge("loop", "inside", "body")
        .edge("inside", "inner")
        .build()
    )
    return load(document, nodes.catalogue())


def test_outside_of_every_container_it_is_the_one_step_of_the_node(program) -> None:
    links = StepLinks(program, StepKey("tell"), address)

    assert links.url_of("outer") == "to:outer"


def test_inside_of_a_pass_it_is_the_step_of_this_pass_or_of_what_lies_around(program) -> None:
    links = StepLinks(program, StepKey("loop[1]/inside"), address)

    assert links.url_of("inner") == "to:loop[1]/inner"
    assert links.url_of("outer") == "to:outer"


def test_a_node_that_waits_inside_of_a_container_has_no_address_outside(program) -> None:
    with pytest.raises(ExpressionError) as refused:
        StepLinks(program, StepKey("tell"), address).url_of("inner")

    assert refused.value.code == "out_of_sight"


@pytest.mark.parametrize("name", ["loop", "start", "nobody", "x" * 500])
def test_only_a_node_that_waits_for_somebody_has_an_address(program, name) -> None:
    with pytest.raises(ExpressionError) as refused:
        StepLinks(program, StepKey("tell"), address).url_of(name)

    assert refused.value.code == "not_waiting"


def test_in_memory_addresses_lead_nowhere() -> None:
    assert nowhere(StepKey("wait")) == "https://gorax.invalid/webhooks/-/wait"
