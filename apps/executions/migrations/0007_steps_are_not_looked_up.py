"""A step's row no longer looks for its execution's: docs/adr/0027."""

import django.db.models.deletion
from django.db import migrations, models

DROP = "ALTER TABLE executions_step DROP CONSTRAINT executions_step_execution_id_fkey"
ADD = """
ALTER TABLE executions_step ADD CONSTRAINT executions_step_execution_id_fkey
    FOREIGN KEY (execution_id) REFERENCES executions_execution (id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [("executions", "0006_blob")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, ADD)],
            state_operations=[
                migrations.AlterField(
                    "step",
                    "execution",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="executions.execution",
                    ),
                )
            ],
        )
    ]
