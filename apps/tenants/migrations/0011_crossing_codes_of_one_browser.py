from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0008_sessions_invitations_second_factor"),
    ]

    operations = [
        migrations.AddField(
            model_name="crossingcode",
            name="browser_hash",
            field=models.BinaryField(
                help_text="Of the cookie of the one browser that may spend it; empty: it has not shown itself yet.",
                max_length=32,
                null=True,
            ),
        ),
    ]
