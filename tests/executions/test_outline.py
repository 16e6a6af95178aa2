"""The steps of an execution without their data, and one of them whole: what comparing two executions reads."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.executions.models import Blob, Execution, Step
from tests.executions.makers import begin, callee, chain, make_version, work_until_ended
from tests.executions.test_steps_api import make_execution, make_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(tenant, redis_server) -> Any:
    from tests.callers import make_caller

    return make_caller(tenant, "owner")


def listed(owner, execution: Execution, query: str = "") -> dict[str, Any]:
    answer = owner.get(f"/executions/{execution.pk}/steps{query}")
    assert answer.status_code == 200
    return answer.json()


def digests(owner, execution: Execution) -> dict[str, dict[str, str | None]]:
    return {each["node_id"]: each["digests"] for each in listed(owner, execution)["results"]}


def add(execution: Execution, node_id: str, **values: Any) -> None:
    given = {"node_type": "control:no_op", "status": "completed", "seq": 1} | values
    Step.objects.create(execution=execution, node_id=node_id, **given)


def test_steps_come_in_pages_by_node_and_scope_without_their_data(owner) -> None:
    execution = make_execution()
    for node_id, scope in (("b", ""), ("a", "loop[0]"), ("a", "loop[1]"), ("a", "")):
        add(execution, node_id, scope=scope, output={"secret": 1})

    first = listed(owner, execution, "?limit=3")
    second = owner.call("GET", first["next"].partition("/api/v1")[2]).json()
    back = owner.call("GET", second["previous"].partition("/api/v1")[2]).json()

    places = [(each["node_id"], each["scope"]) for each in first["results"]]
    assert places == [("a", ""), ("a", "loop[0]"), ("a", "loop[1]")]
    assert [(each["node_id"], each["scope"]) for each in second["results"]] == [("b", "")]
    assert (second["next"], back["results"]) == (None, first["results"])
    assert "secret" not in str(first)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ", "W2ZhbHNlLCJhIl0"])
def test_a_cursor_that_was_not_made_here_is_a_mistake(owner, cursor) -> None:
    answer = owner.get(f"/executions/{make_execution().pk}/steps?cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "/cursor"


def test_what_is_the_same_has_the_same_digest_and_what_differs_another(owner) -> None:
    one, other = make_execution({"n": 1}), make_execution({"n": 2})
    for execution, output in ((one, "x"), (other, "y")):
        add(execution, "start")
        add(execution, "same", input={"url": "a"}, output={"body": [1, None]})
        add(execution, "other", output=output, error={"code": output})
        add(execution, "empty")

    mine, theirs = digests(owner, one), digests(owner, other)

    assert mine["same"] == theirs["same"]
    assert [mine["other"][name] == theirs["other"][name] for name in ("output", "error")] == [
        False
    ] * 2
    # The trigger's output is the execution's own data.
    assert mine["start"]["output"] not in {None, theirs["start"]["output"]}
    assert set(mine["empty"].values()) == {None}


def test_what_a_pass_was_given_has_a_digest_and_what_a_loop_goes_through_has_none(owner) -> None:
    execution = make_execution()
    add(execution, "loop", item=[1, 2])
    add(execution, "loop", scope="loop[0]", item={"index": 0, "item": 1})

    rows = listed(owner, execution)["results"]

    assert [each["digests"]["item"] is None for each in rows] == [True, False]


def test_an_output_in_the_store_is_known_by_the_digest_of_its_file(owner) -> None:
    execution = make_execution()
    file, lost = "0189a4f2-0000-7000-8000-000000000001", "0189a4f2-0000-7000-8000-000000000002"
    Blob.objects.create(
        execution_id=execution.pk,
        id=file,
        media_type="application/json",
        size_bytes=9,
        sha256="ab" * 32,
    )
    add(execution, "kept", output_blob=f"{file} {lost}")
    add(execution, "lost", output_blob=lost)

    told = digests(owner, execution)

    assert told["kept"]["output"] == "ab" * 16
    assert told["lost"]["output"] == lost.replace("-", "")


def test_a_page_of_a_thousand_steps_takes_as_many_queries_as_one_of_a_few(owner) -> None:
    few, many = make_execution(), make_execution()
    make_steps(few, **{f"n{number}": number for number in range(2)})
    make_steps(many, **{f"n{number}": number for number in range(1_000)})
    listed(owner, few)

    with CaptureQueriesContext(connection) as of_few:
        listed(owner, few, "?limit=100")
    with CaptureQueriesContext(connection) as of_many:
        listed(owner, many, "?limit=100")

    assert len(of_many) == len(of_few)


def test_one_step_is_shown_with_all_of_its_data(owner) -> None:
    execution = make_execution({"n": 1})
    add(execution, "start")
    add(execution, "a", scope="loop[0]", input={"x": 1}, output=[1], log=[{"text": "said"}])

    trigger = owner.get(f"/executions/{execution.pk}/steps/start").json()
    step = owner.get(f"/executions/{execution.pk}/steps/a?scope=loop%5B0%5D").json()

    assert trigger["output"] == {"n": 1}
    assert (step["input"], step["output"], step["has_log"]) == ({"x": 1}, [1], True)
    assert owner.get(f"/executions/{execution.pk}/steps/a").status_code == 404


def test_of_an_execution_that_is_not_there_there_are_no_steps(owner) -> None:
    missing = "/executions/0189a4f2-0000-7000-8000-000000000000/steps"

    assert owner.get(missing).json()["code"] == "execution_not_found"
    assert owner.get(f"{missing}/a").json()["code"] == "execution_not_found"


def test_what_one_step_has_called_can_be_asked_for(demo, redis_server) -> None:
    from apps.tenants import facade as tenants
    from tests.callers import make_caller

    owner = make_caller(tenants.current(), "owner")
    same = callee(("same", "action:formula", {"config": {"expression": "trigger"}}))
    call = {"config": {"workflow_id": str(same), "mode": "sync"}}
    parent = begin(
        make_version(
            chain(("one", "control:sub_workflow", call), ("two", "control:sub_workflow", call))
        )
    )
    work_until_ended(parent)

    def called(query: str) -> list[str]:
        found = owner.get(f"/executions?parent_id={parent}{query}").json()["results"]
        return [each["id"] for each in found]

    one, two = called("&parent_node=one"), called("&parent_node=two")

    assert (len(one), len(two), one == two) == (1, 1, False)
    assert sorted(called("")) == sorted(one + two)
    assert called("&parent_node=one&parent_scope=loop%5B0%5D") == []
    assert owner.get("/executions?parent_node=one").json()["errors"][0]["path"] == "/parent_id"
    alone = owner.get(f"/executions?parent_id={parent}&parent_scope=x")
    assert alone.json()["errors"][0]["path"] == "/parent_node"
