"""Limited workflows: a gate for each, and what of a ticket waits before it."""

import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("dispatch", "0005_alarm"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "schema",
                        "workflow_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("schema", models.CharField(max_length=63)),
                ("workflow_id", models.UUIDField()),
                ("max_running", models.IntegerField(blank=True, null=True)),
                ("max_per_key", models.IntegerField(blank=True, null=True)),
                ("rate_count", models.IntegerField(blank=True, null=True)),
                ("rate_per_s", models.FloatField(blank=True, null=True)),
                ("tokens", models.FloatField(db_default=0.0)),
                (
                    "filled_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("holds", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "dispatch_gate",
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="gate_key",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="ticket",
            name="is_gated",
            field=models.BooleanField(db_default=False),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.F("schema"),
                models.F("workflow_id"),
                models.F("gate_key"),
                models.OrderBy(models.F("priority"), descending=True),
                models.F("id"),
                condition=models.Q(("blocked_on", ""), _negated=True),
                name="ticket_parked",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                models.F("schema"),
                models.F("workflow_id"),
                models.F("gate_key"),
                condition=models.Q(("blocked_on", ""), ("is_gated", True)),
                name="ticket_let_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="gate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_running__isnull", True), ("max_running__gt", 0), _connector="OR"
                ),
                name="gate_limits",
            ),
        ),
        migrations.AddConstraint(
            model_name="gate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rate_count__isnull", True), ("rate_per_s__isnull", True)),
                    models.Q(("rate_count__gt", 0), ("rate_per_s__gt", 0)),
                    _connector="OR",
                ),
                name="gate_rate_whole",
            ),
        ),
    ]
