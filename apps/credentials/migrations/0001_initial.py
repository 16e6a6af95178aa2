"""Credentials: values under a name, the secret ones sealed."""

import apps.core.fields
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Credential",
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
                ("name", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=64)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                ("values", apps.core.fields.JsonDocumentField(default=dict)),
                ("secrets", apps.core.fields.JsonDocumentField(default=list)),
                ("version", models.IntegerField(default=1)),
                ("dek", apps.core.fields.JsonDocumentField()),
                ("sealed", apps.core.fields.JsonDocumentField()),
                ("allowed_hosts", apps.core.fields.JsonDocumentField(default=list)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("is_disabled", models.BooleanField(db_default=False, default=False)),
                ("created_by", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "db_table": "credentials_credential",
                "indexes": [
                    models.Index(
                        models.F("type"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="credential_type",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="credential_name"),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[A-Za-z0-9_-]{1,64}$")),
                        name="credential_name_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="credential_version"
                    ),
                ],
            },
        ),
    ]
