"""Whoever may write sends every field that any table has: nothing changes but what the API documents."""

import json
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.db import models

from tests.contracts.openapi import SNAPSHOT
from tests.matrix.operations import FOLDER, Operation, declared, filled
from tests.matrix.world import World, snapshot, undone, written

pytestmark = pytest.mark.django_db
CANARY = "mass-assignment"
VALUES: list[tuple[type[models.Field], Any]] = [
    (models.UUIDField, "0199dead-beef-7000-8000-000000000000"),
    (models.ForeignKey, "0199dead-beef-7000-8000-000000000000"),
    (models.DateTimeField, "1999-12-31T23:59:59Z"),
    (models.BooleanField, True),
    (models.FloatField, 424_242),
    (models.IntegerField, 424_242),
    (models.JSONField, {CANARY: 1}),
]
WRITES = [each for each in declared() if each.method in {"POST", "PUT", "PATCH"}]


def every_field() -> dict[str, Any]:
    """Return a value for the name of every column of ours, as the ORM and as the table call it."""
    return {
        name: value_of(field)
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }


def value_of(field: models.Field) -> Any:
    for kind, value in VALUES:
        if isinstance(field, kind):
            return value
    return CANARY


def documented(operation: Operation) -> set[str]:
    """Return the names that the API says it takes."""
    document = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    said = document["paths"].get(operation.path, {}).get(operation.method.lower(), {})
    content = said.get("requestBody", {}).get("content", {})
    names: set[str] = set()
    for each in content.values():
        reference = each.get("schema", {}).get("$ref", "").rpartition("/")[2]
        names |= set(document["components"]["schemas"].get(reference, {}).get("properties", {}))
    return names


def test_no_column_comes_into_the_hands_of_callers_unseen() -> None:
    writable = {name for operation in WRITES for name in documented(operation)}
    said = yaml.safe_load(FOLDER.with_name("fields.yaml").read_text(encoding="utf-8"))

    assert sorted(writable & set(every_field())) == said


def test_a_field_that_is_not_documented_is_named_as_a_mistake_or_changes_nothing(
    world: World,
) -> None:
    fields, wrong, named = every_field(), [], 0
    for operation in WRITES:
        if operation.is_free or not isinstance(operation.body, dict | None):
            continue
        known = documented(operation)
        extra = {name: value for name, value in fields.items() if name not in known}
        with undone():
            before = written()
            answer = world.call(operation, "admin", body=body_of(world, operation, extra))
            if answer.status_code in {400, 422} and written() == before:
                pointers = {each["path"] for each in answer.json().get("errors", ())}
                named += {f"/{name}" for name in extra} <= pointers
                continue
            rows = snapshot(world.demo)
        if answer.status_code >= 500:
            wrong.append(f"{operation}: {answer.status_code}")
        wrong += [f"{operation}: {said}" for said in differences(world, operation, rows)]

    assert "\n".join(wrong) == ""
    assert len(fields) > 100
    assert named > 10


def differences(world: World, operation: Operation, rows: Any) -> list[str]:
    """Return in which way rows differ from what the same call leaves without the fields."""
    first, second = after(world, operation), after(world, operation)
    found = [word for word in (CANARY, "0199dead-beef", "424242") if word in repr(rows)]
    if steady(rows, first, second) != steady(first, first, second):
        found.append("other rows than without the fields")
    return found


def after(world: World, operation: Operation) -> Any:
    """Return all rows as a call by who may leaves them."""
    with undone():
        world.call(operation, "admin")
        return snapshot(world.demo)


def body_of(world: World, operation: Operation, extra: dict[str, Any]) -> dict[str, Any]:
    return {**extra, **(filled(operation.body, world.ids) or {})}


def steady(rows: Any, first: Any, second: Any) -> Any:
    """Return rows without the columns that differ between two calls that were the same."""
    moving = {table: moving_columns(first[table], second[table]) for table in first}
    return {
        table: sorted(
            json.dumps({name: row[name] for name in row if name not in moving[table]})
            for row in rows[table]
        )
        for table in rows
    }


def moving_columns(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> set[str]:
    columns = set(first[0]) if first else set()
    return {
        name
        for name in columns
        if sorted(repr(row[name]) for row in first) != sorted(repr(row[name]) for row in second)
    }
