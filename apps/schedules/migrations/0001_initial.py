"""Schedules: a switch beside each schedule trigger, and the times that came, each unique."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Schedule",
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
                ("workflow_id", models.UUIDField()),
                ("cron", models.TextField()),
                ("timezone", models.TextField()),
                ("is_offered", models.BooleanField(default=True)),
                ("is_paused", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "schedules_schedule",
                "indexes": [models.Index(models.F("workflow_id"), name="schedule_of_workflow")],
            },
        ),
        migrations.CreateModel(
            name="Firing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("fire_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("filtered", "Filtered"),
                            ("filter_error", "Filter Error"),
                            ("missed", "Missed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("execution_id", models.UUIDField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="firings",
                        to="schedules.schedule",
                    ),
                ),
            ],
            options={
                "db_table": "schedules_firing",
                "indexes": [
                    models.Index(
                        models.F("schedule"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="firing_history",
                    ),
                    models.Index(models.F("created_at"), name="firing_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("schedule", "fire_at"), name="firing_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["started", "filtered", "filter_error", "missed"])
                        ),
                        name="firing_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "started"), ("execution_id__isnull", True), _connector="XOR"
                        ),
                        name="firing_execution",
                    ),
                ],
            },
        ),
    ]
