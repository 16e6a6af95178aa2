"""Deliveries that started nothing have an index of their own: they are few among many, and an accepted one pays nothing for it.

It is made month by month beside those who write, and hung into the table's own when all months have theirs.
"""

from typing import Any

from django.db import migrations, models

from apps.core import part_indexes

TABLE = "webhooks_event"
INDEX = "webhook_event_unaccepted"
ON = "(webhook_id, status, id DESC) WHERE status <> 'accepted'"


def make(apps: Any, schema_editor: Any) -> None:
    part_indexes.make(schema_editor.connection, table=TABLE, name=INDEX, on=ON)


def drop(apps: Any, schema_editor: Any) -> None:
    part_indexes.drop(schema_editor.connection, name=INDEX)


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
