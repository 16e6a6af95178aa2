"""What led a draft to each of its newest revisions is remembered."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_share")]

    operations = [
        migrations.CreateModel(
            name="Batch",
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
                ("revision", models.BigIntegerField()),
                ("batch_id", models.UUIDField()),
                ("operations", apps.core.fields.JsonDocumentField(null=True)),
                ("size_bytes", models.IntegerField(db_default=0, default=0)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "db_table": "workflows_batch",
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "revision"), name="batch_revision"),
                    models.UniqueConstraint(fields=("workflow", "batch_id"), name="batch_once"),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gt", 1)), name="batch_revision_above_1"
                    ),
                ],
            },
        ),
    ]
