"""Tenants that look alike, with real processes that serve them, and a network tap on Redis."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from django.db import connection, transaction
from django.test import override_settings
from websockets.exceptions import ConnectionClosed

from apps.core import tenancy
from apps.engine.secret import Secret
from apps.tenants import facade
from apps.tenants.models import EgressAllowance
from apps.tenants.services import grants
from gorax.stack import servers
from gorax.stack.checkout import ROOT
from gorax.stack.receiver import Receiver
from tests.eventually import eventually
from tests.executions.test_sockets import listen
from tests.soak.witness import Witness
from tests.tenancy.neighbours import COPY, PATH, Neighbour, canary_of, keep_a_secret
from tests.tenants.browser import ACCESS, Browser, person, signed_in
from tests.workflows.documents import edge, node

SLUGS = ("a", "ab", "aa", "a-b", "b", "ba", "a-a", "aab")
# What is the same everywhere, in the order in which it refers to each other. Secrets are sealed for one tenant alone.
TABLES = ("workflows_workflow", "workflows_version", "workflows_trigger", "webhooks_webhook")
OVERDUE = "UPDATE public.dispatch_alarm SET due_at = now() - interval '5 s'"
GRANIAN = (sys.executable, "-m", "granian", "--host=127.0.0.1", "--workers=1", "--log-level=error")
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app=gorax.celery", "worker")


@dataclass
class World:
    """What the actors share."""

    neighbours: dict[str, Neighbour]
    receiver: Receiver
    witness: Witness
    # Ids that stand in each tenant's schema.
    everybodys: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    logs: list[Path] = field(default_factory=list)
    # What is told to the processes beside what this one is told.
    told: dict[str, str] = field(default_factory=dict)


def document(word: str, url: str) -> dict[str, Any]:
    #  hook ──┬─► word ──► send ──► file ──► end
    #  start ─┤
    #  clock ─┘
    parts = [
        node("hook", "trigger:webhook", auth_type="none", path=PATH),
        node("start", "trigger:manual"),
        node("clock", "trigger:schedule", cron="@daily"),
        node(word, "action:set", values={"said": word}),
        node(
            "send",
            "action:http",
            method="POST",
            url=f"{url}/echo?of={word}",
            headers={"X-Key": "{{ credentials.key.password }}"},
            body=word,
        ),
        node("file", "data:file", operation="write", text=word, filename=f"{word}.txt"),
        node("end", "control:no_op"),
    ]
    for each in parts:
        each["data"]["name"] = f"{each['id']} {word}"
        each["data"]["notes"] = word
    edges = [edge(each, word) for each in ("hook", "start", "clock")]
    return {
        "nodes": parts,
        "edges": [*edges, edge(word, "send"), edge("send", "file"), edge("file", "end")],
    }


def failing(word: str, _url: str) -> dict[str, Any]:
    #  start ──► stop
    stop = node("stop", "control:stop_and_error", error_message=f"No {word}")
    return {"nodes": [node("start", "trigger:manual"), stop], "edges": [edge("start", "stop")]}


def asking(word: str, _url: str) -> dict[str, Any]:
    #  start ──► ask
    ask = node("ask", "control:approval", title=word, message=word)
    return {"nodes": [node("start", "trigger:manual"), ask], "edges": [edge("start", "ask")]}


WORKFLOWS = {"plain": document, "failing": failing, "asking": asking}


def settle(slugs: tuple[str, ...], receiver: Receiver, witness: Witness) -> World:
    """Make the tenants; what the first one draws, the others get with the same ids."""
    found = {}
    for slug in slugs:
        owner = person(f"owner@{slug}.test", name=canary_of(slug))
        tenant = facade.provision(slug=slug, name=canary_of(slug), owner_id=owner.pk)
        found[slug] = Neighbour(tenant, owner, signed_in(owner, tenant), canary_of(slug))
    world = World(found, receiver, witness)
    first, port = found[slugs[0]], int(receiver.server_address[1])
    for neighbour in found.values():
        keep_a_secret(neighbour, "key")
        EgressAllowance.objects.create(
            tenant_id=neighbour.tenant.id, address="127.0.0.1", port=port
        )
    facade.forget()
    for name, draw in WORKFLOWS.items():
        world.everybodys[name] = _publish(first, draw(first.canary, f"http://127.0.0.1:{port}"))
    for slug in slugs[1:]:
        _copy(first, found[slug])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id::text FROM {first.tenant.schema}.webhooks_webhook")  # noqa: S608 - our own name
        world.everybodys["webhook"] = cursor.fetchone()[0]
    return world


def let_the_application_in(world: World, running: servers.Places) -> None:
    """Have the processes work as the role that owns nothing, with the rights that a migration gives it (docs/adr/0037)."""
    role = {"GORAX_APPLICATION_ROLE": servers.APPLICATION, "GORAX_APPLICATION_PASSWORD": Secret("")}
    with override_settings(**role):
        grants.make_role()
        grants.apply([tenancy.PUBLIC, *(each.tenant.schema for each in world.neighbours.values())])
    name = "GORAX_DATABASE_URL"
    world.told[name] = servers.urls_of_two_roles(running)[name]


def workers_at_the_database() -> set[str]:
    """Return as whom sessions are open now, without this process's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database()"
        )
        return {row[0] for row in cursor.fetchall()} - {servers.ROLE}


def _publish(neighbour: Neighbour, definition: dict[str, Any]) -> str:
    body = {"name": neighbour.canary, "description": neighbour.canary, "definition": definition}
    made = neighbour.browser.post("/api/v1/workflows", body)
    assert made.status_code == 201, made.content
    for step in ("publish", "activate"):
        answer = neighbour.browser.post(f"/api/v1/workflows/{made.json()['id']}/{step}")
        assert answer.status_code == 200, answer.content
    return str(made.json()["id"])


def _copy(source: Neighbour, target: Neighbour) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in TABLES:
            statement = COPY.format(table=table, old=source.tenant.schema, new=target.tenant.schema)
            cursor.execute(statement, [source.canary, target.canary])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def served(world: World, folder: Path) -> Iterator[None]:
    """Serve the tenants by real processes: HTTP, sockets, and a Celery worker; each writes a log."""
    with ExitStack() as undo:
        for name, arguments in (
            ("web", (*GRANIAN, "--interface=wsgi", "--blocking-threads=4", "--no-ws")),
            ("live", (*GRANIAN, "--interface=asginl")),
        ):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                world.ports[name] = probe.getsockname()[1]
            target = "gorax.wsgi:application" if name == "web" else "gorax.asgi:application"
            command = (*arguments, f"--port={world.ports[name]}", target)
            undo.enter_context(_running(world, folder, name, command))
        pool = ("--pool=threads", "--concurrency=2", "--queues=celery", "--loglevel=INFO")
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        undo.enter_context(_running(world, folder, "worker", (*CELERY, *pool, *quiet)))
        for port in world.ports.values():
            assert eventually(lambda port=port: _answers(port), within_s=60)
        yield


@contextmanager
def _running(world: World, folder: Path, name: str, command: tuple[str, ...]) -> Iterator[None]:
    log = folder / f"{name}.log"
    world.logs.append(log)
    own = {"GORAX_POOL_MAX": "6", "GORAX_LOG_FORMAT": "json", "GORAX_ROLE": name}
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **own, **world.told}, stdout=file, stderr=file
        )
        try:
            yield
            assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        finally:
            process.terminate()
            process.wait(timeout=40)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextmanager
def tapped(world: World) -> Iterator[None]:
    """Look at every command that Redis gets: keys and values, hints to browsers, Celery's messages."""
    client = redis.Redis.from_url(os.environ["GORAX_REDIS_URL"])
    ready, everybodys = threading.Event(), tuple(world.everybodys.values())
    end = b"the-end-of-the-soak"

    def listen_in() -> None:
        with client.monitor() as monitor:
            ready.set()
            while True:
                command = monitor.next_command()["command"]
                if end.decode() in command:
                    return
                world.witness.look_at_shared("redis", command, everybodys=everybodys)

    tap = threading.Thread(target=listen_in, daemon=True)
    tap.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        client.echo(end)
        tap.join(30)
        client.close()
    assert not tap.is_alive()


@contextmanager
def listening(world: World) -> Iterator[None]:
    """Hold a socket open for each tenant, and look at every frame."""
    with ExitStack() as undo:
        for slug, neighbour in world.neighbours.items():
            ws = undo.enter_context(open_socket(world, slug, neighbour.browser))
            threading.Thread(target=_hear, args=(world, slug, ws), daemon=True).start()
        yield


def open_socket(world: World, host_of: str, browser: Browser, path: str = "/ws/executions") -> Any:
    """Open a socket on a tenant's host, with the cookie of whoever sits at `browser`."""
    host = world.neighbours[host_of].browser.host
    return listen(world.ports["live"], path, cookie=browser.cookie(ACCESS), host=host)


def _hear(world: World, slug: str, ws: Any) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            world.witness.look(slug, "frame", str(ws.recv()))
