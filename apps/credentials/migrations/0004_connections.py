"""Accounts that people connect: their tokens, and the ways that were begun."""

import apps.core.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0002_keys_and_accesses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
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
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("lost", "Lost"), ("revoked", "Revoked")],
                        max_length=8,
                    ),
                ),
                ("generation", models.IntegerField(default=1)),
                ("dek", apps.core.fields.JsonDocumentField(null=True)),
                ("sealed", apps.core.fields.JsonDocumentField(default=dict)),
                ("scopes", apps.core.fields.JsonDocumentField(default=list)),
                ("addresses", apps.core.fields.JsonDocumentField(default=dict)),
                ("good_until", models.DateTimeField(blank=True, null=True)),
                ("connected_by", models.UUIDField(blank=True, null=True)),
                ("connected_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("renewing_since", models.DateTimeField(blank=True, null=True)),
                (
                    "credential",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="connection",
                        to="credentials.credential",
                    ),
                ),
            ],
            options={
                "db_table": "credentials_connection",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "lost", "revoked"])),
                        name="connection_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
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
                ("state_hash", models.CharField(max_length=64, unique=True)),
                ("sealed_proof", apps.core.fields.JsonDocumentField()),
                ("user_id", models.UUIDField()),
                ("session_id", models.UUIDField()),
                ("version", models.IntegerField()),
                ("redirect_uri", models.TextField()),
                ("issuer", models.TextField(blank=True, default="")),
                ("scopes", apps.core.fields.JsonDocumentField(default=list)),
                ("addresses", apps.core.fields.JsonDocumentField(default=dict)),
                ("ends_at", models.DateTimeField()),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="credentials.credential",
                    ),
                ),
            ],
            options={
                "db_table": "credentials_consent",
                "indexes": [models.Index(models.F("ends_at"), name="consent_end")],
            },
        ),
    ]
