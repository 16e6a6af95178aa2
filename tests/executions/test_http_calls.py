"""What a worker's HTTP steps share, what they never share, and what an attempt that begins anew sends again."""

from collections.abc import Iterator

import pytest

from tests.adapters.servers import Seen, Server, ok
from tests.executions.makers import (
    begin,
    call,
    chain,
    execution,
    make_version,
    steps,
    work_until_ended,
)

PAGES = {"pagination": "page", "page_name": "page"}


@pytest.fixture
def server(demo) -> Iterator[Server]:
    """A server that counts its connections, allowed for the tenant."""
    from apps.adapters.transport import process_transport
    from apps.executions.services import ports
    from apps.tenants import facade as tenants
    from apps.tenants.models import EgressAllowance, Tenant

    with Server() as server:
        tenant = Tenant.objects.get(schema_name="t_demo")
        EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=server.port)
        ports._policy.cache_clear()
        tenants.forget()
        yield server
        process_transport().close()


def ended(*calls: tuple[str, dict]):
    execution_id = begin(make_version(chain(*((n, "action:http", data) for n, data in calls))), {})
    work_until_ended(execution_id)
    return execution_id


def test_two_steps_to_one_host_and_two_executions_share_a_connection(server) -> None:
    server.answer = lambda seen: ok(b"fine", "Set-Cookie: session=canary")
    signed = call(server.url, headers={"Authorization": "Bearer canary"})

    first = ended(("one", signed), ("two", call(f"{server.url}/two")))
    second = ended(("one", call(f"{server.url}/three")))

    assert execution(first).status == execution(second).status == "completed"
    assert [seen.target for seen in server.seen] == ["/", "/two", "/three"]
    assert server.connections == 1
    assert "canary" not in str([seen.headers for seen in server.seen[1:]])


def test_an_attempt_that_begins_anew_asks_for_the_same_pages_under_the_same_keys(server) -> None:
    refused = []

    def answer(seen: Seen) -> bytes:
        number = int(seen.target.rpartition("=")[2])
        if number == 2 and not refused:
            refused.append(number)
            return ok(b"", "Retry-After: 0", status="503 Busy")
        return ok(f"[{number}]".encode() if number < 3 else b"[]")

    server.answer = answer
    retry = {"attempts": 2, "backoff": "fixed", "first_wait_s": 0.05}

    execution_id = ended(("list", {**call(server.url, **PAGES), "retry": retry}))

    step = steps(execution_id)["list"]
    assert (step.status, step.attempt) == ("completed", 2)
    assert step.output["body"] == [1, 2]
    keys = [seen.headers["idempotency-key"] for seen in server.seen]
    assert keys == [f"{execution_id}:list#{number}" for number in (1, 2, 1, 2, 3)]
