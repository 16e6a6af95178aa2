"""How far a change of the keys has come."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Rotation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("kek", "Kek"), ("dek", "Dek")], max_length=8)),
                ("to_key", models.TextField(blank=True)),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "keys_rotation",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("kind",),
                        name="rotation_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RotationPart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("schema", models.CharField(max_length=63)),
                ("table", models.CharField(max_length=63)),
                ("resealed", models.IntegerField(db_default=0)),
                ("unopened", models.IntegerField(db_default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="keys.rotation",
                    ),
                ),
            ],
            options={
                "db_table": "keys_rotation_part",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rotation", "schema", "table"), name="rotation_part"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("resealed__gte", 0), ("unopened__gte", 0)),
                        name="rotation_part_counts",
                    ),
                ],
            },
        ),
    ]
