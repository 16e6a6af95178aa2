"""A gorax of its own to measure: a copy of the checkout, started as `make up` starts it, on free ports."""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import psycopg

from gorax.stack.servers import DATABASE, ROLE
from tests.bench.documents import Document
from tests.bench.rows import at_share
from tests.stack.checkouts import Copy

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of the client saw."""

    count: int
    errors: int
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


class Product:
    """The running product, as its demo tenant's API key sees it."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.facts: dict[str, Any] = json.loads((copy.folder / ".gorax" / "demo.json").read_text())

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one API request; return status and parsed body."""
        headers = {"Host": self.facts["host"], "Authorization": f"Bearer {self.facts['api_key']}"}
        raw = None if body is None else json.dumps(body)
        with closing(HTTPConnection("127.0.0.1", self.copy.port, timeout=60)) as connection:
            connection.request(method, path, body=raw, headers=headers | (JSON if raw else {}))
            answer = connection.getresponse()
            text = answer.read()
        return answer.status, json.loads(text) if text else None

    def make_workflow(self, name: str, document: Document) -> str:
        """Create, publish and activate a workflow; return its id."""
        status, made = self.call(
            "POST", "/api/v1/workflows", {"name": name, "definition": document}
        )
        assert status == 201, made
        for verb in ("publish", "activate"):
            status, answer = self.call("POST", f"/api/v1/workflows/{made['id']}/{verb}")
            assert status == 200, answer
        return str(made["id"])

    def execute(self, workflow_id: str, value: Any = None) -> str:
        """Start an execution; return its id."""
        path = f"/api/v1/workflows/{workflow_id}/execute"
        status, answer = self.call("POST", path, {"input": value})
        assert status == 202, answer
        return str(answer["execution_id"])

    def ended(
        self, execution_id: str, *, within_s: float = 120.0, pause_s: float = 0.02
    ) -> dict[str, Any]:
        """Wait until an execution has ended and return it; each look costs the product a request."""
        over_at = time.monotonic() + within_s
        while True:
            _, shown = self.call("GET", f"/api/v1/executions/{execution_id}")
            if shown["ended_at"] is not None:
                return dict(shown)
            assert time.monotonic() < over_at, shown
            time.sleep(pause_s)

    def load(
        self,
        path: str,
        *,
        connections: int,
        seconds: float,
        body: bytes = b"",
        method: str = "POST",
        hosts: Hosts | None = None,
    ) -> Load:
        """Drive one address in a closed loop from another process, on the demo's host or on others in turn."""
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {hosts.pattern if hosts else self.facts['host']}",
            f"Authorization: Bearer {self.facts['api_key']}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        request = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        job = {
            "host": "127.0.0.1",
            "port": self.copy.port,
            "connections": connections,
            "seconds": seconds,
            "warm_up_s": min(2.0, seconds / 2),
            "round": hosts.count if hosts else 0,
            "request": base64.b64encode(request).decode(),
        }
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            text=True,
        )
        return _summed(json.loads(ran.stdout))

    def sql(self, statement: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Ask the product's own database; each statement is a transaction."""
        socket_folder = (self.copy.folder / ".gorax" / "servers" / "run").resolve()
        with psycopg.connect(
            host=str(socket_folder), dbname=DATABASE, user=ROLE, autocommit=True
        ) as connection:
            found = connection.execute(statement, params)
            return list(found.fetchall()) if found.description else []

    def database_log(self) -> str:
        """Return what the database has written to its log, the part before the last rotation included."""
        log = self.copy.folder / ".gorax" / "log" / "postgres.log"
        parts = [log.with_name("postgres.log.1"), log]
        return "".join(each.read_text(errors="replace") for each in parts if each.exists())

    def memory_mib(self) -> dict[str, float]:
        """Return the proportional set size of every process of the stack, in MiB."""
        sizes: dict[str, float] = {}
        here = self.copy.folder.resolve()
        for process in psutil.process_iter(["pid", "cmdline"]):
            try:
                folder = Path(process.cwd()).resolve()
                if folder == here or here in folder.parents:
                    name = " ".join(process.info["cmdline"])[-60:]
                    key = f"{process.pid} {name}"
                    sizes[key] = process.memory_full_info().pss / 2**20
            except (psutil.Error, OSError):
                continue
        return sizes


def _summed(result: dict[str, Any]) -> Load:
    took_ms = result["latencies_ms"]
    return Load(
        count=result["count"],
        errors=result["errors"],
        per_s=result["count"] / result["seconds"],
        p50_ms=at_share(took_ms, 0.50),
        p95_ms=at_share(took_ms, 0.95),
        p99_ms=at_share(took_ms, 0.99),
        statuses=result["statuses"],
    )


@contextmanager
def running() -> Iterator[tuple[Product, float]]:
    """Yield a product that is ready, and how many seconds its start took from an empty folder."""
    folder = Path(tempfile.mkdtemp(prefix="gorax-bench-"))
    folder.chmod(0o755)
    copy = Copy(folder / "c")
    try:
        began_at = time.monotonic()
        copy.start()
        copy.wait_until_ready()
        yield Product(copy), time.monotonic() - began_at
    finally:
        copy.remove()
    shutil.rmtree(folder)  # and with it the log, which only a failure needs
