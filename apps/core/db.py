"""The one door to raw SQL: hot paths only, each statement named and schema-qualified.

Django's own cursor re-sends `SET search_path` with every statement (about 20 µs, and a second thing to get wrong on a
worker that serves all tenants). Statements that come through here name their schema, so they need no search path.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, wait
from contextvars import copy_context
from functools import lru_cache
from typing import Any, TypeVar

import orjson
import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

T = TypeVar("T")
Answer = psycopg.Cursor[tuple[Any, ...]]
# `%(name)s`, a percent sign written twice, or whatever else stands behind one.
PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|.?)", re.DOTALL)

# Deadlock and serialization failures heal by trying again; three tries bound the wait (engine promise, lock order).
RETRIED_STATES = {"40P01", "40001"}
MOST_TRIES = 3
ASK_AGAIN_S = 0.1
DATABASE_ERRORS = (OperationalError, InterfaceError)


class _OfThread(threading.local):
    """What a thread has open: the id of its transaction, and work that another does for it."""

    xid = ""
    beside: "Future[Any] | None" = None


_mine = _OfThread()


@lru_cache(maxsize=4096)
def in_schema(statement: str, schema: str) -> str:
    """Return `statement` with every `{s}` replaced by the quoted `schema`; other braces must be doubled."""
    return statement.format(s=sql.Identifier(schema).as_string(None))


@lru_cache(maxsize=4096)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement as PostgreSQL reads it, `$1` for its first name, and the names in their order.

    psycopg remembers what it has made of a statement only up to 4,096 characters and 50 parameters. Those of the hot
    paths are longer, and to take one apart anew cost a tenth of a synchronous delivery (measured).

    Raises:
        ValueError: it has a placeholder without a name.
    """
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            raise ValueError(f"{found[0]!r} is no placeholder with a name")
        return f"${names.setdefault(found[1], len(names) + 1)}"

    return PLACEHOLDER.sub(number, statement), tuple(names)


def fetch(statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement and return all its rows; a session that has run it several times has it prepared.

    On this thread's connection, in whatever transaction is open.

    Raises:
        django.db.Error: whatever goes wrong, as the ORM would say it; psycopg's own error is its cause.
    """
    mine = _connected()
    with mine.wrap_database_errors:
        return _ran(mine.connection, statement, params).fetchall()


def execute(statement: str, params: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Run a statement and return how many rows it touched; else as `fetch`."""
    mine = _connected()
    with mine.wrap_database_errors:
        return _ran(mine.connection, statement, params).rowcount


def _connected() -> BaseDatabaseWrapper:
    if _mine.beside is not None:
        wait([_mine.beside])
        _mine.beside = None
    # Once: each look at Django's `connection` finds the thread's own anew.
    mine = connections[DEFAULT_DB_ALIAS]
    if mine.connection is None:
        mine.ensure_connection()
    return mine


def _ran(session: Any, statement: str, params: Sequence[Any] | dict[str, Any]) -> Answer:
    """Return the server-binding cursor that has run a statement."""
    if not isinstance(params, dict):
        return psycopg.Cursor(session).execute(statement, params)
    numbered, names = _numbered(statement)
    return psycopg.RawCursor(session).execute(numbered, [params[name] for name in names])


# What stands between an array's texts, and in the place of a NULL, while all of them are escaped at once: JSON and the
# names of things hold neither, and an array with a text that does is escaped text by text.
_NEXT, _NULL = "\x01", "\x02"


def array(values: Iterable[object]) -> str:
    """Return a PostgreSQL array literal of the values' texts, None as NULL; the statement says of which type.

    psycopg builds arrays item by item through its adapters, with a regular expression per text: a quarter of a
    worker's time when a batch writes a hundred steps (measured).
    """
    items = list(values)
    texts = [
        _NULL if item is None else item if isinstance(item, str) else str(item) for item in items
    ]
    joined = _NEXT.join(texts)
    nulls = len([item for item in items if item is None])
    if joined.count(_NEXT) + 1 > len(texts) or joined.count(_NULL) > nulls:
        return "{" + ",".join(map(_item, items)) + "}"
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"').replace(_NEXT, '","')
    return ('{"' + escaped + '"}').replace(f'"{_NULL}"', "NULL")


def _item(value: object) -> str:
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def json_text(value: Any) -> str | None:
    """Return the JSON text of a value, None for None; beyond 64-bit integers and lone surrogates included."""
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"))


def take() -> None:
    """Take a connection of the pool for this thread: before a lock under which threads ask the database.

    Whoever waited for a connection inside such a lock would wait for those who hold one and wait for the lock.
    """
    connection.ensure_connection()


def give_back() -> None:
    """Hand this thread's connection back to the pool: none is held across a node, a wait or an idle second."""
    connection.close()


def let_go() -> None:
    """Hand this thread's connection back before something slow, unless a transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close()


def without_waiting_for_disk() -> None:
    """Let the open transaction commit before it is on disk: for claims and renewals, whose loss is harmless."""
    execute("SET LOCAL synchronous_commit TO off")


def name_transaction(xid: str) -> None:
    """Say which transaction is open (its `pg_current_xact_id`), so that `in_transaction` can ask what became of it."""
    _mine.xid = xid


def in_transaction(work: Callable[[], T], *, patience_s: float = 0.0) -> T:
    """Run `work` in one transaction and return its answer; deadlocks are tried again up to three times in all.

    If the connection is lost before the commit, `work` runs again: once over another connection of the pool, and
    for `patience_s` seconds until the database is back. If it is lost under a commit that `work` has named, the
    database is asked what became of it. So what `work` writes is written once when this returns.

    Raises:
        OperationalError: the third try failed as well, the database stayed away, nobody knows whether the commit
            happened, or the failure is of another kind.
    """
    tries = _Tries(patience_s)
    while True:
        _mine.xid = ""
        done: list[T] = []
        try:
            with transaction.atomic():
                done.append(work())
            return done[0]
        except DATABASE_ERRORS as failure:
            if done and is_away(failure) and not connection.in_atomic_block:
                if not _mine.xid:
                    raise
                if _was_committed(_mine.xid, tries.over_at):
                    return done[0]
            tries.bear(failure)


def until_answered(work: Callable[[], T], *, patience_s: float = 0.0) -> T:
    """Run `work`, whose statements commit by themselves, until it has come to its end; return its answer.

    Nobody can say of such a statement whose connection is lost whether it was carried out, or will be in a moment. So
    `work` runs again as `in_transaction` would have it, and its statements must see to it that they happen once.

    Raises:
        OperationalError: the third deadlock, the database stayed away, or the failure is of another kind.
    """
    tries = _Tries(patience_s)
    while True:
        try:
            return work()
        except DATABASE_ERRORS as failure:
            tries.bear(failure)


def beside(work: Callable[[], T], threads: Executor) -> "Future[T]":
    """Have `work` done by another thread, over a connection of its own, while this one goes on without any.

    What this thread asks next by `fetch` and `execute` is asked when that has ended, so it reads what `work` wrote. In
    an open transaction, which no other connection sees, `work` is done here and now.
    """
    if connection.in_atomic_block:
        done: Future[T] = Future()
        done.set_result(work())
        return done
    connection.close()
    _mine.beside = threads.submit(copy_context().run, _and_give_back, work)
    return _mine.beside


def awaited(future: "Future[T]") -> T:
    """Return what work `beside` this thread has come to, or raise its failure; no connection is held meanwhile.

    Whoever waits for a thread that waits for a connection of the pool must hold none.
    """
    if not future.done():
        let_go()
    return future.result()


def _and_give_back(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        give_back()


class _Tries:
    """How often one piece of work has failed so far, and until when a database that is away is waited for."""

    def __init__(self, patience_s: float) -> None:
        self.over_at = time.monotonic() + patience_s
        self._deadlocks = 0
        self._losses = 0

    def bear(self, failure: Exception) -> None:
        """Return when the work may be tried again, without the connection if it is lost; else raise its failure."""
        if _state(failure) in RETRIED_STATES:
            self._deadlocks += 1
            if self._deadlocks == MOST_TRIES:
                raise failure
            return
        if connection.in_atomic_block or not is_away(failure):
            raise failure
        self._losses += 1
        if self._losses > 1 and time.monotonic() > self.over_at:
            raise failure
        _forget_dead_connections()
        threading.Event().wait(ASK_AGAIN_S)


def is_away(failure: BaseException) -> bool:
    """Say whether a failure is the connection's (cut, refused, none to be had) and not that of a statement."""
    state = _state(failure) or ""
    is_of_connection = not state or state.startswith(("08", "57P")) or state == "53300"
    return isinstance(failure, DATABASE_ERRORS) and is_of_connection


def took_too_long(failure: BaseException) -> bool:
    """Say whether the database ended a statement because it took longer than this session allows."""
    return _state(failure) == "57014"


def _was_committed(xid: str, over_at: float) -> bool:
    """Ask for the end of a transaction whose connection is gone, over new connections until one answers.

    Raises:
        OperationalError: nobody has answered by `over_at`.
    """
    pause = threading.Event()
    while True:
        try:
            connection.close()
            found = fetch("SELECT pg_xact_status(%(xid)s::text::xid8)", {"xid": xid})[0][0]
            if found != "in progress":
                return bool(found == "committed")
        except DATABASE_ERRORS as failure:
            if not is_away(failure) or time.monotonic() > over_at:
                raise
            _forget_dead_connections()
        if time.monotonic() > over_at:
            raise OperationalError(f"transaction {xid} does not end")
        pause.wait(ASK_AGAIN_S)


def _forget_dead_connections() -> None:
    """Give up this thread's connection, and look at the idle ones of the pool: others may have been cut with it."""
    connection.close()
    connection.pool.check()  # type: ignore[attr-defined]  # PostgreSQL's backend has one


def _state(failure: BaseException) -> str | None:
    """Return the SQLSTATE of a failure, which psycopg's error holds that Django's is about."""
    cause = failure.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None
