"""A trace goes on: from the call that starts an execution into what it calls, and into what it starts."""

import logging
import re
from uuid import UUID

import pytest

from apps.core import request_context
from apps.executions.models import Execution
from apps.tenants import facade as tenants
from tests.callers import make_caller
from tests.executions.makers import (
    begin,
    call,
    callee,
    chain,
    execution,
    make_version,
    published,
    steps,
    work_until_ended,
)
from tests.executions.test_calls import calls, children_of
from tests.executions.test_error_workflow import BAD, TELLING, heard, naming

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
OTHER = "0af7651916cd43dd8448eb211c80319c"
FINE = ("fine", "control:no_op", {})


@pytest.fixture
def tenant(demo, redis_server):
    return tenants.by_slug("demo")


def traced(version, trace_id: str = TRACE) -> UUID:
    """Begin an execution within a request whose caller has named a trace."""
    with request_context.bound(trace_id=trace_id):
        return begin(version)


def said(step) -> str:
    """What the far side heard of a step's trace."""
    return step.output["body"]["headers"]["traceparent"]


def test_what_a_traced_call_starts_is_shown_with_its_trace(tenant) -> None:
    owner = make_caller(tenant, "owner")
    workflow_id = published(chain(FINE))

    begun = owner.post(f"/workflows/{workflow_id}/execute", {}, **GIVEN).json()["execution_id"]
    other = owner.post(f"/workflows/{workflow_id}/execute", {}).json()["execution_id"]

    assert owner.get(f"/executions/{begun}").json()["trace_id"] == TRACE
    assert owner.get(f"/executions/{other}").json()["trace_id"] == UUID(other).hex
    assert {row["id"]: row["trace_id"] for row in owner.get("/executions").json()["results"]} == {
        begun: TRACE,
        other: UUID(other).hex,
    }


@pytest.mark.parametrize("given", ["", f"00-{TRACE}", f"00-{TRACE}-00f067aa0ba902b7-01-x"])
def test_a_trace_that_is_named_wrongly_is_none(tenant, given: str) -> None:
    owner = make_caller(tenant, "owner")
    workflow_id = published(chain(FINE))

    begun = owner.post(f"/workflows/{workflow_id}/execute", {}, traceparent=given).json()

    assert execution(begun["execution_id"]).trace_id is None


def test_its_calls_carry_the_trace_each_step_with_a_span_of_its_own(tenant, receiver) -> None:
    url = f"{receiver.url}/echo"
    mine = {"headers": {"Traceparent": "00-mine"}}
    definition = chain(
        ("one", "action:http", call(url)),
        ("two", "action:http", call(url)),
        ("own", "action:http", call(url, **mine)),
    )

    ended = work_until_ended(traced(make_version(definition)))

    made = steps(ended.pk)
    heard_of = [said(made[name]) for name in ("one", "two")]
    assert all(re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", each) for each in heard_of)
    assert len(set(heard_of)) == 2
    assert said(made["own"]) == "00-mine"


def test_without_a_caller_that_names_one_an_executions_own_id_is_its_trace(
    tenant, receiver
) -> None:
    definition = chain(("one", "action:http", call(f"{receiver.url}/echo")))

    ended = work_until_ended(begin(make_version(definition)))

    assert ended.trace_id is None
    assert said(steps(ended.pk)["one"]).startswith(f"00-{ended.pk.hex}-")


def test_what_is_called_and_what_hears_of_a_failure_belong_to_the_trace_of_their_cause(
    tenant,
) -> None:
    telling = callee(TELLING, kind="error")
    parent = traced(make_version(chain(calls(callee(FINE)))))
    failing = traced(make_version(naming(telling, BAD)), OTHER)
    alone = begin(make_version(chain(calls(callee(FINE)))))
    for each in (parent, failing, alone):
        work_until_ended(each)

    assert [each.trace for each in children_of(parent)] == [TRACE]
    assert [each.trace for each in heard(telling)] == [OTHER]
    assert [each.trace for each in children_of(alone)] == [alone.hex]


def test_a_worker_gives_the_trace_of_one_execution_to_no_other(tenant) -> None:
    version = make_version(chain(FINE))
    begun = [traced(version), begin(version), traced(version, OTHER), begin(version)]
    for each in begun:
        work_until_ended(each)

    assert [execution(each).trace for each in begun] == [
        TRACE,
        begun[1].hex,
        OTHER,
        begun[3].hex,
    ]
    assert "trace_id" not in request_context.fields()
    assert Execution.objects.filter(trace_id=None).count() == 2


def test_the_lines_of_an_execution_carry_its_trace(tenant, caplog) -> None:
    with caplog.at_level(logging.INFO, logger="apps.executions.lines"):
        work_until_ended(traced(make_version(chain(FINE))))

    assert [
        (each.message, each.trace_id) for each in caplog.records if "execution." in each.message
    ] == [
        ("execution.started", TRACE),
        ("execution.finished", TRACE),
    ]
