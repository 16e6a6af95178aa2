"""The one door to raw SQL: hot paths only, each statement named and schema-qualified.

Django's own cursor re-sends `SET search_path` with every statement (about 20 µs, and a second thing to get wrong on a
worker that serves all tenants). Statements that come through here name their schema, so they need no search path.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import orjson
import psycopg
from django.db import OperationalError, connection, transaction
from psycopg import sql

T = TypeVar("T")

# Deadlock and serialization failures heal by trying again; three tries bound the wait (engine promise, lock order).
RETRIED_STATES = {"40P01", "40001"}
MOST_TRIES = 3


@lru_cache(maxsize=4096)
def in_schema(statement: str, schema: str) -> str:
    """Return `statement` with every `{s}` replaced by the quoted `schema`; other braces must be doubled."""
    return statement.format(s=sql.Identifier(schema).as_string(None))


@contextmanager
def cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Yield a raw, server-binding cursor on this thread's connection, inside whatever transaction is open."""
    connection.ensure_connection()
    assert connection.connection is not None  # noqa: S101 - ensure_connection made it
    with psycopg.Cursor(connection.connection) as raw:
        yield raw


def fetch(statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a prepared statement and return all its rows."""
    with cursor() as raw:
        return raw.execute(statement, params, prepare=True).fetchall()


def execute(statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Run a prepared statement and return how many rows it touched."""
    with cursor() as raw:
        return raw.execute(statement, params, prepare=True).rowcount


def array(values: Iterable[object]) -> str:
    """Return a PostgreSQL array literal of the values' texts, None as NULL; the statement says of which type.

    psycopg builds arrays item by item through its adapters, with a regular expression per text: a quarter of a
    worker's time when a batch writes a hundred steps (measured).
    """
    return "{" + ",".join(map(_item, values)) + "}"


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def json_text(value: Any) -> str | None:
    """Return the JSON text of a value, None for None; beyond 64-bit integers and lone surrogates included."""
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"))


def give_back() -> None:
    """Hand this thread's connection back to the pool: none is held across a node, a wait or an idle second."""
    connection.close()


def without_waiting_for_disk() -> None:
    """Let the open transaction commit before it is on disk: for claims and renewals, whose loss is harmless."""
    execute("SET LOCAL synchronous_commit TO off")


def in_transaction(work: Callable[[], T]) -> T:
    """Run `work` in one transaction and return its answer; deadlocks are tried again up to three times in all.

    Raises:
        OperationalError: the third try failed as well, or the failure is of another kind.
    """
    for attempt in range(1, MOST_TRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except (OperationalError, psycopg.OperationalError) as failure:
            if attempt == MOST_TRIES or _state(failure) not in RETRIED_STATES:
                raise
    raise AssertionError("unreachable")


def _state(failure: BaseException) -> str | None:
    """Return the SQLSTATE of a failure, whether psycopg raised it or Django wrapped it."""
    for each in (failure, failure.__cause__):
        if isinstance(each, psycopg.Error):
            return each.sqlstate
    return None
