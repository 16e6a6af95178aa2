"""What must hold before a process works: clocks agree, connections suffice, sessions are sessions."""

import gc
import secrets
import time
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

# Leases and timers trust the database's clock; a process far off it would misjudge its own lease.
LARGEST_CLOCK_GAP_S = 5.0
SPARE_CONNECTIONS = 3  # for `make shell`, `doctor` and a person with psql
# A pooler that hands out server sessions in turn needs several looks until two of ours meet.
LOOKS = 20

Session = psycopg.Connection[Any]


class StartupError(Exception):
    """This process must not work against this database; the message says why and what to change."""


def check() -> None:
    """Return if this process may work against the configured database.

    Raises:
        StartupError: the clocks differ, connections are too few, or a pooler shares sessions.
        psycopg.OperationalError: the database does not answer.
    """
    with _session() as first, _session() as second:
        check_clock(first)
        check_connections(first, needed=settings.GORAX_MOST_CONNECTIONS)
        check_sessions(first, second)


def settle() -> None:
    """Leave what has been imported out of every later look for garbage; called when a process is about to work.

    Of a hundred and forty thousand modules, classes and functions none is ever garbage; each whole look at them took
    100 ms, once for about a thousand deliveries. A process that forks hands them on unchanged.
    """
    gc.freeze()


def check_clock(session: Session) -> float:
    """Refuse a database whose clock is more than 5 s off this machine's; return the least gap in seconds.

    Raises:
        StartupError: it is; the message says by how much.
    """
    asked_at = time.time()
    row = session.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    answered_at = time.time()
    theirs = row[0] if row else 0.0
    # Between asking and answering the database may have read its clock at any moment.
    gap_s = max(asked_at - theirs, theirs - answered_at, 0.0)
    if gap_s > LARGEST_CLOCK_GAP_S:
        raise StartupError(
            f"This machine's clock is {gap_s:.0f} s off the database's, more than "
            f"{LARGEST_CLOCK_GAP_S:g} s: leases would be judged wrongly. Synchronise both by NTP."
        )
    return gap_s


def check_connections(session: Session, *, needed: int) -> None:
    """Refuse a server that cannot serve the pools of all processes at once.

    Raises:
        StartupError: it cannot; the message names the variables to lower.
    """
    row = session.execute(
        "SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)::int "
        "FROM pg_settings WHERE name IN "
        "('max_connections', 'superuser_reserved_connections', 'reserved_connections')"
    ).fetchone()
    offered = row[0] if row else 0
    if needed + SPARE_CONNECTIONS > offered:
        raise StartupError(
            f"All processes together may open {needed} database connections, and {SPARE_CONNECTIONS} "
            f"are kept for people, but the server offers {offered}: lower GORAX_POOL_MAX or the number "
            "of processes, or raise max_connections."
        )


def check_sessions(first: Session, second: Session) -> None:
    """Refuse a pooler that gives one server session to several clients (PgBouncer's transaction mode).

    The tenant's schema is a setting of the session: with shared sessions one tenant would read
    another's rows (measured: 363 of 955 reads).

    Raises:
        StartupError: the two sessions are not each other's own.
    """
    if are_shared(first, second):
        raise StartupError(
            "The database is behind a pooler in transaction mode, which shares sessions between "
            "clients; tenants would see each other's rows. Use session pooling, or connect to "
            "PostgreSQL itself (gorax pools by GORAX_POOL_MAX)."
        )


def are_shared(first: Session, second: Session) -> bool:
    """Tell whether what one session sets is overwritten or lost by the other."""
    mine, theirs = secrets.token_hex(8), secrets.token_hex(8)
    _set_probe(first, mine)
    for _ in range(LOOKS):
        _set_probe(second, theirs)
        row = first.execute(
            "SELECT current_setting('gorax.session_probe', true)", prepare=False
        ).fetchone()
        if row is None or row[0] != mine:
            return True
    return False


def _set_probe(session: Session, value: str) -> None:
    session.execute("SELECT set_config('gorax.session_probe', %s, false)", [value], prepare=False)


def _session() -> Session:
    """Open a session of our own, outside the pool, as the settings say."""
    parameters: dict[str, Any] = connection.get_connection_params()
    ours = {"pool", "cursor_factory", "context", "prepare_threshold", "autocommit"}
    known = {name: value for name, value in parameters.items() if name not in ours}
    return psycopg.connect(**known, autocommit=True, connect_timeout=10)
