"""A delivery that names a trace starts an execution of this trace, whether its sender waits or not."""

import pytest

from apps.executions.models import Execution
from tests.webhooks.deliveries import post
from tests.workflows.documents import edge, hook, node

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture(autouse=True)
def _inside(tenant, redis_server):
    """Everything here happens to the demo tenant."""


def asked(mode: str) -> dict:
    document = hook(path="orders", mode=mode)
    say = node("say", "action:formula", expression="trigger.body.n")
    return {"nodes": [document["nodes"][0], say], "edges": [edge("hook", "say")]}


@pytest.mark.parametrize(("mode", "status"), [("async", 202), ("sync", 200)])
def test_a_delivery_hands_its_trace_on(sender, live, mode: str, status: int) -> None:
    live(asked(mode))

    answers = [post(sender, "orders", {"n": n}, **headers) for n, headers in ((1, GIVEN), (2, {}))]

    first, second = Execution.objects.order_by("id")
    assert [answer.status_code for answer in answers] == [status, status]
    assert (first.trace, second.trace) == (TRACE, second.pk.hex)
