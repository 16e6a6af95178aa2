"""What fails too often is left alone for a while, by everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.engine.builder import Builder
from apps.engine.container import Open
from apps.engine.node import Wait
from apps.engine.outcome import Outcome
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.render import Facts
from apps.engine.runner import DAWN, Trial, run
from apps.engine.state import Reason
from apps.engine.testing import (
    FakeCircuits,
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue
from apps.nodes.control_circuit_breaker.node import NODE


class Service:
    """A service that answers with one status, and a tenant's circuits."""

    def __init__(self, status: int = 500) -> None:
        self.status = status
        self.calls = 0
        self.circuits = FakeCircuits()
        self.executions = 0

    def answer(self, _request: HttpRequest) -> HttpReply:
        self.calls += 1
        return HttpReply(self.status, {}, b"")

    def asked(self, *, workflow: str = "w", **config: Json) -> Outcome:
        #  t ──► breaker ──body──► call
        #           └──done──► say
        builder = Builder().node("t", "trigger:manual")
        builder.then("breaker", "control:circuit_breaker", **config)
        builder.then("call", "action:http", port="body", method="POST", url="https://a.b/")
        builder.after("breaker").then(
            "say", "action:formula", port="done", expression="steps.breaker.status_code"
        )
        program = load(builder.build(), catalogue())
        self.executions += 1
        facts = Facts(execution_id=f"e{self.executions}", workflow_id=workflow)
        ports = in_memory_ports(self.answer, circuits=self.circuits)
        return run(program, NodeId("t"), None, ports, Trial(facts=facts))

    def later(self, seconds: float) -> None:
        self.circuits.clock.moment += timedelta(seconds=seconds)


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_what_succeeds_is_gone_through_and_gives_out_what_it_said() -> None:
    outcome = Service(200).asked()

    assert (outcome.status, outcome.output) == ("completed", 200)


@pytest.mark.proves("refusal", "retryable")
def test_after_enough_failures_in_a_row_the_body_is_left_alone() -> None:
    service = Service()
    outcomes = [service.asked(name="pay", max_failures=2) for _ in range(4)]

    assert [outcome.error["code"] for outcome in outcomes] == [
        "http_status",
        "http_status",
        "circuit_open",
        "circuit_open",
    ]
    assert service.calls == 2
    tried = try_node(NODE, {"name": "pay"}, Given(circuits=service.circuits))
    assert (tried.answer.code, tried.answer.is_retryable) == ("circuit_open", True)


def test_all_workflows_share_a_name_and_without_one_a_node_is_for_itself() -> None:
    named, unnamed = Service(), Service()
    for workflow in ("w1", "w2"):
        named.asked(workflow=workflow, name="pay", max_failures=1)
        unnamed.asked(workflow=workflow, max_failures=1)
        unnamed.asked(workflow=workflow, max_failures=1)

    assert (named.calls, unnamed.calls) == (1, 2)


def test_after_its_rest_it_is_tried_and_one_success_more_lets_everybody_through() -> None:
    service = Service()
    service.asked(max_failures=1, open_s=30, probes=1)
    service.status = 200
    service.later(29)
    refused = service.asked(max_failures=1, open_s=30, probes=1)
    service.later(1)
    outcomes = [service.asked(max_failures=1, open_s=30, probes=1) for _ in range(2)]

    assert refused.error["code"] == "circuit_open"
    assert [outcome.status for outcome in outcomes] == ["completed", "completed"]
    assert service.calls == 3


def test_it_waits_until_it_may_be_tried_if_its_author_wants_that() -> None:
    service = Service()
    service.asked(name="pay", max_failures=1, open_s=30)

    tried = try_node(NODE, {"name": "pay", "on_open": "wait"}, Given(circuits=service.circuits))

    assert tried.answer == Wait(until=DAWN + timedelta(seconds=30), reason=Reason.CIRCUIT_OPEN)
    service.later(30)
    woken = Given(circuits=service.circuits, woken=Reason.CIRCUIT_OPEN)
    assert isinstance(try_node(NODE, {"name": "pay", "on_open": "wait"}, woken).answer, Open)


@pytest.mark.proves("fault")
def test_it_waits_no_longer_than_its_author_wants() -> None:
    service = Service()
    service.asked(name="pay", max_failures=1, open_s=30)
    config = {"name": "pay", "on_open": "wait", "longest_wait_s": 29}

    tried = try_node(NODE, config, Given(circuits=service.circuits))

    assert tried.answer.code == "circuit_open"


def test_a_failure_inside_is_that_of_the_node() -> None:
    outcome = Service().asked()

    assert (outcome.status, outcome.error["node"]) == ("failed", "call")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"name": "x" * 101}, ("name", "field_length")),
        ({"name": "{{ trigger.name }}"}, ("name", "field_literal")),
        ({"max_failures": 0}, ("max_failures", "field_range")),
        ({"max_failures": "{{ trigger.n }}"}, ("max_failures", "field_literal")),
        ({"failure_ratio": 0}, ("failure_ratio", "field_range")),
        ({"window": 101}, ("window", "field_range")),
        ({"window": 1.5}, ("window", "field_type")),
        ({"open_s": 0}, ("open_s", "field_range")),
        ({"probes": 0}, ("probes", "field_range")),
        ({"on_open": "sing"}, ("on_open", "field_choice")),
        ({"on_open": "wait", "longest_wait_s": 0}, ("longest_wait_s", "field_range")),
    ],
)
def test_every_field_is_refused_where_it_is_wrong(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
