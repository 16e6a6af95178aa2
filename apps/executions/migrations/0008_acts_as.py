"""An execution says as whom it acts."""

from django.db import migrations

import apps.core.fields


class Migration(migrations.Migration):
    dependencies = [("executions", "0007_steps_refer_month_by_month")]

    operations = [
        migrations.AddField(
            model_name="execution",
            name="acts_as",
            field=apps.core.fields.JsonDocumentField(null=True),
        ),
    ]
