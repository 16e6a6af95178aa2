"""An open socket of a real server ends with the session, the membership or the proof by which it was opened: within 5 s."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from apps.accounts.models import User
from apps.accounts.services import rescue
from apps.tenants.facade import TenantInfo
from apps.tenants.models import Session, Tenant
from tests.executions.test_sockets import close_code, listen, live_port, tenant  # noqa: F401 - fixtures
from tests.pace import is_within_loops_with_servers
from tests.tenants.app import set_up
from tests.tenants.browser import ACCESS, PASSWORD, Browser, member, signed_in

pytestmark = pytest.mark.stack

ACCOUNT, SESSIONS = "/api/v1/account", "/api/v1/account/sessions"
# What is promised is 5 s; a loop is 1 ms or less, and a second more is for what opens the sockets and ends the sessions.
WAITS_S = 6.0
LOOPS = 6_000


def sign_out(user: User, inside: Browser, owner: Browser) -> int:
    return inside.post("/api/v1/auth/sign-out").status_code


def end_it_in_the_list(user: User, inside: Browser, owner: Browser) -> int:
    root = Session.objects.get(user=user, tenant__isnull=False).root
    return signed_in(user, None).delete(f"{SESSIONS}/{root}").status_code


def sign_out_everywhere(user: User, inside: Browser, owner: Browser) -> int:
    return signed_in(user, None).delete(SESSIONS).status_code


def set_a_password(user: User, inside: Browser, owner: Browser) -> int:
    body = {"password": PASSWORD, "new_password": "another good sentence"}
    return signed_in(user, None).post(f"{ACCOUNT}/password", body).status_code


def close_the_account(user: User, inside: Browser, owner: Browser) -> int:
    return signed_in(user, None).post(f"{ACCOUNT}/close", {"password": PASSWORD}).status_code


def lose_the_membership(user: User, inside: Browser, owner: Browser) -> int:
    return owner.delete(f"/api/v1/members/{user.pk}").status_code


def lose_the_second_factor(user: User, inside: Browser, owner: Browser) -> int:
    set_up(user)
    rescue.take_second_factor(user.pk, reason="The phone is gone.")
    return 204


WAYS: tuple[Callable[[User, Browser, Browser], int], ...] = (
    sign_out,
    end_it_in_the_list,
    sign_out_everywhere,
    set_a_password,
    close_the_account,
    lose_the_membership,
    lose_the_second_factor,
)


@pytest.fixture(autouse=True)
def _fresh(redis_server):
    """Limits of an address are everybody's here."""


def watched(port: int, there: TenantInfo, opened: ExitStack):
    """Return somebody, their browser on the tenant's host, and a socket of it that is open."""
    user = member(there, "viewer")
    inside = signed_in(user, there)
    ws = opened.enter_context(listen(port, "/ws/executions", cookie=inside.cookie(ACCESS)))
    ws.send("ping")
    assert ws.recv(timeout=20) == "pong"
    return user, inside, ws


def test_whoever_is_signed_out_in_whichever_way_loses_the_socket_and_nobody_else(
    live_port,  # noqa: F811 - pytest's way of asking for it
    tenant,  # noqa: F811 - as above
) -> None:
    owner = signed_in(member(tenant), tenant)

    def end_them_all() -> None:
        with ExitStack() as opened:
            *_, bystander = watched(live_port, tenant, opened)
            sockets = {}
            for way in WAYS:
                user, inside, ws = watched(live_port, tenant, opened)
                assert way(user, inside, owner) == 204, way.__name__
                sockets[way.__name__] = ws
            codes = {name: close_code(ws) for name, ws in sockets.items()}
            bystander.send("ping")

            assert codes == {way.__name__: 4401 for way in WAYS}
            assert bystander.recv(timeout=20) == "pong"

    assert is_within_loops_with_servers(end_them_all, LOOPS, waits_s=WAITS_S)


def test_whoever_has_shown_no_second_factor_loses_the_socket_once_the_tenant_asks(
    live_port,  # noqa: F811 - as above
    tenant,  # noqa: F811 - as above
) -> None:
    def ask() -> None:
        Tenant.objects.filter(pk=tenant.id).update(requires_second_factor=False)
        with ExitStack() as opened:
            *_, ws = watched(live_port, tenant, opened)
            Tenant.objects.filter(pk=tenant.id).update(requires_second_factor=True)
            assert close_code(ws) == 4401

    assert is_within_loops_with_servers(ask, LOOPS, waits_s=WAITS_S)
