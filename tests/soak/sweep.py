"""What lies about afterwards: every row of every schema, every key of Redis, every file, every line of a log."""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from gorax.telemetry import JsonFormatter
from tests.soak.witness import SCHEMA
from tests.soak.world import World

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""
# Rows of people and tenants name no schema; each is about one tenant or person and holds that one's word alone.
BY_NAME = frozenset({"tenants_tenant", "tenants_apikey", "accounts_user"})
READERS = {
    b"string": lambda client, key: [client.get(key)],
    b"list": lambda client, key: client.lrange(key, 0, -1),
    b"set": lambda client, key: list(client.smembers(key)),
    b"hash": lambda client, key: [part for pair in client.hgetall(key).items() for part in pair],
    b"zset": lambda client, key: client.zrange(key, 0, -1),
}


def sweep(world: World) -> None:
    """Look at all of it."""
    for slug, neighbour in world.neighbours.items():
        for table, text in rows(neighbour.tenant.schema):
            world.witness.look(slug, f"row of {table}", text)
    for table, text in rows("public"):
        look = world.witness.look_at_one if table in BY_NAME else world.witness.look_at_shared
        look(f"public row of {table}", text)
    for key, value in remembered():
        world.witness.look_at_shared("redis key", f"{key} {value}")
    for request in world.receiver.book.read(None)["requests"]:
        world.witness.look_at_one("sent", json.dumps(request))
    _sweep_files(world)


def _sweep_files(world: World) -> None:
    for path in settings.GORAX_BLOBS_DIR.rglob("*"):
        if path.is_file():
            owners = SCHEMA.findall(str(path.relative_to(settings.GORAX_BLOBS_DIR)))
            text = path.read_bytes().decode("latin-1")
            world.witness.look("".join(owners).replace("_", "-"), "blob", text)
    for log in world.logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            world.witness.look(tenant_of(line), f"log of {log.stem}", line)


class Listener(logging.Handler):
    """Looks at each line that this process would log."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.setFormatter(JsonFormatter(role="soak"))

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self._world.witness.look(tenant_of(line), "log of soak", line)


def rows(schema: str) -> Iterator[tuple[str, str]]:
    """Return every row of a schema with the name of its table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [schema])
        tables = [name for (name,) in cursor.fetchall()]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT row_to_json(r)::text FROM "{schema}"."{table}" r')  # noqa: S608 - our own names
            while found := cursor.fetchmany(1_000):
                for (text,) in found:
                    yield table, text


def remembered() -> Iterator[tuple[str, str]]:
    """Return what Redis holds."""
    with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"]) as client:
        for key in client.scan_iter(count=1_000):
            reader: Any = READERS[client.type(key)]
            for value in reader(client, key):
                yield key.decode("latin-1"), (value or b"").decode("latin-1")


def tenant_of(line: str) -> str:
    """Return whose a line of a log is: its field `tenant`, or the only schema that it names."""
    try:
        said = json.loads(line)
    except ValueError:
        said = {}
    named = {str(said.get("tenant", said.get("schema", ""))).removeprefix("t_")} - {"", "public"}
    named = named or set(SCHEMA.findall(line))
    return named.pop().replace("_", "-") if len(named) == 1 else ""
