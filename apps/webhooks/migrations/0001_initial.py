"""Webhooks: events partitioned by the month of their UUIDv7 id (docs/adr/0002); delivery keys in one plain table."""

import apps.core.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

CREATE = """
CREATE TABLE webhooks_event (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL,
    workflow_id uuid NOT NULL,
    execution_id uuid,
    status varchar(16) NOT NULL
        CONSTRAINT webhook_event_status CHECK (status IN ('accepted','filtered','filter_error')),
    reason text NOT NULL DEFAULT '',
    delivery_key varchar(255) NOT NULL DEFAULT '',
    caller varchar(45) NOT NULL DEFAULT '',
    size_bytes integer NOT NULL,
    trigger json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT webhook_event_execution CHECK ((status = 'accepted') = (execution_id IS NOT NULL))
) PARTITION BY RANGE (id);
CREATE INDEX webhook_event_history ON webhooks_event (webhook_id, id DESC);
CREATE TABLE webhooks_event_default PARTITION OF webhooks_event DEFAULT;
"""

DROP = "DROP TABLE webhooks_event;"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Webhook",
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
                ("is_offered", models.BooleanField(default=True)),
                ("is_paused", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "webhooks_webhook",
                "indexes": [models.Index(models.F("workflow_id"), name="webhook_of_workflow")],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "webhook_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("webhook_id", models.UUIDField()),
                ("key", models.CharField(max_length=255)),
                ("event_id", models.UUIDField()),
                ("execution_id", models.UUIDField(blank=True, null=True)),
                ("body_hash", models.BinaryField(max_length=32)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "webhooks_delivery",
                "indexes": [models.Index(models.F("created_at"), name="webhook_delivery_age")],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name="WebhookEvent",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("webhook_id", models.UUIDField()),
                        ("workflow_id", models.UUIDField()),
                        ("execution_id", models.UUIDField(blank=True, null=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("accepted", "Accepted"),
                                    ("filtered", "Filtered"),
                                    ("filter_error", "Filter Error"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("reason", models.TextField(blank=True, db_default="", default="")),
                        (
                            "delivery_key",
                            models.CharField(blank=True, db_default="", default="", max_length=255),
                        ),
                        (
                            "caller",
                            models.CharField(blank=True, db_default="", default="", max_length=45),
                        ),
                        ("size_bytes", models.IntegerField()),
                        ("trigger", apps.core.fields.JsonDocumentField()),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                    ],
                    options={
                        "db_table": "webhooks_event",
                        "indexes": [
                            models.Index(
                                models.F("webhook_id"),
                                models.OrderBy(models.F("id"), descending=True),
                                name="webhook_event_history",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["accepted", "filtered", "filter_error"])
                                ),
                                name="webhook_event_status",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status", "accepted"),
                                    ("execution_id__isnull", True),
                                    _connector="XOR",
                                ),
                                name="webhook_event_execution",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookSecret",
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
                ("sealed", apps.core.fields.JsonDocumentField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="webhooks.webhook",
                    ),
                ),
            ],
            options={
                "db_table": "webhooks_secret",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("expires_at__isnull", True)),
                        fields=("webhook",),
                        name="webhook_secret_current",
                    )
                ],
            },
        ),
    ]
