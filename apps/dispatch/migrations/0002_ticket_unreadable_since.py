from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="unreadable_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
