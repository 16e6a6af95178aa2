"""50 MB come down and go up again through a worker that never holds them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from apps.executions.services import ports
from tests.adapters.servers import Seen, Server, ok
from tests.executions.makers import SCHEMA, begin, call, chain, make_version, steps

ROOT = Path(__file__).parents[2]
PIECE = bytes(range(256)) * 4_000
LARGE_BYTES = 50 * len(PIECE)
# What a worker may hold at its peak, and how much of it a large file may cost beyond a small one.
MOST_BYTES = 300_000_000
MOST_GROWN_BYTES = 20_000_000


@pytest.fixture
def remote(demo) -> Iterator[Server]:
    """A server with a file of 1 MB at /small and one of 51 MB at /large, which the tenant may call."""
    from apps.tenants.models import EgressAllowance, Tenant

    def answer(seen: Seen) -> Iterator[bytes]:
        if not seen.target.startswith("/large"):
            return iter([ok(PIECE if seen.target == "/small" else b"thanks")])
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {LARGE_BYTES}\r\n\r\n".encode()
        return iter([head, *[PIECE] * 50])

    with Server(answer=answer) as server:
        tenant = Tenant.objects.get(schema_name=SCHEMA)
        EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=server.port)
        ports._policy.cache_clear()
        yield server
    ports._policy.cache_clear()


WHOLE = {"body_type": "file", "body": "{{ steps.down.body }}"}
A_PART = {"body_type": "multipart", "parts": [{"name": "a", "file": "{{ steps.down.body }}"}]}


def down_and_up(server: Server, path: str, body: dict) -> UUID:
    document = chain(
        ("down", "action:http", call(f"{server.url}{path}", response_type="file")),
        ("up", "action:http", call(f"{server.url}/in", method="PUT", **body)),
    )
    return begin(make_version(document), {})


@pytest.mark.stack
@pytest.mark.parametrize("body", [WHOLE, A_PART], ids=["whole", "a part"])
def test_a_large_file_costs_a_worker_hardly_more_memory_than_a_small_one(remote, body) -> None:
    small, large = down_and_up(remote, "/small", body), down_and_up(remote, "/large", body)

    said = subprocess.run(
        [sys.executable, "-m", "tests.executions.carrier", str(small), str(large)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    first, second = json.loads(said.stdout.splitlines()[-1])
    assert (first["status"], second["status"]) == ("completed", "completed")
    sent = sorted(len(seen.body) for seen in remote.seen if seen.target == "/in")
    around = sent[0] - len(PIECE)
    assert (sent[1] - around, 0 <= around < 1_000) == (LARGE_BYTES, True)
    assert steps(large)["down"].output["body"]["size_bytes"] == LARGE_BYTES
    assert second["peak_bytes"] - first["peak_bytes"] < MOST_GROWN_BYTES
    assert second["peak_bytes"] < MOST_BYTES
