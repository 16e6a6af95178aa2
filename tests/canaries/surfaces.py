"""Everything that lies about afterwards: rows, keys, files, logs, as pairs of a place and its text."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis

from tests.canaries.stack import Stack
from tests.soak.sweep import READERS

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
AND n.nspname NOT IN ('baseline', 'information_schema') AND n.nspname !~ '^pg_' ORDER BY 1, 2
"""


def rows(session: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """Yield every row of every schema, sealed values too: nothing of them can be read either."""
    for schema, table in session.execute(TABLES).fetchall():
        found = session.execute(f'SELECT row_to_json(r)::text FROM "{schema}"."{table}" r')  # type: ignore[arg-type]  # noqa: S608 - names of the catalog
        yield f"row: {table}", "\n".join(text for (text,) in found)


def kept(client: redis.Redis) -> Iterator[tuple[str, str]]:
    """Yield what Redis holds. Not as DUMP gives it, which is packed."""
    for key in client.scan_iter(count=1000):
        values = READERS[client.type(key)](client, key)
        texts = [each.decode("latin-1") for each in (key, *values) if isinstance(each, bytes)]
        yield "redis, kept", "\n".join(texts)


def files(place: str, folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield place, f"{path.name}\n{path.read_bytes().decode('latin-1')}"


def logs(stack: Stack, servers: Path) -> Iterator[tuple[str, str]]:
    """Yield what each process has written, those of the servers too."""
    for name in ("web", "live", "worker", "dispatcher"):
        yield f"log of {name}", stack.log(name).read_text(errors="replace")
    for log in servers.rglob("*.log"):
        yield f"log of {log.stem}", log.read_text(errors="replace")


def all_of(stack: Stack, servers: Path) -> Iterator[tuple[str, str]]:
    with psycopg.connect(os.environ["GORAX_DATABASE_URL"], autocommit=True) as session:
        yield from rows(session)
    with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"]) as client:
        yield from kept(client)
    yield from files("file of an execution", stack.blobs)
    yield from files("letter", stack.mail)
    yield from logs(stack, servers)
