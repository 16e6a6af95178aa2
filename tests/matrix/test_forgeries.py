"""Every operation that changes something, called by a page that is not ours with the cookies of who may: refused, without effect."""

from dataclasses import replace

import pytest

from tests.matrix.operations import SAFE, Operation, declared
from tests.matrix.world import Rows, World, undone

pytestmark = pytest.mark.django_db
SIBLING = "http://strangers.localhost"
# A tenant's host is a sibling of all others, so browsers send the cookies along; `None` leaves a header out.
OF_OTHERS: dict[str, dict[str, str | None]] = {
    "a sibling's page": {"origin": SIBLING},
    "a page without a name": {"origin": "null"},
    "something that names no page": {"origin": None},
    "a page that fetches across": {"sec-fetch-site": "same-site"},
    "a form, which sends no token": {"x-csrf-token": None},
}
# For calls that need no cookie: a program may make them, which names no page and has no token.
OF_BROWSERS = {"a sibling's page", "a page without a name", "a page that fetches across"}
# They come from servers, change nothing, or need what no other page knows: the secret of a letter.
FOR_STRANGERS = {
    "/auth/sso/{connection_id}/logout",
    "/api/v1/auth/discover",
    "/api/v1/auth/invitation",
}
UNSAFE = [each for each in declared() if each.method not in {*SAFE, "WS", "ANY"}]


def forged(operation: Operation, way: dict[str, str | None]) -> Operation:
    return replace(operation, headers={**operation.headers, **way})


def test_a_call_that_our_own_page_did_not_make_is_refused_and_writes_nothing(world: World) -> None:
    wrong, rows, refused = [], Rows(), 0
    for operation in UNSAFE:
        if operation.path in FOR_STRANGERS:
            continue
        for name, way in OF_OTHERS.items():
            if operation.needs == "public" and name not in OF_BROWSERS:
                continue
            with undone():
                answer = world.call(forged(operation, way), "owner")
                done = rows.new()
            refused += answer.status_code == 403
            code = answer.json().get("code") if answer.status_code >= 400 else ""
            if (answer.status_code, code, done) != (403, "csrf_refused", 0):
                wrong.append(f"{operation} by {name}: {answer.status_code} {code}, {done} rows")

    assert "\n".join(wrong) == ""
    assert refused > 300
