"""Workflows may be restricted to those with whom they are shared. Whoever made one is its owner."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

OWNERS = """
INSERT INTO workflows_share (id, workflow_id, kind, subject, level, given_by)
SELECT gen_random_uuid(), id, 'member', created_by::text, 'owner', created_by FROM workflows_workflow
WHERE created_by IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_pin")]

    operations = [
        migrations.AddField(
            model_name="workflow",
            name="is_restricted",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="Share",
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
                    "level",
                    models.CharField(
                        choices=[
                            ("viewer", "viewer"),
                            ("operator", "operator"),
                            ("editor", "editor"),
                            ("owner", "owner"),
                        ],
                        max_length=8,
                    ),
                ),
                ("given_by", models.UUIDField(blank=True, null=True)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "db_table": "workflows_share",
                "indexes": [models.Index("subject", name="share_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "subject"), name="share_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["member", "role"])), name="share_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["viewer", "operator", "editor", "owner"])
                        ),
                        name="share_level",
                    ),
                ],
            },
        ),
        migrations.RunSQL(OWNERS, migrations.RunSQL.noop),
    ]
