from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_roles")]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="plan",
            field=models.CharField(
                choices=[
                    ("unlimited", "Unlimited"),
                    ("free", "Free"),
                    ("professional", "Professional"),
                    ("enterprise", "Enterprise"),
                ],
                db_default="unlimited",
                default="unlimited",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="tenant",
            name="agreed_limits",
            field=models.JSONField(
                blank=True,
                help_text="Figures that hold instead of the plan's.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="tenant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plan__in", ["unlimited", "free", "professional", "enterprise"])
                ),
                name="tenant_plan_is_known",
            ),
        ),
    ]
