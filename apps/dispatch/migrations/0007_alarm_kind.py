"""An alarm says who answers it: schedules, or wishes for many executions (docs/adr/0053)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0006_gate")]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="kind",
            field=models.CharField(db_default="schedule", default="schedule", max_length=16),
        ),
    ]
