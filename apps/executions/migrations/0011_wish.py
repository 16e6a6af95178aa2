"""Wishes for all executions that fit a filter (docs/adr/0053)."""

import django.db.models.functions.datetime
from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("executions", "0010_what_failed_is_found_and_what_is_gone_is_counted")]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "action",
                    models.CharField(
                        choices=[("cancel", "Cancel"), ("retry", "Retry"), ("delete", "Delete")],
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                        ],
                        db_default="running",
                        default="running",
                        max_length=16,
                    ),
                ),
                ("narrowing", apps.core.fields.JsonDocumentField()),
                ("options", apps.core.fields.JsonDocumentField(null=True)),
                ("user_id", models.UUIDField()),
                ("asked_by", apps.core.fields.JsonDocumentField()),
                ("key", models.CharField(blank=True, db_default="", default="", max_length=255)),
                ("body_hash", models.BinaryField(max_length=32)),
                ("below", models.UUIDField()),
                ("expected", models.IntegerField()),
                ("has_more", models.BooleanField(db_default=False)),
                ("done", models.BigIntegerField(db_default=0, default=0)),
                ("refused", apps.core.fields.JsonDocumentField(default=dict)),
                (
                    "reason",
                    models.CharField(blank=True, db_default="", default="", max_length=32),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "executions_wish",
                "indexes": [
                    models.Index(
                        models.F("user_id"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="wish_of_user",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("user_id", "key"),
                        name="wish_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("status", "running"), _negated=True),
                            _connector="XOR",
                        ),
                        name="wish_ended",
                    ),
                ],
            },
        ),
    ]
