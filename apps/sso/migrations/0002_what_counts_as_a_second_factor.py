from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sso", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="asks_second_factor",
            field=models.BooleanField(
                db_default=True,
                default=False,
                help_text="The provider asks everybody for a second factor, also if its tokens do not say so.",
            ),
        ),
    ]
