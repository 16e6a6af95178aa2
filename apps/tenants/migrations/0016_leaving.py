from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0015_usage"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="tenant",
            name="tenant_status_is_known",
        ),
        migrations.AddField(
            model_name="tenant",
            name="gone_after",
            field=models.DateTimeField(
                blank=True, help_text="When it is deleted, if nobody takes it back.", null=True
            ),
        ),
        migrations.AddField(
            model_name="tenant",
            name="swept_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When nothing of a deleted one lay in the stores any more.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="tenant",
            name="was_suspended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="tenant",
            name="status",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("suspended", "Suspended"),
                    ("leaving", "Leaving"),
                    ("deleted", "Deleted"),
                ],
                default="active",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="tenant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "leaving"), _negated=True),
                    ("gone_after__isnull", False),
                    _connector="OR",
                ),
                name="tenant_that_leaves_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenant",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "suspended", "leaving", "deleted"])),
                name="tenant_status_is_known",
            ),
        ),
    ]
