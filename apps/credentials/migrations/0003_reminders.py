"""For which expiry of a credential letters went out, and how many days before it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    # The names do not say the order here, the dependencies do: 0002, 0004, 0003, 0005.
    dependencies = [
        ("credentials", "0004_connections"),
    ]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="reminded_days",
            field=models.SmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="credential",
            name="reminded_for",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
