"""What ended the wait of a step: a call, or its time."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("executions", "0002_children")]

    operations = [
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "execution_id",
                        "node_id",
                        "scope",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "execution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="executions.execution",
                    ),
                ),
                ("node_id", models.CharField(max_length=64)),
                ("scope", models.TextField(blank=True, db_default="", default="")),
                ("kind", models.CharField(max_length=16)),
                ("said", apps.core.fields.JsonDocumentField(null=True)),
                ("author", apps.core.fields.JsonDocumentField(null=True)),
                (
                    "heard_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "executions_heard",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["call", "timeout"])), name="heard_kind"
                    )
                ],
            },
        ),
    ]
