"""A workflow of one's own tenant that one may not use, and all that hangs on it: every operation by every principal."""

from dataclasses import replace

import pytest

from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.workflows.rules.sharing import PERMISSIONS_BY_LEVEL
from tests.matrix.operations import Operation, declared
from tests.matrix.principals import ALLOW, PRINCIPALS, expected
from tests.matrix.test_answers import filters, told
from tests.matrix.world import World, flow_of, nobodys, undone, written

pytestmark = pytest.mark.django_db
# What names a workflow, or hangs on one.
NAMES = {"workflow_id", "execution_id", "event_id", "webhook_id", "schedule_id", "blob_id"}
HTTP = [each for each in declared() if each.method != "WS" and each.host == "tenant"]
NAMING = [each for each in HTTP if NAMES.intersection(each.names)]
# The built-in roles that are no managers, to whom nothing is shared at first.
KEPT_OUT = ("viewer", "editor", "operator")
NOTHING = "\0"


@pytest.fixture
def hidden(world: World) -> dict[str, str]:
    """The ids of a restricted workflow; all else is as everybody has it."""
    ids = world.ids | flow_of(world.demo, world.owner, "hidden-orders")
    closed = world.owner.post(f"/api/v1/workflows/{ids['workflow_id']}/restrict")
    assert closed.status_code == 200
    return ids


def wanted(operation: Operation, principal: str, level: frozenset[str]) -> int:
    """Return the status of the refusal, or ALLOW, where the roles that are kept out were given `level`."""
    if principal not in KEPT_OUT:
        return expected(operation, principal)
    if operation.needs not in PERMISSIONS_BY_ROLE[principal]:
        return 403
    if not level:
        return 404
    return ALLOW if operation.needs in level else 403


def judged(world: World, ids: dict[str, str], level: frozenset[str]) -> tuple[list[str], int]:
    """Return what is wrong with the answers of every operation to every principal, and how many were refusals."""
    wrong, refusals = [], 0
    for operation in NAMING:
        for principal in PRINCIPALS:
            with undone():
                before = written()
                status = world.call(operation, principal, ids=ids).status_code
                done = written() - before
            refusal = wanted(operation, principal, level)
            is_right = status == refusal if refusal else status not in {401, 403} and status < 500
            if not is_right:
                wrong.append(f"{operation} by {principal}: {status} for {refusal}")
            if refusal:
                refusals += 1
                wrong += [f"{operation} by {principal}: wrote {done} rows"] if done else []
    return wrong, refusals


@pytest.mark.timeout(300)
def test_what_is_restricted_is_not_there_for_whom_it_is_not_shared_with(
    world: World, hidden: dict[str, str]
) -> None:
    wrong, refusals = judged(world, hidden, frozenset())

    assert "\n".join(wrong) == ""
    assert len(NAMING) > 40
    assert refusals > 400


@pytest.mark.timeout(300)
def test_what_is_shared_for_looking_is_seen_and_not_touched(
    world: World, hidden: dict[str, str]
) -> None:
    for role in KEPT_OUT:
        path = f"/api/v1/workflows/{hidden['workflow_id']}/shares/roles/{role}"
        assert world.owner.send("PUT", path, {"level": "viewer"}).status_code == 200

    # It is shared with these roles now, and a key with one scope may take none of that away.
    ids = hidden | {"role": "admin"}
    wrong, _ = judged(world, ids, PERMISSIONS_BY_LEVEL["viewer"])

    assert "\n".join(wrong) == ""


def test_what_is_not_there_is_answered_like_what_never_was(
    world: World, hidden: dict[str, str]
) -> None:
    wrong = []
    nothing = hidden | {name: nobodys(hidden)[name] for name in NAMES}
    for operation in NAMING:
        for principal in KEPT_OUT:
            answers = []
            for ids in (hidden, nothing):
                with undone():
                    answer = world.call(operation, principal, ids=ids)
                    said = told(answer, NOTHING)
                answers.append((said[0], _without(said[1], ids)))
            if answers[0] != answers[1]:
                wrong.append(f"{operation} by {principal}: {answers}")

    assert "\n".join(wrong) == ""


def test_a_reference_in_a_body_or_a_filter_to_what_is_not_there_is_one_to_nothing(
    world: World, hidden: dict[str, str]
) -> None:
    wrong, asked = [], 0
    nothing = hidden | {name: nobodys(hidden)[name] for name in NAMES}
    asking = [each for each in HTTP if any(f"{{{name}}}" in repr(each.body) for name in NAMES)]
    asking += [
        replace(each, sample=f"{each.path}?{name}={{{value}}}")
        for each in HTTP
        if not NAMES.intersection(each.names)
        for name in sorted(filters(each))
        for value in ("execution_id" if name == "parent_id" else name,)
        if value in NAMES
    ]
    for operation in asking:
        for principal in KEPT_OUT:
            answers = []
            for ids in (hidden, nothing):
                with undone():
                    status, body = told(world.call(operation, principal, ids=ids), NOTHING)
                answers.append((status, _without(body, ids)))
            asked += 1
            if answers[0] != answers[1]:
                wrong.append(f"{operation} {operation.sample} by {principal}: {answers}")

    assert "\n".join(wrong) == ""
    assert asked >= 15


def _without(text: str, ids: dict[str, str]) -> str:
    for name in NAMES:
        text = text.replace(ids[name], "…")
    return text
