"""Test runs of a draft: pinned outputs, one node, up to a node, from a node."""

from uuid import UUID

import pytest

from apps.dispatch.models import Ticket
from apps.executions.models import Execution
from apps.executions.services.blobs import OwnedBlobs
from apps.executions.services.doctor import examine
from apps.tenants import facade as tenants
from apps.workflows.models import Pin, Workflow, WorkflowVersion
from apps.workflows.services import pins
from tests.callers import make_caller
from tests.executions.makers import call, chain, edges, nodes, paths, steps, work_until_ended

FIRST = ("first", "action:formula", {"config": {"expression": "trigger.a + 1"}})
LAST = ("last", "action:formula", {"config": {"expression": "steps.call.n * 10"}})
AFTER = ("after", "action:formula", {"config": {"expression": "steps.last + 1"}})


@pytest.fixture
def owner(demo, redis_server):
    return make_caller(tenants.current(), "owner")


@pytest.fixture
def workflow(owner, receiver) -> str:
    """start > first > call > last > after"""
    document = chain(FIRST, ("call", "action:http", call(f"{receiver.url}/ok")), LAST, AFTER)
    return owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]


def pin(caller, workflow: str, node_id: str, output, **more) -> None:
    answer = caller.call("PUT", f"/workflows/{workflow}/pins/{node_id}", {"output": output, **more})
    assert answer.status_code == 200, answer.json()


def tried(caller, workflow: str, **body) -> Execution:
    """A test run of the draft, at its end."""
    answer = caller.post(f"/workflows/{workflow}/execute", {"draft": True, **body})
    assert answer.status_code == 202, answer.json()
    return work_until_ended(UUID(answer.json()["execution_id"]))


def refused(caller, workflow: str, **body) -> tuple[int, str, str]:
    answer = caller.post(f"/workflows/{workflow}/execute", {"draft": True, **body})
    assert (Execution.objects.count(), Ticket.objects.count()) == (0, 0)
    said = answer.json()
    return answer.status_code, said["code"], said["detail"]


def shown(caller, of: Execution) -> dict[str, tuple[str, bool, bool]]:
    """By node as the API says it: status, pinned, taken over."""
    said = caller.get(f"/executions/{of.pk}?include=steps").json()
    return {
        step["node_id"]: (step["status"], step["is_pinned"], step["copied_from"] is not None)
        for step in said["steps"]
    }


RAN, PINNED, KEPT = (
    ("completed", False, False),
    ("completed", True, False),
    ("completed", False, True),
)


def test_a_pinned_node_does_not_run_and_its_step_says_so(owner, workflow, receiver) -> None:
    pin(owner, workflow, "call", {"n": 4})

    ended = tried(owner, workflow, input={"a": 1})

    assert (ended.status, ended.output) == ("completed", 41)
    assert shown(owner, ended) == {
        "start": RAN,
        "first": RAN,
        "call": PINNED,
        "last": RAN,
        "after": RAN,
    }
    assert owner.get(f"/executions/{ended.pk}").json()["pinned"] == ["call"]
    assert paths(receiver) == []
    assert examine() == []


def test_a_published_version_knows_no_pins(owner, workflow, receiver) -> None:
    pin(owner, workflow, "call", {"n": 4})
    owner.post(f"/workflows/{workflow}/publish")
    owner.post(f"/workflows/{workflow}/activate")

    answer = owner.post(f"/workflows/{workflow}/execute", {"input": {"a": 1}})
    ended = work_until_ended(UUID(answer.json()["execution_id"]))

    assert ended.pins is None
    assert paths(receiver) == ["/ok"]
    assert "pins" not in WorkflowVersion.objects.get(number=1).definition


def test_a_pin_may_leave_by_another_port(owner, receiver) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("if", "control:if", {"config": {"condition": "true"}}),
            ("yes", "action:formula", {"config": {"expression": "1"}}),
            ("no", "action:formula", {"config": {"expression": "2"}}),
        ),
        "edges": edges("start>if", "if:true>yes", "if:false>no"),
    }
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    pin(owner, workflow, "if", {"result": False}, port="false")

    assert tried(owner, workflow).output == 2


def test_a_pin_in_a_loop_stands_for_every_pass(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "[1, 2, 3]"}}),
            ("inner", "action:formula", {"config": {"expression": "item / 0"}}),
            ("sum", "action:formula", {"config": {"expression": "size(steps.loop.iterations)"}}),
        ),
        "edges": edges("start>loop", "loop:body>inner", "loop:done>sum"),
    }
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    pin(owner, workflow, "inner", 7)

    ended = tried(owner, workflow)

    assert (ended.status, ended.output) == ("completed", 3)
    assert steps(ended.pk)["inner"].output == 7


def test_only_one_node_runs_with_what_is_pinned_before_it(owner, workflow, receiver) -> None:
    pin(owner, workflow, "first", 1)
    pin(owner, workflow, "call", {"n": 2})
    pin(owner, workflow, "last", "it is asked for, so it runs")

    ended = tried(owner, workflow, part="only", node_id="last")

    assert (ended.status, ended.output) == ("completed", 20)
    assert (ended.start_at, ended.stop_at) == ("last", ["last"])
    assert shown(owner, ended) == {
        "start": RAN,
        "first": PINNED,
        "call": PINNED,
        "last": RAN,
    }
    assert paths(receiver) == []


def test_up_to_a_node_nothing_after_it_runs(owner, workflow, receiver) -> None:
    pin(owner, workflow, "call", {"n": 3})

    ended = tried(owner, workflow, part="until", node_id="last", input={"a": 1})

    assert (ended.status, ended.output) == ("completed", 30)
    assert list(shown(owner, ended)) == ["start", "first", "call", "last"]


def test_from_a_node_the_data_of_an_earlier_execution_goes_on(owner, workflow, receiver) -> None:
    pin(owner, workflow, "call", {"n": 5})
    first = tried(owner, workflow, input={"a": 1})
    pins.unpin(UUID(workflow), "call")

    ended = tried(owner, workflow, part="from", node_id="last", execution_id=str(first.pk))

    assert (ended.status, ended.output, ended.trigger) == ("completed", 51, {"a": 1})
    assert shown(owner, ended) == {
        "start": RAN,
        "first": KEPT,
        "call": KEPT,
        "last": RAN,
        "after": RAN,
    }
    assert paths(receiver) == []
    assert examine() == []


def test_a_pin_goes_before_what_the_earlier_execution_had(owner, workflow) -> None:
    pin(owner, workflow, "call", {"n": 5})
    first = tried(owner, workflow, input={"a": 1})
    pin(owner, workflow, "call", {"n": 6})

    ended = tried(owner, workflow, part="only", node_id="last", execution_id=str(first.pk))

    assert ended.output == 60
    assert shown(owner, ended)["first"] == KEPT
    assert shown(owner, ended)["call"] == PINNED


def test_a_branch_that_leads_elsewhere_does_not_run_from_a_node(owner, receiver) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            FIRST,
            ("wanted", "action:formula", {"config": {"expression": "steps.first + 1"}}),
            ("other", "action:http", call(f"{receiver.url}/ok")),
        ),
        "edges": edges("start>first", "first>wanted", "start>other"),
    }
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    pin(owner, workflow, "first", 1)

    ended = tried(owner, workflow, part="from", node_id="wanted")

    assert (ended.output, list(shown(owner, ended))) == (2, ["start", "first", "wanted"])
    assert paths(receiver) == []


def test_what_is_missing_before_a_node_is_named(owner, workflow) -> None:
    pin(owner, workflow, "call", {"n": 5})

    status, code, detail = refused(owner, workflow, part="only", node_id="last")

    assert (status, code, detail) == (422, "data_missing", "There is no output of “first”.")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"part": "only", "node_id": "nowhere"}, 422, "node_unknown"),
        ({"part": "only", "node_id": "start"}, 422, "node_unknown"),
        ({"part": "only"}, 422, "invalid"),
        ({"node_id": "last"}, 422, "invalid"),
        ({"part": "only", "node_id": "last", "draft": False}, 422, "invalid"),
        ({"part": "before", "node_id": "last"}, 422, "invalid"),
        ({"execution_id": "01a22980-38aa-71dc-89d3-f935d7e9b730", "draft": False}, 422, "invalid"),
        ({"execution_id": "01a22980-38aa-71dc-89d3-f935d7e9b730"}, 404, "execution_not_found"),
        (
            {
                "part": "only",
                "node_id": "last",
                "execution_id": "01a22980-38aa-71dc-89d3-f935d7e9b730",
            },
            404,
            "execution_not_found",
        ),
    ],
)
def test_a_part_that_is_none_is_refused_and_starts_nothing(
    owner, workflow, body, status, code
) -> None:
    assert refused(owner, workflow, **body)[:2] == (status, code)


def test_all_of_a_draft_starts_with_the_data_of_an_earlier_execution(owner, workflow) -> None:
    pin(owner, workflow, "call", {"n": 5})
    first = tried(owner, workflow, input={"a": 1, "large": 2**60})

    again = tried(owner, workflow, execution_id=str(first.pk))
    other = tried(owner, workflow, execution_id=str(first.pk), input={"a": 2})

    assert again.trigger == {"a": 1, "large": 2**60}
    assert shown(owner, again)["first"] == RAN
    assert other.trigger == {"a": 2}


def test_all_of_a_draft_reads_the_files_that_came_with_the_data(owner, workflow) -> None:
    pin(owner, workflow, "call", {"n": 5})
    first = tried(owner, workflow, input={"a": 1})
    with OwnedBlobs(tenants.current().schema, first.pk).create("text/plain", "a.txt") as writer:
        writer.write(b"what came in")
        came = writer.finish()
    # As a delivery with a file begins.
    Execution.objects.filter(pk=first.pk).update(trigger={"a": 1, "file": came.reference})

    again = tried(owner, workflow, execution_id=str(first.pk))

    assert again.trigger == {"a": 1, "file": came.reference}
    assert owner.get(f"/executions/{again.pk}/blobs/{came.id}").status_code == 200


def test_data_that_the_form_takes_no_more_is_refused_to_all_of_a_draft(owner) -> None:
    document = chain(FIRST)
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()
    first = tried(owner, workflow["id"], input={"a": 1})
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    document["nodes"][0]["data"]["config"] = {"input_schema": schema}
    changed = owner.call(
        "PATCH",
        f"/workflows/{workflow['id']}",
        {"definition": document},
        **{"If-Match": '"1"'},
    )
    assert changed.status_code == 200, changed.json()

    answer = owner.post(
        f"/workflows/{workflow['id']}/execute", {"draft": True, "execution_id": str(first.pk)}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert answer.json()["errors"][0]["path"].startswith("/input/a")


def test_the_data_of_another_workflow_is_refused(owner, workflow) -> None:
    other = owner.post("/workflows", {"name": "o", "definition": chain(FIRST)}).json()["id"]
    theirs = tried(owner, other, input={"a": 1})

    answer = owner.post(
        f"/workflows/{workflow}/execute",
        {"draft": True, "part": "only", "node_id": "last", "execution_id": str(theirs.pk)},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "other_workflow")


def test_a_retry_of_a_part_is_the_same_part_with_the_same_pins(owner, workflow) -> None:
    pin(owner, workflow, "call", {"n": 5})
    first = tried(owner, workflow, part="until", node_id="last", input={"a": 1})
    pin(owner, workflow, "call", {"n": 6})

    answer = owner.post(f"/executions/{first.pk}/retry", {})
    again = work_until_ended(UUID(answer.json()["execution_id"]))

    assert (again.output, again.stop_at) == (50, ["last"])


def test_pins_are_listed_replaced_and_removed(owner, workflow) -> None:
    pin(owner, workflow, "last", [1])
    pin(owner, workflow, "call", None, port="main")
    pin(owner, workflow, "last", [1, 2])

    listed = owner.get(f"/workflows/{workflow}/pins").json()

    assert [
        (each["node_id"], each["output"], each["size_bytes"]) for each in listed["results"]
    ] == [
        ("call", None, 4),
        ("last", [1, 2], 5),
    ]
    assert (listed["next"], listed["previous"]) == (None, None)
    assert owner.delete(f"/workflows/{workflow}/pins/last").status_code == 204
    gone = owner.delete(f"/workflows/{workflow}/pins/last")
    assert (gone.status_code, gone.json()["code"]) == (404, "pin_not_found")
    assert [each.node_id for each in Pin.objects.all()] == ["call"]


@pytest.mark.parametrize(
    ("node_id", "code"), [("gone", "node_unknown"), ("start", "trigger_not_pinnable")]
)
def test_what_does_not_run_is_not_pinned(owner, workflow, node_id, code) -> None:
    answer = owner.call("PUT", f"/workflows/{workflow}/pins/{node_id}", {"output": 1})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Pin.objects.count() == 0


def test_pins_are_bounded_one_by_one_and_together(owner, workflow, monkeypatch) -> None:
    monkeypatch.setattr(pins, "LARGEST_BYTES", 10)
    monkeypatch.setattr(pins, "MOST_BYTES", 15)
    path = f"/workflows/{workflow}/pins"
    pin(owner, workflow, "call", "12345678")

    larger = owner.call("PUT", f"{path}/last", {"output": "123456789"})
    together = owner.call("PUT", f"{path}/last", {"output": "1234"})
    pin(owner, workflow, "last", "123")

    assert (larger.status_code, larger.json()["code"]) == (413, "too_large")
    assert (together.status_code, together.json()["code"]) == (409, "pins_too_large")
    assert Pin.objects.count() == 2


def test_a_purged_workflow_takes_its_pins_with_it(owner, workflow) -> None:
    pin(owner, workflow, "call", 1)
    owner.delete(f"/workflows/{workflow}")

    assert owner.get(f"/workflows/{workflow}/pins").status_code == 404
    assert owner.delete(f"/workflows/{workflow}/purge").status_code == 204
    assert (Pin.objects.count(), Workflow.objects.count()) == (0, 0)
