"""Every operation, called by every principal: allowed or refused as declared, and a refusal changes nothing."""

import json
from dataclasses import replace
from functools import partial

import pytest

from tests.contracts.openapi import SNAPSHOT
from tests.matrix.operations import Operation, declared
from tests.matrix.principals import ALLOW, PRINCIPALS, WORDS, expected
from tests.matrix.world import Rows, World, is_left, nobodys, undone, written

pytestmark = pytest.mark.django_db
# These also call with HEAD, which a view answers as it answers GET.
ASK_FOR_HEADS = {"anonymous", "viewer"}
EACH_KIND = ["anonymous", "viewer", "foreign", "suspended", "key_short"]
HTTP = [each for each in declared() if each.method != "WS"]


def verdict(operation: Operation, principal: str, status: int) -> str:
    """Return what is wrong with an answer, empty if nothing."""
    wanted = expected(operation, principal)
    if wanted != ALLOW:
        return "" if status == wanted else f"{status} for {wanted}"
    is_right = status in operation.answers if operation.answers else 200 <= status < 400
    return "" if is_right else f"{status} where it is allowed"


def callers(operation: Operation) -> list[str]:
    """Return who calls: all, but of what is everybody's only those whom something else could keep out."""
    return EACH_KIND if operation.needs == "public" else list(PRINCIPALS)


@pytest.mark.timeout(300)  # some two thousand calls
def test_every_principal_gets_what_is_declared_and_a_refusal_writes_nothing(world: World) -> None:
    wrong, refusals, effects, rows = [], 0, 0, Rows()
    for operation in HTTP:
        for principal in callers(operation):
            for method in operation.calls[: 2 if principal in ASK_FOR_HEADS else 1]:
                with undone():
                    answer = world.call(operation, principal, method=method)
                    done = rows.new()
                said = verdict(operation, principal, answer.status_code)
                if said:
                    wrong.append(f"{operation} ({method}) by {principal}: {said}")
                if expected(operation, principal) == ALLOW and answer.status_code < 400:
                    effects += done
                    continue
                refusals += 1
                if done and expected(operation, principal) == ALLOW:
                    # By a rule of its own, which may have begun and taken back.
                    ask = partial(world.call, operation, principal, method=method)
                    done = is_left(world.demo, ask)
                    rows.new()
                if done:
                    wrong.append(f"{operation} ({method}) by {principal}: wrote {done} rows")

    assert "\n".join(wrong) == ""
    # Something was refused, and whoever was let in did something: so the silence above means something.
    assert refusals > 300
    assert effects > 200


def test_a_foreign_object_is_answered_like_one_that_never_was(world: World) -> None:
    wrong = []
    for operation in HTTP:
        for name in set(operation.names) - WORDS:
            own = world.foreign_ids
            answers = []
            for ids in (own | {name: world.ids[name]}, own | {name: nobodys(own)[name]}):
                with undone():
                    before = written()
                    answers.append(told(world.call(operation, "foreign", ids=ids), ids[name]))
                    if written() != before:
                        wrong.append(f"{operation} with {name}: wrote rows")
            if answers[0] != answers[1] or answers[0][0] != 404:
                wrong.append(f"{operation} with {name}: {answers}")

    assert "\n".join(wrong) == ""


def test_a_reference_in_a_body_to_a_foreign_object_is_answered_like_one_to_nothing(
    world: World,
) -> None:
    wrong = []
    for operation in HTTP:
        for name in {name for name in world.ids if f"{{{name}}}" in repr(operation.body)} - WORDS:
            answers = []
            for other in (world.foreign_ids[name], nobodys(world.ids)[name]):
                with undone():
                    answer = world.call(operation, "owner", ids=world.ids | {name: other})
                    answers.append(told(answer, other))
            if answers[0] != answers[1]:
                wrong.append(f"{operation} with {name}: {answers}")

    assert "\n".join(wrong) == ""


def test_a_filter_by_a_foreign_object_is_answered_like_one_by_nothing(world: World) -> None:
    wrong, asked = [], 0
    for operation in HTTP:
        for name in filters(operation) & set(world.ids):
            query = replace(operation, sample=f"{operation.path}?{name}={{{name}}}")
            answers = []
            for other in (world.foreign_ids[name], nobodys(world.ids)[name]):
                answer = world.call(query, "owner", ids=world.ids | {name: other})
                answers.append(told(answer, other))
            asked += 1
            if answers[0] != answers[1]:
                wrong.append(f"{operation} with {name}: {answers}")

    assert "\n".join(wrong) == ""
    assert asked >= 3


def filters(operation: Operation) -> set[str]:
    """Return the names that the API says a query may have."""
    document = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    said = document["paths"].get(operation.path, {}).get(operation.method.lower(), {})
    return {each["name"] for each in said.get("parameters", ()) if each["in"] == "query"}


def test_what_a_foreign_tenant_may_ask_never_names_anything_of_ours(world: World) -> None:
    ours = {value for name, value in world.ids.items() if name not in WORDS} | {"orders-of-demo"}
    named = []
    for operation in HTTP:
        if operation.host == "tenant" and not set(operation.names) - WORDS:
            with undone():
                answer = world.call(operation, "foreign", ids=world.foreign_ids)
            text = answer.getvalue().decode(errors="replace")
            named += [f"{operation}: {word}" for word in ours if word in text]

    assert "\n".join(named) == ""


def test_a_method_that_a_view_does_not_have_is_refused_without_effect(world: World) -> None:
    known = {(each.host, each.path, each.method) for each in HTTP}
    wrong, rows = [], Rows()
    for operation in {(each.host, each.path): each for each in HTTP}.values():
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"):
            key = (operation.host, operation.path, method)
            if key in known or (operation.host, operation.path, "ANY") in known:
                continue
            with undone():
                answer = world.call(operation, "owner", method=method)
                if rows.new() or answer.status_code not in {401, 403, 404, 405}:
                    wrong.append(f"{operation} by {method}: {answer.status_code}")

    assert "\n".join(wrong) == ""


def told(answer, own: str) -> tuple[int, str]:
    """Return an answer without what is each request's own: its id, what it has begun, and the object that it named."""
    body = answer.json() if answer.content else {}
    if isinstance(body, dict):
        for name in ("request_id", *(("id", "created_at") if answer.status_code == 202 else ())):
            body.pop(name, None)
    return answer.status_code, repr(body).replace(own, "…")
