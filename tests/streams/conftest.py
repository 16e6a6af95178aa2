"""A tenant whose trail is sent to receivers on loopback, which it is allowed to call."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.streams.receivers import SyslogReceiver, WebReceiver, syslog_receiver, web_receiver


def allow(port: int) -> None:
    """Let the tenant call a port of loopback, without an entry about it."""
    from apps.tenants.models import EgressAllowance, Tenant

    tenant = Tenant.objects.get(schema_name="t_demo")
    EgressAllowance.objects.get_or_create(tenant=tenant, address="127.0.0.1", port=port)


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with web_receiver() as box:
        yield box


@pytest.fixture
def logs() -> Iterator[SyslogReceiver]:
    with syslog_receiver() as box:
        yield box


@pytest.fixture
def begin() -> Callable[..., Any]:
    """Make a stream of the tenant of now to a receiver, from the first entry on; its secret is `row.secret`."""
    from apps.streams.services import managing
    from tests.entries import link

    def make(to: Any, *, name: str = "siem", is_from_start: bool = True) -> Any:
        allow(to.port)
        url = to.url if hasattr(to, "url") else f"syslog+tcp://127.0.0.1:{to.port}"
        row, secret = managing.create(name, url, is_from_start=is_from_start)
        row.secret = secret
        link()
        return row

    return make
