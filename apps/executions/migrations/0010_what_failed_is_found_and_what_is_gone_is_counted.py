"""The words of errors have an index, and what was deleted of a day still counts.

The index is made month by month beside those who write, and hung into the table's own when all months have theirs.
"""

from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from apps.core import part_indexes

TABLE = "executions_execution"
INDEX = "execution_error"
WORDS = (
    "to_tsvector('simple'::regconfig,"
    " left(coalesce(error ->> 'code', '') || ' ' || coalesce(error ->> 'message', ''), 2000))"
)
ON = f"USING gin (({WORDS})) WHERE error IS NOT NULL"


def make(apps: Any, schema_editor: Any) -> None:
    part_indexes.make(schema_editor.connection, table=TABLE, name=INDEX, on=ON)


def drop(apps: Any, schema_editor: Any) -> None:
    part_indexes.drop(schema_editor.connection, name=INDEX)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("executions", "0009_trace_id")]

    operations = [
        migrations.CreateModel(
            name="Gone",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("executions", models.BigIntegerField()),
                ("steps", models.BigIntegerField()),
            ],
            options={"db_table": "executions_gone"},
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="execution",
                    index=django.contrib.postgres.indexes.GinIndex(
                        models.Func(
                            models.F("error"),
                            template=WORDS,
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                        ),
                        condition=models.Q(("error__isnull", False)),
                        name=INDEX,
                    ),
                )
            ],
        ),
    ]
