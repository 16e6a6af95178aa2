"""A tenant's allowances open one private address and port, for its own nodes and for nobody else's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.errors import BlockedDestinationError, CallAbortedError
from apps.core import tenancy
from apps.core.ids import uuid7
from apps.engine.ports import HttpRequest, MailRequest
from apps.executions.services import ports
from apps.tenants.models import EgressAllowance, Tenant
from gorax.stack.receiver import Receiver
from tests.adapters.mail_servers import Box, RealServer

ALLOWED, OTHER = "t_demo", "t_other"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def port(db, receiver: Receiver) -> Iterator[int]:
    """The port of the receiver, which the tenant demo may call and its neighbour may not."""
    number = int(receiver.server_address[1])
    with opened_to_the_demo(number):
        yield number


@contextmanager
def opened_to_the_demo(port: int) -> Iterator[None]:
    ports._policy.cache_clear()
    with tenancy.entered(tenancy.PUBLIC):
        demo = Tenant.objects.get(schema_name=ALLOWED)
        EgressAllowance.objects.create(tenant=demo, address="127.0.0.1", port=port)
        # A row is enough: its schema is never entered here.
        Tenant.objects.create(schema_name=OTHER, slug="other", name="Other")
    yield
    ports._policy.cache_clear()


def status(schema: str, url: str) -> int:
    doors = ports.ports_for(schema, uuid7(), Cancellation())
    return doors.http.send(HttpRequest("GET", url, timeout_s=5)).status


def test_the_demo_reaches_its_receiver(port: int, receiver: Receiver) -> None:
    assert status(ALLOWED, f"http://127.0.0.1:{port}/ok") == 200
    assert receiver.book.read(None)["count"] == 1


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{next}/ok",
        "http://127.0.0.2:{port}/ok",
        "http://[::1]:{port}/ok",
        "http://localhost:{port}/ok",
        "http://10.0.0.1:{port}/ok",
        "http://192.168.0.1:{port}/ok",
        "http://169.254.169.254:{port}/ok",
        "http://demo.localhost:{port}/ok",
    ],
)
def test_every_other_private_address_stays_refused(
    place: str, port: int, receiver: Receiver
) -> None:
    url = place.replace("{port}", str(port)).replace("{next}", str(port + 1))

    with pytest.raises(BlockedDestinationError):
        status(ALLOWED, url)

    assert receiver.book.read(None)["count"] == 0


def test_the_same_address_is_refused_to_another_tenant_also_after_the_first_called_it(
    port: int, receiver: Receiver
) -> None:
    status(ALLOWED, f"http://127.0.0.1:{port}/ok")

    with pytest.raises(BlockedDestinationError):
        status(OTHER, f"http://127.0.0.1:{port}/ok")

    assert receiver.book.read(None)["count"] == 1


def test_a_redirect_of_the_receiver_leads_nowhere_else(port: int, receiver: Receiver) -> None:
    with pytest.raises(BlockedDestinationError):
        status(ALLOWED, f"http://127.0.0.1:{port}/redirect/302?to=http://127.0.0.1:1/ok")

    assert receiver.book.read(None)["count"] == 1


def test_mail_goes_where_its_tenant_may_call_and_is_cut_off_with_its_execution(db) -> None:
    box, aborted = Box(), Cancellation()
    aborted.abort()
    with RealServer(box) as server, opened_to_the_demo(server.port):
        letter = MailRequest(
            host="127.0.0.1",
            port=server.port,
            security="none",
            sender="a@example.com",
            recipients=("b@example.com",),
            message=b"Subject: Hi\r\n\r\nHello\r\n",
        )
        ports.ports_for(ALLOWED, uuid7(), Cancellation()).mail.send(letter)
        with pytest.raises(BlockedDestinationError):
            ports.ports_for(OTHER, uuid7(), Cancellation()).mail.send(letter)
        with pytest.raises(CallAbortedError):
            ports.ports_for(ALLOWED, uuid7(), aborted).mail.send(letter)

    assert len(box.taken) == 1
