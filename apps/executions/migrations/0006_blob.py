"""Files that executions may read: one row per file and execution."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("executions", "0005_where_an_execution_begins_and_what_a_step_wrote"),
    ]

    operations = [
        migrations.CreateModel(
            name="Blob",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "execution_id",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("execution_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("media_type", models.CharField(max_length=130)),
                ("filename", models.CharField(blank=True, max_length=255)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "executions_blob",
                "indexes": [models.Index(models.F("id"), name="blob_owners")],
            },
        ),
    ]
