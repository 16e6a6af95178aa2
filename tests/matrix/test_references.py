"""Every id that a body or a filter may name, found in the API's own description: a foreign one is as good as none."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.contracts.openapi import SNAPSHOT
from tests.matrix.operations import Operation, declared
from tests.matrix.test_answers import told
from tests.matrix.world import World, nobodys, undone

pytestmark = pytest.mark.django_db
DOCUMENT = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
# What a field names, if it is not called as the object is in the routes.
OBJECT_BY_FIELD = {
    "actor_id": "user_id",
    "ids": "execution_id",
    "members": "user_id",
    "parent_id": "execution_id",
    "roles": "role_id",
    "service_account": "service_account_id",
    "target_id": "role_id",
}
# Where a field names another object than the same field does elsewhere.
OBJECT_BY_PATH = {
    ("/api/v1/folders", "parent_id"): "folder_id",
    ("/api/v1/folders/{folder_id}", "parent_id"): "folder_id",
    **{
        (f"/api/v1/workflows/{verb}", "ids"): "workflow_id"
        for verb in ("activate", "deactivate", "delete", "move", "tag", "export")
    },
}
# Not described as ids, for they name things of many kinds.
ALSO_IDS = {"target_id"}
# What must be said beside a field so that it counts.
BESIDE = {
    ("/api/v1/executions/cancel", "workflow_id"): {"ids": None, "status": ["running", "queued"]},
    ("/api/v1/executions/retry", "workflow_id"): {"ids": None, "status": ["failed"]},
    ("/api/v1/executions/delete", "workflow_id"): {"ids": None, "status": ["failed"]},
    ("/api/v1/workflows/{workflow_id}/execute", "execution_id"): {
        "draft": True,
        "part": "only",
        "node_id": "hook",
    },
}
# One of one's own finds as little there: nothing has failed, nobody has children, and the member in question did nothing.
AS_LITTLE = {
    ("/api/v1/executions/retry", "workflow_id"),
    ("/api/v1/executions/wishes/retry", "workflow_id"),
    ("/api/v1/executions/wishes/delete", "workflow_id"),
    ("/api/v1/executions/delete", "workflow_id"),
    ("/api/v1/executions", "parent_id"),
    ("/api/v1/audit", "actor_id"),
    ("/api/v1/audit/export", "actor_id"),
}


@dataclass(frozen=True)
class Reference:
    """A place of an operation where an id may stand."""

    operation: Operation
    name: str
    is_many: bool = False
    is_filter: bool = False

    def __str__(self) -> str:
        return f"{self.operation} with {self.name}"

    @property
    def object(self) -> str:
        here = OBJECT_BY_PATH.get((self.operation.path, self.name))
        return here or OBJECT_BY_FIELD.get(self.name, self.name)

    def ask(self, world: World, value: str) -> tuple[int, str]:
        """Return what an owner is told who names `value` here, and take back what it did."""
        with undone():
            if self.is_filter:
                path = f"{self.operation.path}?{self.name}={value}"
                answer = world.call(replace(self.operation, sample=path), "owner")
                if answer.streaming:
                    return answer.status_code, answer.getvalue().decode()
                return told(answer, value)
            beside = BESIDE.get((self.operation.path, self.name), {})
            body = {**(self.operation.body or {}), **beside}
            body = {name: each for name, each in body.items() if each is not None}
            body[self.name] = [value] if self.is_many else value
            filled = replace(self.operation, body=body)
            return told(world.call(filled, "owner"), value)


def references() -> list[Reference]:
    return [
        reference
        for operation in declared()
        for reference in (*in_body(operation), *in_query(operation))
    ]


def in_body(operation: Operation) -> Iterator[Reference]:
    content = described(operation).get("requestBody", {}).get("content", {})
    for name, schema in whole(content.get("application/json", {}).get("schema", {})).items():
        if schema.get("format") == "uuid":
            yield Reference(operation, name)
        elif schema.get("items", {}).get("format") == "uuid":
            yield Reference(operation, name, is_many=True)


def in_query(operation: Operation) -> Iterator[Reference]:
    for each in described(operation).get("parameters", ()):
        is_id = each["schema"].get("format") == "uuid" or each["name"] in ALSO_IDS
        if each["in"] == "query" and is_id:
            yield Reference(operation, each["name"], is_filter=True)


def described(operation: Operation) -> dict[str, Any]:
    return DOCUMENT["paths"].get(operation.path, {}).get(operation.method.lower(), {})


def whole(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of a schema, wherever it is written."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return (DOCUMENT["components"]["schemas"][name] if name else schema).get("properties", {})


def test_no_reference_hides_deeper_in_a_body_than_it_is_looked_for() -> None:
    def below(schema: dict[str, Any]) -> int:
        schema = DOCUMENT["components"]["schemas"].get(
            schema.get("$ref", "").rpartition("/")[2], schema
        )
        inner = [*schema.get("properties", {}).values(), schema.get("items", {})]
        inner += [each for key in ("allOf", "anyOf", "oneOf") for each in schema.get(key, ())]
        return (schema.get("format") == "uuid") + sum(below(each) for each in inner if each)

    said = sum(
        below(content["schema"])
        for operation in declared()
        for content in described(operation).get("requestBody", {}).get("content", {}).values()
    )

    assert said == len([each for each in references() if not each.is_filter])


def test_a_foreign_id_is_answered_like_one_that_nobody_has_and_ones_own_is_not(
    world: World,
) -> None:
    wrong, nobody = [], nobodys(world.ids)
    for reference in references():
        name = reference.object
        answers = [
            reference.ask(world, ids[name]) for ids in (world.ids, world.foreign_ids, nobody)
        ]
        if answers[1] != answers[2]:
            wrong.append(f"{reference}: a foreign one: {answers[1:]}")
        is_alike = (reference.operation.path, reference.name) in AS_LITTLE
        if (answers[0] == answers[2]) != is_alike:
            wrong.append(f"{reference}: one of one's own: {answers[0]}")

    assert "\n".join(wrong) == ""
    assert len(references()) > 15
