from django.db import migrations

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_letters_and_second_factors"),
    ]

    operations = [
        migrations.AddField(
            model_name="totp",
            name="sealed",
            field=apps.core.fields.JsonDocumentField(
                blank=True,
                help_text="By the ring of keys; empty: not sealed anew yet.",
                null=True,
            ),
        ),
    ]
