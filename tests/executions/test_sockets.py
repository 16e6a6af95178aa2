"""Sockets against a real ASGI server: who may listen, what is heard, and that nobody hears another tenant."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from apps.adapters.calls import Cancellation
from apps.engine.growing import Partial
from apps.engine.value import StepKey
from apps.executions import consumers
from apps.executions.services import ports
from apps.executions.services.news import execution_channel
from tests.eventually import eventually
from tests.executions.makers import SCHEMA, begin, chain, make_version, work_until_ended
from tests.tenants.browser import ACCESS, member, signed_in

pytestmark = pytest.mark.stack
HOST = "demo.localhost"


@pytest.fixture(scope="module")
def live_port(running_servers):
    """The port of a granian that serves gorax.asgi to this run's database and Redis."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface=asginl",
        "--host=127.0.0.1",
        f"--port={port}",
    ]
    server = subprocess.Popen(
        [*command, "--workers=1", "gorax.asgi:application"],
        env={**os.environ, "GORAX_POOL_MAX": "4"},
    )
    try:
        assert eventually(lambda: answers(port), within_s=30)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def tenant(demo):
    from apps.tenants import facade

    return facade.by_slug("demo")


def listen(
    port: int, path: str, *, cookie: str | None, origin: str | None = None, host: str = HOST
) -> ClientConnection:
    headers = {} if cookie is None else {"Cookie": f"{ACCESS}={cookie}"}
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    return connect(
        f"ws://{host}:{port}{path}",
        sock=raw,
        origin=origin or f"http://{host}:8000",
        additional_headers=headers,
        open_timeout=20,
        ping_interval=None,
    )


def token_of(tenant, role: str = "viewer") -> str:
    return signed_in(member(tenant, role), tenant).cookie(ACCESS)


def close_code(ws: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        ws.recv(timeout=20)
    return closed.value.rcvd.code


def test_a_signed_in_browser_hears_every_change_of_an_execution_without_a_gap(
    live_port, tenant
) -> None:
    version = make_version(
        chain(
            ("wait", "control:delay", {"config": {"duration": "100ms"}}),
            ("after", "control:no_op", {}),
        )
    )
    execution_id = begin(version, {})

    with listen(live_port, f"/ws/executions/{execution_id}", cookie=token_of(tenant)) as ws:
        ws.send("ping")
        assert ws.recv(timeout=20) == "pong"
        work_until_ended(execution_id)
        heard = [json.loads(ws.recv(timeout=20))]
        while heard[-1]["status"] != "completed":
            heard.append(json.loads(ws.recv(timeout=20)))

    assert {message["execution"] for message in heard} == {str(execution_id)}
    assert heard[0]["before"] == 0
    assert [message["before"] for message in heard[1:]] == [
        message["seq"] for message in heard[:-1]
    ]
    assert {
        "node_id": "after",
        "scope": "",
        "status": "completed",
        "node_type": "control:no_op",
    } in heard[-1]["steps"]


def test_a_browser_that_watches_an_execution_sees_a_text_grow(live_port, tenant) -> None:
    mine, other = (begin(make_version(chain(("n", "control:no_op", {}))), {}) for _ in range(2))
    text = "x" * 10_000

    with (
        listen(live_port, f"/ws/executions/{mine}", cookie=token_of(tenant)) as ws,
        listen(live_port, f"/ws/executions/{other}", cookie=token_of(tenant)) as elsewhere,
        listen(live_port, "/ws/executions", cookie=token_of(tenant)) as everything,
    ):
        for each in (ws, elsewhere, everything):
            each.send("ping")
            assert each.recv(timeout=20) == "pong"
        live = ports.ports_for(SCHEMA, mine, Cancellation()).live
        live.show(StepKey("loop[3]/ask"), 2, Partial(text, 20_000))
        seen = json.loads(ws.recv(timeout=20))
        work_until_ended(other)
        work_until_ended(mine)
        heard = [json.loads(each.recv(timeout=20)) for each in (elsewhere, everything)]

    assert seen == {
        "execution": str(mine),
        "node_id": "ask",
        "scope": "loop[3]",
        "attempt": 2,
        "text": "x" * 8_192,
        "length": 20_000,
    }
    assert ["text" in message for message in heard] == [False, False]


def test_the_tenants_socket_hears_that_executions_come_and_go(live_port, tenant) -> None:
    version = make_version(chain(("n", "control:no_op", {})))

    with listen(live_port, "/ws/executions", cookie=token_of(tenant)) as ws:
        ws.send("ping")
        ws.recv(timeout=20)
        execution_id = begin(version, {})
        work_until_ended(execution_id)
        message = json.loads(ws.recv(timeout=20))

    assert (message["execution"], message["status"]) == (str(execution_id), "completed")


def test_a_stranger_is_closed_4401(live_port, tenant) -> None:
    with listen(live_port, "/ws/executions", cookie=None) as ws:
        assert close_code(ws) == 4401
    with listen(live_port, "/ws/executions", cookie="no.such.token") as ws:
        assert close_code(ws) == 4401


def test_a_page_of_another_origin_is_closed_4403(live_port, tenant) -> None:
    cookie = token_of(tenant)
    for origin in ("http://evil.localhost:8000", "http://demo.localhost:9999", "null"):
        with listen(live_port, "/ws/executions", cookie=cookie, origin=origin) as ws:
            assert close_code(ws) == 4403


def test_an_unknown_host_and_an_unknown_execution_are_closed_4404(live_port, tenant) -> None:
    cookie = token_of(tenant)
    with listen(live_port, "/ws/executions", cookie=cookie, host="nobody.localhost") as ws:
        assert close_code(ws) == 4404
    with listen(live_port, f"/ws/executions/{tenant.id}", cookie=cookie) as ws:
        assert close_code(ws) == 4404


def test_one_tenants_session_opens_no_socket_of_another(live_port, tenant) -> None:
    from apps.accounts.models import User
    from apps.core import tenancy
    from apps.tenants import facade

    with tenancy.entered("public"):
        owner = User.objects.create_user(email="other@example.test", password="a long password")
        other = facade.provision(slug="other", name="Other", owner_id=owner.pk)
    cookie = signed_in(owner, other).cookie(ACCESS)

    with listen(live_port, "/ws/executions", cookie=cookie, host="other.localhost") as ws:
        ws.send("ping")
        assert ws.recv(timeout=20) == "pong"
    with listen(live_port, "/ws/executions", cookie=cookie) as ws:
        assert close_code(ws) == 4401


def is_open(port: int, cookie: str) -> bool:
    """Say whether a browser of this session gets one more socket."""
    with suppress(InvalidStatus), listen(port, "/ws/executions", cookie=cookie) as ws:
        ws.send("ping")
        return ws.recv(timeout=20) == "pong"
    return False


def test_a_person_has_so_many_sockets_and_each_that_ends_leaves_its_place(
    live_port, tenant
) -> None:
    mine, somebodys = token_of(tenant), token_of(tenant)
    with ExitStack() as held:
        for _ in range(consumers.MOST_SOCKETS):
            last = held.enter_context(listen(live_port, "/ws/executions", cookie=mine))
            last.send("ping")
            assert last.recv(timeout=20) == "pong"
        assert (is_open(live_port, mine), is_open(live_port, somebodys)) == (False, True)
        # Cut off and not closed: its place is free as well.
        last.socket.shutdown(socket.SHUT_RDWR)
        assert eventually(lambda: is_open(live_port, mine), within_s=20)


def test_a_browser_that_takes_nothing_is_let_go_and_keeps_nobody_waiting(live_port, tenant) -> None:
    mine = token_of(tenant)
    execution_id = begin(make_version(chain(("n", "control:no_op", {}))), {})
    group, hint = execution_channel(SCHEMA, execution_id), {"type": "execution.news"}
    with ExitStack() as held:
        for path in (f"/{execution_id}", *[""] * (consumers.MOST_SOCKETS - 1)):
            ws = held.enter_context(listen(live_port, f"/ws/executions{path}", cookie=mine))
            ws.send("ping")
            assert ws.recv(timeout=20) == "pong"
        assert not is_open(live_port, mine)
        # Far more than the buffers on the way hold, of which this side reads some pieces ahead.
        for _ in range(100):
            async_to_sync(get_channel_layer().group_send)(group, {**hint, "text": "x" * 500_000})
        assert eventually(lambda: is_open(live_port, mine), within_s=60)


def test_a_flood_of_messages_closes_the_socket(live_port, tenant) -> None:
    with listen(live_port, "/ws/executions", cookie=token_of(tenant)) as ws:
        with suppress(ConnectionClosed):  # while it still talks
            for _ in range(10 * consumers.MOST_MESSAGES_PER_S):
                ws.send("x")
        assert close_code(ws) == 1008


def test_a_flood_of_a_message_closes_the_socket(live_port, tenant) -> None:
    with listen(live_port, "/ws/executions", cookie=token_of(tenant)) as ws:
        ws.send("x" * 2000)
        assert close_code(ws) == 1009
