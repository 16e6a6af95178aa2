"""The role that owns schemas and tables. Who makes or changes them works as it; all else works with fewer rights.

Without a GORAX_MIGRATION_DATABASE_URL there is one role for both, and nothing here does anything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

# Of a database's settings: what decides whose session it is, and how it is opened.
SESSION = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def owning() -> Iterator[None]:
    """Work as the owner until the block ends: this process, with all its threads. For commands, outside transactions."""
    told = connections.settings[DEFAULT_DB_ALIAS]
    mine = {name: told[name] for name in SESSION}
    theirs: Mapping[str, Any] | None = settings.GORAX_OWNER_DATABASE
    if theirs is None or mine["USER"] == theirs["USER"]:
        yield
        return
    _switch({name: theirs[name] for name in SESSION})
    try:
        yield
    finally:
        _switch(mine)


def is_at_work() -> bool:
    """Say whether this session may make schemas, as the owner may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        may: bool = cursor.fetchone()[0]
    return may


def _switch(to: Mapping[str, Any]) -> None:
    for each in connections.all(initialized_only=True):
        each.close()
        each.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend has one
    # All threads' connections read this one mapping when they open a session.
    connections.settings[DEFAULT_DB_ALIAS].update(to)
