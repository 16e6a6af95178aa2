"""What circuit breakers know, shared by all workers of a tenant."""

import django.db.models.functions.datetime
from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("executions", "0003_heard")]

    operations = [
        migrations.CreateModel(
            name="Circuit",
            fields=[
                ("name", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", apps.core.fields.JsonDocumentField()),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={"db_table": "executions_circuit"},
        ),
    ]
