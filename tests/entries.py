"""The trail as tests look at it: what was recorded in the schema of now, oldest first."""

from datetime import timedelta
from typing import Any


def link() -> None:
    """Hang on the chain what the open transaction has recorded; outside of one a commit has done that already."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def recorded(action: str = "", *, schema: str = "") -> list[Any]:
    """Return the entries (of one action), oldest first; of the schema of now, or of another one."""
    from apps.audit.models import Entry
    from apps.core import tenancy

    link()
    with tenancy.entered(schema or tenancy.current_schema()):
        rows = Entry.objects.here().order_by("seq")
        return list(rows.filter(action=action) if action else rows)


def grow_old(days: float, *, upto: int | None = None, schema: str = "") -> None:
    """Let the entries (up to a place) be so many days older, as if they had been written then: the chain is made anew."""
    from django.db import connection

    from apps.audit.models import Entry, Head
    from apps.audit.rules import chain
    from apps.core import tenancy

    link()
    name = schema or tenancy.current_schema()
    with tenancy.entered(name), connection.cursor() as cursor:
        for table in ("entry", "head"):
            cursor.execute(f"ALTER TABLE {name}.audit_{table} DISABLE TRIGGER USER")
        before = chain.ROOT
        for entry in Entry.objects.here().order_by("seq"):
            if upto is None or entry.seq <= upto:
                entry.at -= timedelta(days=days)
            entry.prev_hash = before
            body = chain.body_text(vars(entry))
            entry.hash = before = chain.link(name, entry.seq, entry.at, before, body)
            entry.save(update_fields=["at", "prev_hash", "hash"])
        Head.objects.update(hash=before)
        for table in ("entry", "head"):
            cursor.execute(f"ALTER TABLE {name}.audit_{table} ENABLE TRIGGER USER")
