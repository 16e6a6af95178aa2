from django.db import migrations, models


PLANS = """
INSERT INTO tenants_planfigures (plan, figures)
SELECT plan, '{}'::jsonb FROM unnest(ARRAY['unlimited', 'free', 'professional', 'enterprise']) AS plan
"""
# Each of them serves already, and an operator or provisioning has put it there.
PROVEN = "UPDATE tenants_domain SET verified_at = created_at, proof = 'installation'"


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0013_acting"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanFigures",
            fields=[
                (
                    "plan",
                    models.CharField(
                        choices=[
                            ("unlimited", "Unlimited"),
                            ("free", "Free"),
                            ("professional", "Professional"),
                            ("enterprise", "Enterprise"),
                        ],
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "figures",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Instead of the product's own.",
                    ),
                ),
            ],
            options={
                "verbose_name": "plans",
                "verbose_name_plural": "plans",
            },
        ),
        migrations.AddField(
            model_name="domain",
            name="proof",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="domain",
            name="token",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="domain",
            name="verified_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(PLANS, migrations.RunSQL.noop),
        migrations.RunSQL(PROVEN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="domain",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof", ""), ("verified_at__isnull", False), _connector="XOR"),
                name="domain_is_verified_by_something",
            ),
        ),
    ]
