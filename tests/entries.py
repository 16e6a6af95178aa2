"""The trail as tests look at it: what was recorded in the schema of now, oldest first."""

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
