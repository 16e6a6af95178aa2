"""When data keys were made, which versions there were, and who read them."""

import apps.core.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="sealed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="CredentialAccess",
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
                ("credential_id", models.UUIDField()),
                ("credential_name", models.CharField(max_length=64)),
                ("version", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("create", "Create"),
                            ("update", "Update"),
                            ("rotate", "Rotate"),
                            ("delete", "Delete"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reader", models.CharField(max_length=12)),
                ("execution_id", models.UUIDField(blank=True, null=True)),
                ("user_id", models.UUIDField(blank=True, null=True)),
                ("api_key_id", models.UUIDField(blank=True, null=True)),
                ("ip", models.CharField(blank=True, db_default="", default="", max_length=45)),
                ("is_success", models.BooleanField(db_default=True)),
                ("error", models.TextField(blank=True, db_default="", default="")),
                ("times", models.IntegerField(db_default=1, default=1)),
                (
                    "first_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "last_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "credentials_access",
                "indexes": [
                    models.Index(
                        models.F("credential_id"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="credential_access",
                    ),
                    models.Index(models.F("last_at"), name="credential_access_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("execution_id__isnull", False)),
                        fields=("execution_id", "credential_id", "version", "is_success"),
                        name="credential_access_of_run",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CredentialVersion",
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
                ("number", models.IntegerField()),
                ("names", apps.core.fields.JsonDocumentField(default=list)),
                ("made_by", models.UUIDField(blank=True, null=True)),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="credentials.credential",
                    ),
                ),
            ],
            options={
                "db_table": "credentials_version",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("credential", "number"), name="credential_version_number"
                    )
                ],
            },
        ),
    ]
