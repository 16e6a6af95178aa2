"""Deliveries that started nothing have an index of their own: they are few among many, and an accepted one pays nothing for it.

It is made month by month beside those who write, and hung into the table's own when all months have theirs.
"""

from typing import Any

from django.db import migrations, models

TABLE = "webhooks_event"
INDEX = "webhook_event_unaccepted"
ON = "(webhook_id, status, id DESC) WHERE status <> 'accepted'"
PARTS = """
SELECT c.relname, EXISTS (
    SELECT FROM pg_inherits h JOIN pg_index x ON x.indexrelid = h.inhrelid
    WHERE h.inhparent = to_regclass(%s) AND x.indrelid = c.oid
)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s) ORDER BY 1
"""


def make(apps: Any, schema_editor: Any) -> None:
    session = schema_editor.connection
    # In a transaction nobody writes beside us anyway: the tables are new, or a test's.
    beside = "" if session.in_atomic_block else "CONCURRENTLY"
    with session.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON ONLY {TABLE} {ON}")
        cursor.execute(PARTS, [INDEX, TABLE])
        for part, is_there in cursor.fetchall():
            if is_there:
                continue
            name = part.replace(TABLE, INDEX)
            # What an earlier try left may be half an index.
            cursor.execute(f"DROP INDEX {beside} IF EXISTS {name}")
            cursor.execute(f"CREATE INDEX {beside} {name} ON {part} {ON}")
            cursor.execute(f"ALTER INDEX {INDEX} ATTACH PARTITION {name}")


def drop(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="webhookevent",
                    index=models.Index(
                        models.F("webhook_id"),
                        models.F("status"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("status", "accepted"), _negated=True),
                        name=INDEX,
                    ),
                )
            ],
        ),
    ]
