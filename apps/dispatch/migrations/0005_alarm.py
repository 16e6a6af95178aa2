"""Alarms: what is to happen at a set moment in some tenant (docs/adr/0017)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0004_remove_ticket_request_reason"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "schema",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("schema", models.CharField(max_length=63)),
                ("id", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                ("token", models.UUIDField()),
            ],
            options={
                "db_table": "dispatch_alarm",
                "indexes": [models.Index(models.F("due_at"), name="alarm_due")],
            },
        ),
    ]
