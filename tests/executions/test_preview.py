"""What an expression would give: evaluated as in a step, over data of the past."""

from uuid import UUID

import pytest

from tests.callers import make_caller
from tests.counting import queries_on
from tests.executions.makers import chain, edges, nodes
from tests.executions.test_samples import FIRST, LAST, made, ran


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


@pytest.fixture
def workflow(owner) -> str:
    """start > first > last"""
    return made(owner, {**chain(FIRST, LAST), "variables": {"rate": 3}})


def preview(caller, workflow: str, **body) -> dict:
    answer = caller.post(f"/workflows/{workflow}/preview", body)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def gives(caller, workflow: str, expression: str, **more):
    said = preview(caller, workflow, expression=expression, **more)
    assert said["error"] is None, said["error"]
    return said["value"]


def fault(caller, workflow: str, **body) -> dict:
    said = preview(caller, workflow, **body)
    assert (said["value"], said["type"]) == (None, None)
    return said["error"]


@pytest.mark.parametrize(
    ("expression", "value", "kind"),
    [
        ("1 + 2", 3, "number"),
        ("1.5", 1.5, "number"),
        ('"a" + "b"', "ab", "string"),
        ("1 < 2", True, "boolean"),
        ("[1, 2]", [1, 2], "array"),
        ('{"a": 1}', {"a": 1}, "object"),
        ("null", None, "null"),
        ("vars.rate", 3, "number"),
        ('upper("x")', "X", "string"),
    ],
)
def test_an_expression_gives_a_value_of_a_type(owner, workflow, expression, value, kind) -> None:
    said = preview(owner, workflow, expression=expression)

    assert (said["value"], said["type"], said["error"]) == (value, kind, None)


def test_it_reads_the_newest_data_and_pins_before_them(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    old = ran(owner, workflow, {"a": 2})
    ran(owner, workflow, {"a": 4})

    assert gives(owner, workflow, "[trigger.a, steps.first, steps.last.n]") == [4, 5, 50]
    of_old = gives(owner, workflow, "[trigger.a, steps.first]", execution_id=str(old.pk))
    assert of_old == [2, 3]
    owner.call("PUT", f"/workflows/{workflow}/pins/first", {"output": 70})
    assert gives(owner, workflow, "steps.first") == 70


def test_the_callers_own_data_go_before_all(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    data = {"trigger": {"a": 9}, "steps": {"first": 8, "new-node": 7}}

    said = gives(owner, workflow, "[trigger.a, steps.first, steps.new-node]", data=data)

    assert said == [9, 8, 7]


def test_a_node_sees_its_own_input_and_what_is_before_it(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})

    assert gives(owner, workflow, "input + 1", node_id="last") == 3
    assert gives(owner, workflow, "input.a", node_id="first") == 1
    assert gives(owner, workflow, "steps.start.a", node_id="last") == 1
    # A node that is not saved yet sees all of them, but nothing comes in.
    assert gives(owner, workflow, "steps.first", node_id="fresh") == 2
    assert fault(owner, workflow, expression="input", node_id="fresh")["code"] == "missing_path"


def test_inside_of_a_loop_the_first_pass_is_seen(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            (
                "loop",
                "control:loop",
                {"config": {"source": "{{ trigger.items }}", "item_variable": "order"}},
            ),
            ("inside", "action:formula", {"config": {"expression": "item * 2"}}),
            ("then", "action:formula", {"config": {"expression": "steps.inside + 1"}}),
        ),
        "edges": edges("start>loop", "loop:body>inside", "inside>then"),
    }
    workflow = made(owner, document)
    ran(owner, workflow, {"items": [4, 5]})

    told = gives(
        owner,
        workflow,
        "[item, index, order, loop.is_last, steps.inside, input]",
        node_id="then",
    )

    assert told == [4, 0, 4, False, 8, 8]
    assert gives(owner, workflow, "input", node_id="inside") == 4
    outside = fault(owner, workflow, expression="steps.inside", node_id="loop")
    assert outside["code"] == "missing_path"


def test_a_template_is_rendered_and_its_values_stay_what_they_are(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})

    whole = preview(owner, workflow, template="{{ steps.last }}")
    text = preview(owner, workflow, template="n is {{ steps.last.n }}!")
    nested = preview(owner, workflow, template={"to": ["{{ trigger.a }}", "x"], "n": 5})

    assert (whole["value"], whole["type"]) == ({"n": 20}, "object")
    assert (text["value"], text["type"]) == ("n is 20!", "string")
    assert nested["value"] == {"to": [1, "x"], "n": 5}


def test_a_credential_is_never_opened(owner, workflow) -> None:
    values = {"value": "s3cr3t-s3cr3t"}
    owner.post("/credentials", {"name": "api", "type": "secret", "values": values})

    for template in (
        "{{ credentials.api }}",
        "{{ credentials.api.value }}",
        "{{ secrets.vault:path/to#field }}",
    ):
        said = preview(owner, workflow, template=template)
        assert (said["value"], said["has_secret"], said["type"]) == ("[REDACTED]", True, "string")
    inside = preview(owner, workflow, template={"h": "Bearer {{ credentials.api.value }}"})
    assert "s3cr3t" not in str(inside)
    assert (inside["value"], inside["has_secret"]) == ({"h": "[REDACTED]"}, True)
    refused = fault(owner, workflow, expression="credentials.api.value")
    assert (refused["code"], refused["position"]) == ("secret_not_allowed", 0)


def test_what_is_wrong_is_told_with_its_place(owner, workflow) -> None:
    broken = fault(owner, workflow, expression="1 +")
    missing = fault(owner, workflow, expression="steps.first")
    nested = fault(owner, workflow, template={"to": ["ok", "{{ upper(1, 2) }}"]})

    assert broken["position"] == 3
    assert (missing["code"], missing["path"], missing["place"]) == (
        "missing_path",
        "steps.first",
        "",
    )
    assert nested["place"] == "/to/1"
    assert nested["message"]


def test_a_budget_ends_what_takes_too_long(owner, workflow) -> None:
    data = {"trigger": list(range(2_000))}

    said = fault(
        owner, workflow, expression="size(trigger.map(a, trigger.map(b, a * b)))", data=data
    )

    assert said["code"] == "too_many_steps"


def test_a_large_value_is_shortened(owner, workflow) -> None:
    said = preview(owner, workflow, expression="trigger", data={"trigger": ["x" * 1_000] * 1_000})

    assert said["is_truncated"] is True
    assert len(said["value"]) < 1_000
    assert said["type"] == "array"


def test_a_large_output_is_read_from_the_store(owner) -> None:
    wide = ("wide", "action:formula", {"config": {"expression": "trigger.items"}})
    workflow = made(owner, chain(wide))
    ran(owner, workflow, {"items": ["y" * 2_000] * 100})

    assert gives(owner, workflow, "size(steps.wide)") == 100


def test_a_draft_that_leads_back_to_itself_can_still_be_asked(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    document = chain(FIRST, LAST)
    document["edges"].append({"id": "back", "source": "last", "target": "first"})
    owner.patch(f"/workflows/{workflow}", {"definition": document}, If_Match='"1"')

    assert gives(owner, workflow, "steps.last.n + trigger.a", node_id="last") == 21


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/expression"),
        ({"expression": "1", "template": "1"}, "/expression"),
        ({"expression": "1", "data": {"vars": 1}}, "/data/vars"),
        ({"expression": "1", "data": {"steps": []}}, "/data/steps"),
        ({"expression": "1", "execution_id": "x"}, "/execution_id"),
        ({"expression": "1", "colour": "x"}, "/colour"),
    ],
)
def test_a_body_that_is_no_question_names_the_field(owner, workflow, body, path) -> None:
    answer = owner.post(f"/workflows/{workflow}/preview", body)

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == [path]


def test_an_execution_that_is_not_there_or_is_anothers_is_refused(owner, workflow) -> None:
    other = made(owner, chain(FIRST))
    foreign = ran(owner, other, {"a": 1})
    path = f"/workflows/{workflow}/preview"

    gone = owner.post(path, {"expression": "1", "execution_id": str(UUID(int=1))})
    strange = owner.post(path, {"expression": "1", "execution_id": str(foreign.pk)})

    assert (gone.status_code, gone.json()["code"]) == (404, "execution_not_found")
    assert (strange.status_code, strange.json()["code"]) == (422, "other_workflow")


def test_names_that_are_computed_cost_one_query_and_not_one_each(owner, workflow) -> None:
    ran(owner, workflow, {"a": 1})
    many = '["first", "last", "x", "y", "z"].map(n, steps[n] ?? 0)'
    gives(owner, workflow, many)

    with queries_on("executions_") as found:
        assert gives(owner, workflow, many) == [2, {"n": 20}, 0, 0, 0]

    assert len(found) <= 1
