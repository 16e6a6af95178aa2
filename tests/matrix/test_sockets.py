"""Every socket, opened by every principal that a browser can be: heard, or closed with the code of the refusal."""

from collections.abc import Sequence

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter

from apps.core import tenancy
from gorax.routes_live import websocket_urlpatterns
from tests.matrix.operations import Operation, declared, filled
from tests.matrix.principals import ALLOW, KEYS, PRINCIPALS, expected
from tests.matrix.world import World, nobodys, snapshot
from tests.tenants.browser import ACCESS

pytestmark = pytest.mark.django_db(transaction=True)
SOCKETS = [each for each in declared() if each.method == "WS"]
CODES = {401: 4401, 403: 4403, 404: 4404}
OPEN = 0
# What a client might say to get more than it was given. Nothing of it may be answered, let alone done.
CLAIMS = (
    *("", "PING", "ping ", "null", "[]", "{", "\x00", "pong", "subscribe t_strangers"),
    '{"type": "execution.news", "text": "{}"}',
    '{"type": "websocket.close", "code": 4401}',
    '{"type": "subscribe", "tenant": "strangers", "group": "t_strangers.executions"}',
    '{"action": "join", "execution_id": "EXECUTION"}',
    '{"action": "cancel", "execution_id": "EXECUTION"}',
    '{"authorization": "Bearer gx_x_y", "role": "owner"}',
)


async def opened(path: str, host: str, cookie: str | None, words: Sequence[str] = ()) -> int:
    """Return the code with which a socket is closed at once, OPEN if it stays and answers nothing but a ping."""
    headers = [(b"host", host.encode()), (b"origin", f"http://{host}:8000".encode())]
    if cookie:
        headers.append((b"cookie", f"{ACCESS}={cookie}".encode()))
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    talk = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)
    await talk.send_input({"type": "websocket.connect"})
    # A refused one is accepted, too: a browser is told the code only of a socket that was open.
    assert (await talk.receive_output(timeout=10))["type"] == "websocket.accept"
    for word in (*words, "ping"):
        await talk.send_input({"type": "websocket.receive", "text": word})
    answer = await talk.receive_output(timeout=10)
    if answer["type"] == "websocket.close":
        return int(answer["code"])
    assert answer["text"] == "pong"
    assert await talk.receive_nothing(timeout=0.05)
    await talk.send_input({"type": "websocket.disconnect", "code": 1000})
    await talk.wait(timeout=10)
    return OPEN


def knock(
    world: World,
    operation: Operation,
    principal: str,
    ids: dict[str, str],
    words: Sequence[str] = (),
) -> int:
    browser = world.people.get("foreign" if principal == "intruder" else principal)
    host = "demo.localhost" if browser is None or principal == "intruder" else browser.host
    cookie = browser and browser.cookie(ACCESS)
    with tenancy.entered(tenancy.PUBLIC):
        return async_to_sync(opened)(filled(operation.path, ids), host, cookie, words)


def test_every_principal_is_heard_or_closed_with_the_code_that_is_declared(world: World) -> None:
    # Keys are for programs, which ask REST: a socket takes a browser's cookie alone.
    people = [name for name in PRINCIPALS if name not in KEYS]
    said = {
        (operation.path, name): knock(world, operation, name, world.ids)
        for operation in SOCKETS
        for name in people
    }

    assert said == {
        (operation.path, name): OPEN
        if expected(operation, name) == ALLOW
        else CODES[expected(operation, name)]
        for operation in SOCKETS
        for name in people
    }


def test_a_foreign_object_is_closed_like_one_that_never_was(world: World) -> None:
    named = [operation for operation in SOCKETS if operation.names]

    codes = [
        [knock(world, operation, "foreign", ids) for ids in (world.ids, nobodys(world.ids))]
        for operation in named
    ]

    assert codes == [[4404, 4404] for _ in named]


def test_nothing_that_a_client_says_is_answered_or_changes_anything(world: World) -> None:
    heard = [
        (operation, name)
        for operation in SOCKETS
        for name in PRINCIPALS
        if name not in KEYS and expected(operation, name) == ALLOW
    ]
    words = [word.replace("EXECUTION", world.foreign_ids["execution_id"]) for word in CLAIMS]
    before = [snapshot(tenant) for tenant in (world.demo, world.strangers)]

    codes = {knock(world, operation, name, world.ids, words) for operation, name in heard}

    assert len(heard) > 8
    assert codes == {OPEN}
    assert [snapshot(tenant) for tenant in (world.demo, world.strangers)] == before
