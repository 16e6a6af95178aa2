from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_plan")]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="cors",
            field=models.JSONField(
                blank=True,
                help_text="Pages of other origins that may call, with a key.",
                null=True,
            ),
        ),
    ]
