"""Executions that call others: who called one, and what each call has started."""

from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("executions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="execution",
            name="caller",
            field=apps.core.fields.JsonDocumentField(null=True),
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "call_id",
                        "place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("call_id", models.UUIDField()),
                ("place", models.IntegerField()),
                ("parent_id", models.UUIDField()),
                ("execution_id", models.UUIDField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("open", "Open"), ("ended", "Ended")],
                        max_length=8,
                    ),
                ),
                ("input", apps.core.fields.JsonDocumentField(null=True)),
            ],
            options={
                "db_table": "executions_child",
                "indexes": [
                    models.Index("call_id", "state", "place", name="child_of_call"),
                    models.Index("parent_id", "execution_id", name="child_of_parent"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="child_state",
                        condition=models.Q(state__in=["pending", "open", "ended"]),
                    ),
                ],
            },
        ),
    ]
