from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0011_crossing_codes_of_one_browser"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="roles",
            field=models.ManyToManyField(blank=True, related_name="+", to="tenants.customrole"),
        ),
    ]
