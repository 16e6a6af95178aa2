"""Two more kinds of triggers: called by another workflow, and an error of one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="trigger",
            name="kind",
            field=models.CharField(
                choices=[
                    ("webhook", "Webhook"),
                    ("schedule", "Schedule"),
                    ("manual", "Manual"),
                    ("sub_workflow", "Sub Workflow"),
                    ("error", "Error"),
                ],
                max_length=16,
            ),
        ),
        migrations.RemoveConstraint(model_name="trigger", name="trigger_kind"),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                name="trigger_kind",
                condition=models.Q(
                    kind__in=["webhook", "schedule", "manual", "sub_workflow", "error"]
                ),
            ),
        ),
    ]
