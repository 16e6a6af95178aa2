"""A socket that stays open is looked at again: by the database's word, and not for ever without one."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError

from apps.executions import consumers
from apps.executions.consumers import ExecutionNews, _admit
from apps.tenants.models import Membership, Tenant
from tests.tenants.browser import ACCESS, Browser, member, signed_in

HOST = "demo.localhost"


@pytest.fixture
def browser(demo, redis_server, settings) -> Browser:
    """Somebody signed in who may read executions."""
    from apps.tenants import facade

    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    tenant = facade.by_slug("demo")
    return signed_in(member(tenant, "viewer"), tenant)


def lost(*_) -> str:
    raise OperationalError("the connection is lost")


def close_code(browser: Browser, looks: Iterator[Callable], monkeypatch) -> int:
    """The code by which a socket is closed, if these are the answers to the first look and to those after it."""

    def look(*about) -> str:
        return next(looks)(*about)

    monkeypatch.setattr(consumers, "_admit", look)
    monkeypatch.setattr(consumers, "RECHECK_S", 0)
    headers = {
        "host": f"{HOST}:8000",
        "origin": f"http://{HOST}:8000",
        "cookie": f"{ACCESS}={browser.cookie(ACCESS)}",
    }

    scope = {
        "type": "websocket",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "url_route": {"kwargs": {}},
    }

    async def listen() -> int:
        socket = ApplicationCommunicator(ExecutionNews.as_asgi(), scope)
        await socket.send_input({"type": "websocket.connect"})
        accepted = await socket.receive_output(timeout=10)
        assert accepted["type"] == "websocket.accept"
        closed = await socket.receive_output(timeout=10)
        await socket.send_input({"type": "websocket.disconnect", "code": closed["code"]})
        await socket.wait()
        assert closed["type"] == "websocket.close"
        return closed["code"]

    return asyncio.run(listen())


def test_a_database_that_is_away_for_a_moment_saves_no_session_that_has_ended(
    browser, monkeypatch
) -> None:
    def signed_out_meanwhile(*about) -> str:
        assert browser.post("/api/v1/auth/sign-out").status_code == 204
        return _admit(*about)

    looks = iter([_admit, lost, lost, _admit, lost, lost, signed_out_meanwhile])

    assert close_code(browser, looks, monkeypatch) == 4401


def test_a_session_that_nobody_can_judge_loses_its_socket_and_may_come_again(
    browser, monkeypatch
) -> None:
    assert (
        close_code(browser, iter([_admit, *[lost] * consumers.MOST_UNANSWERED]), monkeypatch)
        == 1013
    )


def test_whoever_may_listen_no_more_is_noticed_within_five_seconds_but_a_restart_is_outlived() -> (
    None
):
    assert consumers.RECHECK_S < 5
    assert consumers.RECHECK_S * consumers.MOST_UNANSWERED > 60


def test_a_member_who_may_no_longer_read_executions_loses_the_socket(browser, monkeypatch) -> None:
    def removed_meanwhile(*about) -> str:
        Membership.objects.all().delete()
        return _admit(*about)

    assert close_code(browser, iter([_admit, removed_meanwhile]), monkeypatch) == 4401


def test_members_of_a_tenant_that_another_process_suspended_lose_the_socket(
    browser, monkeypatch
) -> None:
    def suspended_meanwhile(*about) -> str:
        Tenant.objects.filter(slug="demo").update(status="suspended")
        return _admit(*about)

    assert close_code(browser, iter([_admit, suspended_meanwhile]), monkeypatch) == 4401
