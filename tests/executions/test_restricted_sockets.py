"""Sockets of whom a workflow is not shared with: nothing is heard of it, and a share that is taken away ends it."""

import asyncio
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer

from apps.core import tenancy
from apps.executions import consumers
from apps.executions.consumers import ExecutionNews, _admit
from apps.executions.models import Execution
from apps.executions.services.news import tenant_channel
from apps.workflows.models import Share, Workflow
from tests.executions.makers import SCHEMA, begin, chain, make_version
from tests.tenants.browser import ACCESS, Browser, member, signed_in

HOST = "demo.localhost"


@pytest.fixture
def browser(demo, redis_server, settings) -> Browser:
    from apps.tenants import facade

    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    tenant = facade.by_slug("demo")
    return signed_in(member(tenant, "viewer"), tenant)


def made() -> tuple[UUID, UUID]:
    """Return an execution and its workflow, which is restricted."""
    execution_id = begin(make_version(chain(("n", "control:no_op", {}))), {})
    workflow_id = Execution.objects.get(pk=execution_id).workflow_id
    Workflow.objects.filter(pk=workflow_id).update(is_restricted=True)
    return execution_id, workflow_id


def socket_of(browser: Browser, execution_id: UUID | None) -> ApplicationCommunicator:
    headers = {
        "host": f"{HOST}:8000",
        "origin": f"http://{HOST}:8000",
        "cookie": f"{ACCESS}={browser.cookie(ACCESS)}",
    }
    scope = {
        "type": "websocket",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "url_route": {"kwargs": {} if execution_id is None else {"execution_id": execution_id}},
    }
    return ApplicationCommunicator(ExecutionNews.as_asgi(), scope)


async def opened(socket: ApplicationCommunicator) -> None:
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=10))["type"] == "websocket.accept"


async def closed(socket: ApplicationCommunicator) -> int:
    said = await socket.receive_output(timeout=10)
    await socket.send_input({"type": "websocket.disconnect", "code": said["code"]})
    await socket.wait()
    return int(said["code"])


def looked_at_after(change: Callable[[], object], monkeypatch) -> None:
    """Let the second look at a socket come at once, and `change` just before it."""
    looks = iter([lambda: None, change])

    def look(*about):
        next(looks, lambda: None)()
        return _admit(*about)

    monkeypatch.setattr(consumers, "_admit", look)
    monkeypatch.setattr(consumers, "RECHECK_S", 0)


def test_an_execution_that_is_not_there_is_closed_4404(browser) -> None:
    execution_id, _ = made()

    async def listen() -> int:
        socket = socket_of(browser, execution_id)
        await opened(socket)
        return await closed(socket)

    assert asyncio.run(listen()) == 4404


def test_a_share_that_is_taken_away_ends_the_socket(browser, monkeypatch) -> None:
    execution_id, workflow_id = made()
    Share.objects.create(workflow_id=workflow_id, kind="role", subject="viewer", level="viewer")
    looked_at_after(lambda: tenancy.run_in(SCHEMA, Share.objects.all().delete), monkeypatch)

    async def listen() -> int:
        socket = socket_of(browser, execution_id)
        await opened(socket)
        return await closed(socket)

    assert asyncio.run(listen()) == 4404


def test_the_tenants_socket_says_nothing_of_what_is_not_there(browser) -> None:
    _, hidden = made()
    shown = Execution.objects.get(pk=begin(make_version(chain(("m", "control:no_op", {}))), {}))

    async def listen() -> list[str]:
        socket = socket_of(browser, None)
        await opened(socket)
        for workflow_id in (hidden, shown.workflow_id):
            text = json.dumps({"workflow": str(workflow_id)})
            news = {"type": "execution.news", "text": text}
            await get_channel_layer().group_send(tenant_channel(SCHEMA), news)
        heard = json.loads((await socket.receive_output(timeout=10))["text"])["workflow"]
        is_silent = await socket.receive_nothing()
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait()
        return [heard] if is_silent else []

    assert asyncio.run(listen()) == [str(shown.workflow_id)]


def test_a_second_look_finds_what_was_restricted_meanwhile(browser) -> None:
    _, workflow_id = made()
    headers = {
        "host": f"{HOST}:8000",
        "origin": f"http://{HOST}:8000",
        "cookie": f"{ACCESS}={browser.cookie(ACCESS)}",
    }
    Workflow.objects.update(is_restricted=False)
    before = _admit(headers, None).hidden
    Workflow.objects.update(is_restricted=True)

    assert (before, _admit(headers, None).hidden) == (frozenset(), frozenset({workflow_id}))
