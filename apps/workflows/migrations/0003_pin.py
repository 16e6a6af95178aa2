import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_triggers_of_calls_and_errors")]

    operations = [
        migrations.CreateModel(
            name="Pin",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("node_id", models.CharField(max_length=64)),
                ("output", apps.core.fields.JsonDocumentField(null=True)),
                ("port", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("size_bytes", models.IntegerField()),
                ("created_by", models.UUIDField(blank=True, null=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pins",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "db_table": "workflows_pin",
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "node_id"), name="pin_node")
                ],
            },
        ),
    ]
