import apps.core.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("executions", "0004_circuit")]

    operations = [
        migrations.AddField("execution", "stop_at", apps.core.fields.JsonDocumentField(null=True)),
        migrations.AddField("execution", "pins", apps.core.fields.JsonDocumentField(null=True)),
        migrations.AddField("step", "log", apps.core.fields.JsonDocumentField(null=True)),
    ]
