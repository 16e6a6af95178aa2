from django.db import migrations, models

import apps.core.fields


class Migration(migrations.Migration):
    """The secret before, which signs as well for a time."""

    dependencies = [("streams", "0001_initial")]

    operations = [
        migrations.AddField(
            "stream",
            "sealed_before",
            apps.core.fields.JsonDocumentField(
                help_text="The secret before it, which signs as well until `before_until`.",
                null=True,
            ),
        ),
        migrations.AddField("stream", "before_until", models.DateTimeField(null=True)),
    ]
