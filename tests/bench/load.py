"""A closed-loop HTTP client that costs little: keep-alive connections, prepared bytes, one thread.

    python -m tests.bench.load < job.json > result.json

The job is `{"host", "port", "connections", "seconds", "warm_up_s", "most", "round", "request": "<base64>"}`; the result
`{"count", "errors", "seconds", "began_at", "statuses", "latencies_ms": [...]}`. It runs in a process of its own, so that it shares
the cores with the product as a client on the same machine does, but not its interpreter.
"""

import asyncio
import base64
import json
import sys
import time
from collections import Counter
from typing import Any

HEADERS_END = b"\r\n\r\n"


class Client(asyncio.Protocol):
    """One connection that sends the next request when the last answer is whole."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.received = bytearray()
        self.sent_at = 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.go_on()

    def go_on(self) -> None:
        if self.run.goes_on():
            self.send()
        else:
            self.transport.close()

    def send(self) -> None:
        self.received.clear()
        self.sent_at = time.perf_counter()
        self.transport.write(self.run.request())

    def data_received(self, data: bytes) -> None:
        self.received += data
        head_end = self.received.find(HEADERS_END)
        if head_end < 0:
            return
        head = bytes(self.received[:head_end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self.received) < head_end + 4 + length:
            return
        self.run.note(int(head[9:12]), time.perf_counter() - self.sent_at)
        self.go_on()

    def connection_lost(self, reason: Exception | None) -> None:
        self.run.ended(is_error=reason is not None)


class Run:
    """What all connections of a job share."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.template = base64.b64decode(job["request"])
        self.began_at = time.perf_counter()
        self.counts_from = self.began_at + job["warm_up_s"]
        self.ends_at = self.counts_from + job["seconds"]
        self.statuses: Counter[int] = Counter()
        self.latencies: list[float] = []
        self.errors = 0
        self.number = 0
        self.most = job["most"]
        self.round = job["round"]
        self.open = job["connections"]
        self.over = asyncio.get_running_loop().create_future()

    def request(self) -> bytes:
        """Return the next request; `@@@@@@@@` in it becomes the next number below `round` (0: of its own)."""
        self.number += 1
        number = self.number % self.round if self.round else self.number
        return self.template.replace(b"@@@@@@@@", b"%08d" % number)

    def note(self, status: int, took_s: float) -> None:
        if time.perf_counter() >= self.counts_from:
            self.statuses[status] += 1
            self.latencies.append(took_s * 1000)

    def goes_on(self) -> bool:
        is_enough = self.most and self.number >= self.most
        return not is_enough and time.perf_counter() < self.ends_at

    def ended(self, *, is_error: bool) -> None:
        self.errors += is_error
        self.open -= 1
        if self.open == 0 and not self.over.done():
            self.over.set_result(None)


async def main(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job."""
    run = Run(job)
    loop = asyncio.get_running_loop()
    began_at = time.time()
    for _ in range(job["connections"]):
        await loop.create_connection(lambda: Client(run), job["host"], job["port"])
    await run.over
    return {
        "count": len(run.latencies),
        "errors": run.errors,
        "seconds": job["seconds"],
        "began_at": began_at,
        "statuses": dict(run.statuses),
        "latencies_ms": run.latencies,
    }


if __name__ == "__main__":
    json.dump(asyncio.run(main(json.load(sys.stdin))), sys.stdout)
