from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_cors"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="method",
            field=models.CharField(
                choices=[("password", "Password"), ("sso", "Sso")],
                db_default="password",
                default="password",
                help_text="Who vouches for it: the person's own password, or their tenant's identity provider.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="ends_at",
            field=models.DateTimeField(
                blank=True,
                help_text="No refresh makes it last longer; empty: any does.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["password", "sso"])),
                name="session_method_is_known",
            ),
        ),
    ]
