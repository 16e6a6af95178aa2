"""A gorax of its own to measure: a copy of the checkout, started as `make up` starts it, on free ports."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import psycopg

from gorax.stack.servers import DATABASE, ROLE
from tests.bench.client import Hosts, Job, Load, request
from tests.bench.documents import Document
from tests.stack.checkouts import Copy

JSON = {"Content-Type": "application/json"}


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
        workflow_id = self.draft(name, document)
        self.switch_on(workflow_id)
        return workflow_id

    def draft(self, name: str, document: Document) -> str:
        """Create a workflow, which checks and saves its document; return its id."""
        body = {"name": name, "definition": document}
        status, made = self.call("POST", "/api/v1/workflows", body)
        assert status == 201, made
        return str(made["id"])

    def switch_on(self, workflow_id: str) -> None:
        """Publish and activate a workflow."""
        for verb in ("publish", "activate"):
            status, answer = self.call("POST", f"/api/v1/workflows/{workflow_id}/{verb}")
            assert status == 200, answer

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
        raw = self.request(path, body=body, method=method, host=hosts.pattern if hosts else "")
        turns = hosts.count if hosts else 0
        return Job(self.copy.port, raw, connections, seconds, turns=turns).drive()

    def take(self, path: str, count: int, *, connections: int, body: bytes) -> Load:
        """Have so many deliveries taken, as fast as they are, and no more."""
        return Job(self.copy.port, self.request(path, body=body), connections, most=count).drive()

    def request(self, path: str, *, body: bytes, method: str = "POST", host: str = "") -> bytes:
        """Return the bytes of a request with the demo's key, to its host or another."""
        headers = {
            "Host": host or self.facts["host"],
            "Authorization": f"Bearer {self.facts['api_key']}",
        }
        return request(path, headers, method=method, body=body)

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


def took_ms(shown: dict[str, Any]) -> float:
    """Return the time from the acceptance to the end of an execution, by the database."""
    began, ended = (datetime.fromisoformat(shown[name]) for name in ("created_at", "ended_at"))
    return (ended - began).total_seconds() * 1000


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
