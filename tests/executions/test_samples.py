"""What whoever writes a workflow sees of its data: of each node the last output, its pin before that."""

from uuid import UUID

import pytest

from apps.executions.models import Execution
from apps.executions.services import sampling
from apps.executions.services.sampling import shortened
from apps.workflows.models import Workflow
from tests.callers import make_caller
from tests.counting import queries_on
from tests.executions.makers import chain, edges, nodes, work_until_ended

FIRST = ("first", "action:formula", {"config": {"expression": "trigger.a + 1"}})
LAST = ("last", "action:formula", {"config": {"expression": "{'n': steps.first * 10}"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def made(caller, definition: dict) -> str:
    return caller.post("/workflows", {"name": "w", "definition": definition}).json()["id"]


@pytest.fixture
def workflow(owner) -> str:
    """start > first > last"""
    return made(owner, chain(FIRST, LAST))


def ran(caller, workflow: str, given) -> Execution:
    body = {"draft": True, "input": given}
    answer = caller.post(f"/workflows/{workflow}/execute", body)
    assert answer.status_code == 202, answer.json()
    return work_until_ended(UUID(answer.json()["execution_id"]))


def samples(caller, workflow: str) -> dict[str, dict]:
    answer = caller.get(f"/workflows/{workflow}/samples")
    assert answer.status_code == 200, answer.json()
    return {each["node_id"]: each for each in answer.json()["results"]}


def test_a_workflow_that_never_ran_has_no_samples(owner, workflow) -> None:
    assert samples(owner, workflow) == {}


def test_each_node_has_the_last_output_that_it_gave(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    second = ran(owner, workflow, {"a": 2})

    found = samples(owner, workflow)

    assert {name: (each["source"], each["output"]) for name, each in found.items()} == {
        "start": ("trigger", {"a": 2}),
        "first": ("step", 3),
        "last": ("step", {"n": 30}),
    }
    assert {each["execution_id"] for each in found.values()} == {str(second.pk)}
    assert all(each["at"] and not each["is_truncated"] for each in found.values())


def test_what_a_newer_execution_did_not_reach_is_remembered_from_an_older_one(
    owner, workflow
) -> None:
    first = ran(owner, workflow, {"a": 1})
    second = ran(owner, workflow, {"b": 2})

    found = samples(owner, workflow)

    assert second.status == "failed"
    assert (found["start"]["output"], found["start"]["execution_id"]) == ({"b": 2}, str(second.pk))
    assert (found["last"]["output"], found["last"]["execution_id"]) == ({"n": 20}, str(first.pk))


def test_a_pin_goes_before_what_ran(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    owner.call("PUT", f"/workflows/{workflow}/pins/first", {"output": [7]})

    first = samples(owner, workflow)["first"]

    assert (first["source"], first["output"], first["execution_id"]) == ("pin", [7], None)


def test_a_node_that_the_draft_has_no_more_is_left_out(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    owner.patch(f"/workflows/{workflow}", {"definition": chain(FIRST)}, If_Match='"1"')

    assert set(samples(owner, workflow)) == {"start", "first"}


def test_a_container_tells_what_its_first_pass_shows(owner) -> None:
    inside = ("inside", "action:formula", {"config": {"expression": "item.n * 2"}})
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "{{ trigger.items }}"}}),
            inside,
        ),
        "edges": edges("start>loop", "loop:body>inside"),
    }
    workflow = made(owner, document)
    ran(owner, workflow, {"items": [{"n": 1}, {"n": 5}]})

    found = samples(owner, workflow)

    assert found["inside"]["output"] == 2
    assert found["loop"]["variables"]["item"] == {"n": 1}
    assert found["loop"]["variables"]["loop"]["total_items"] == 2
    assert found["inside"]["variables"] is None
    assert found["loop"]["output"]["iterations"]


def test_an_output_out_of_the_store_is_read_and_shortened(owner) -> None:
    wide = ("wide", "action:formula", {"config": {"expression": "trigger.items"}})
    workflow = made(owner, chain(wide))
    ran(owner, workflow, {"items": ["y" * 2_000] * 100})

    found = samples(owner, workflow)

    assert found["wide"]["is_truncated"] is True
    assert found["wide"]["output"] == [f"{'y' * 1_000}…"] * 20
    assert found["start"]["is_truncated"] is True


def test_all_samples_together_are_bounded(owner, workflow, monkeypatch) -> None:
    monkeypatch.setattr(sampling, "MOST_BYTES", 3 * 20)
    ran(owner, workflow, {"a": 1, "long": "z" * 500})

    found = samples(owner, workflow)

    assert found["start"]["is_truncated"] is True
    assert found["first"]["is_truncated"] is False


@pytest.mark.parametrize(
    ("value", "most", "expected"),
    [
        ([1, 2], 100, ([1, 2], False)),
        (["x" * 5_000], 4_500, ([f"{'x' * 4_000}…"], True)),
        (list(range(1_000)), 1_000, (list(range(100)), True)),
        ({str(n): n for n in range(1_000)}, 99, ({str(n): n for n in range(10)}, True)),
        ("x" * 1_000, 10, ({"_omitted": "too_large", "most_bytes": 10}, True)),
    ],
)
def test_a_value_is_shortened_until_it_fits(value, most, expected) -> None:
    assert shortened(value, most) == expected


def test_samples_cost_few_queries_however_many_nodes_there_are(owner) -> None:
    many = [(f"n{n}", "action:formula", {"config": {"expression": str(n)}}) for n in range(30)]
    workflow = made(owner, chain(*many))
    ran(owner, workflow, {})
    samples(owner, workflow)

    with queries_on("") as found:
        assert len(samples(owner, workflow)) == 31

    # Revision and pins by the ORM; outputs and triggers by statements of their own.
    asked = [each for each in found if "workflows_" in each or "executions_" in each]
    assert len(asked) <= 4


def test_whoever_may_not_see_executions_sees_no_samples(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    scopes = {"name": "k", "scopes": ["workflow.read"]}
    from tests.callers import Caller

    secret = owner.post("/api-keys", scopes).json()["secret"]

    assert Caller(secret).get(f"/workflows/{workflow}/samples").status_code == 403
    assert owner.get(f"/workflows/{UUID(int=1)}/samples").status_code == 404


def test_a_restricted_workflow_shows_its_samples_to_nobody_else(owner, workflow) -> None:
    from apps.tenants import facade as tenants

    ran(owner, workflow, {"a": 1})
    Workflow.objects.update(is_restricted=True)
    viewer = make_caller(tenants.current(), "viewer")

    assert viewer.get(f"/workflows/{workflow}/samples").status_code == 404
    assert viewer.post(f"/workflows/{workflow}/preview", {"expression": "1"}).status_code == 404
