"""Parents and children over HTTP: each shows the other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.executions.models import Execution
from tests.callers import make_caller
from tests.executions.makers import begin, callee, chain, make_version, work_until_ended

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


@pytest.fixture
def family():
    """An execution that has called three others, and they."""
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    config = {"workflow_id": str(same), "mode": "for_each", "items": [1, 2, 3]}
    parent = begin(make_version(chain(("call", "control:sub_workflow", {"config": config}))))
    work_until_ended(parent)
    children = Execution.objects.filter(parent_id=parent).order_by("-id")
    return Execution.objects.get(pk=parent), list(children)


def ids(page: dict) -> list[str]:
    return [each["id"] for each in page["results"]]


def test_the_children_of_an_execution_are_a_list_newest_first_in_pages(owner, family) -> None:
    parent, children = family
    wanted = [str(child.pk) for child in children]

    whole = owner.get(f"/executions?parent_id={parent.pk}").json()
    first = owner.get(f"/executions?parent_id={parent.pk}&limit=2").json()
    second = owner.call("GET", first["next"].partition("/api/v1")[2]).json()

    assert ids(whole) == wanted
    assert {each["parent_id"] for each in whole["results"]} == {str(parent.pk)}
    assert (ids(first), ids(second)) == (wanted[:2], wanted[2:])
    assert owner.get(f"/executions?parent_id={children[0].pk}").json()["results"] == []


def test_a_child_says_who_called_it_and_by_which_step(owner, family) -> None:
    parent, children = family

    shown = owner.get(f"/executions/{children[0].pk}").json()

    assert shown["parent"] == {
        "execution_id": str(parent.pk),
        "workflow_id": str(parent.workflow_id),
        "node_id": "call",
        "scope": "",
        "is_waiting": True,
    }
    assert shown["trigger_kind"] == "sub_workflow"
    assert owner.get(f"/executions/{parent.pk}").json()["parent"] is None


def test_a_parent_that_is_no_id_is_a_mistake(owner) -> None:
    assert owner.get("/executions?parent_id=me").status_code == 400


def test_a_list_of_children_takes_no_more_queries_than_any_list(owner, family) -> None:
    parent, _ = family
    owner.get("/executions")

    with CaptureQueriesContext(connection) as any_list:
        owner.get("/executions")
    with CaptureQueriesContext(connection) as of_children:
        owner.get(f"/executions?parent_id={parent.pk}")

    assert len(of_children) == len(any_list)
