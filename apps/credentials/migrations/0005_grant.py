"""A credential may be for named members and roles alone."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0003_reminders")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="is_restricted",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="CredentialGrant",
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
                    "kind",
                    models.CharField(
                        choices=[("member", "Member"), ("role", "Role")], max_length=8
                    ),
                ),
                ("subject", models.CharField(max_length=36)),
                (
                    "credential",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="credentials.credential",
                    ),
                ),
            ],
            options={
                "db_table": "credentials_grant",
                "indexes": [models.Index("subject", name="credential_grant_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("credential", "subject"), name="credential_grant_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["member", "role"])),
                        name="credential_grant_kind",
                    ),
                ],
            },
        ),
    ]
