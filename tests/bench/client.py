"""The client that every product is driven with: a process of its own, whose connections wait for each answer."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.bench.rows import at_share

WARM_UP_S = 2.0
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of the client saw; `began_at` in seconds since the epoch."""

    count: int
    errors: int
    began_at: float
    per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statuses: dict[str, int]

    def require(self, status: str) -> None:
        """Refuse a run that measured anything but the wanted answer."""
        assert self.errors == 0, self
        assert set(self.statuses) == {status}, self.statuses


@dataclass(frozen=True, slots=True)
class Hosts:
    """Hosts to ask in turn: `pattern` with eight digits, from 0 on, in place of `@@@@@@@@`."""

    pattern: str
    count: int


@dataclass(frozen=True, slots=True)
class Job:
    """What is sent how: for `seconds` after a warm-up or, without any, until `most` answers have come."""

    port: int
    request: bytes
    connections: int
    seconds: float = LONGEST_S
    most: int = 0
    turns: int = 0

    def drive(self) -> Load:
        """Run it in another process."""
        told = {
            "host": "127.0.0.1",
            "port": self.port,
            "connections": self.connections,
            "seconds": self.seconds,
            "warm_up_s": 0.0 if self.most else min(WARM_UP_S, self.seconds / 2),
            "most": self.most,
            "round": self.turns,
            "request": base64.b64encode(self.request).decode(),
        }
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"],
            input=json.dumps(told),
            capture_output=True,
            check=True,
            text=True,
        )
        return _summed(json.loads(ran.stdout))


def request(
    path: str, headers: dict[str, str], *, method: str = "POST", body: bytes = b""
) -> bytes:
    """Return the bytes of a request with a JSON body."""
    all_headers = headers | {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    head = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in all_headers.items()),
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def _summed(result: dict[str, Any]) -> Load:
    took_ms = result["latencies_ms"]
    return Load(
        count=result["count"],
        errors=result["errors"],
        began_at=result["began_at"],
        per_s=result["count"] / result["seconds"],
        p50_ms=at_share(took_ms, 0.50),
        p95_ms=at_share(took_ms, 0.95),
        p99_ms=at_share(took_ms, 0.99),
        statuses=result["statuses"],
    )
