"""An execution belongs to the trace of the call that started it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("executions", "0008_acts_as")]

    operations = [
        migrations.AddField(
            model_name="execution",
            name="trace_id",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
