"""A month of steps refers to the same month of executions, instead of all months of steps to all of executions.

Both tables are cut at the same ids, so it says the same. The key of the whole tables looked through every partition for
each row that was written, which took four times what the row itself took.
"""

from django.db import migrations

EACH = """
DO $$
DECLARE
    part text;
BEGIN
    {before}
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'executions_step'::regclass ORDER BY 1
    LOOP
        {each}
    END LOOP;
    {after}
END $$;
"""

FORWARDS = EACH.format(
    # In the order in which everybody writes, and not waited for behind a long reader while everybody waits behind us.
    before="""SET LOCAL lock_timeout = '5s';
    LOCK TABLE executions_execution, executions_step IN ACCESS EXCLUSIVE MODE;
    ALTER TABLE executions_step DROP CONSTRAINT executions_step_execution_id_fkey;""",
    each="""EXECUTE format(
            'ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (execution_id) REFERENCES %I (id) ON DELETE CASCADE',
            part, part || '_execution_id_fkey', replace(part, 'executions_step', 'executions_execution'));""",
    after="",
)
BACKWARDS = EACH.format(
    before="",
    each="EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', part, part || '_execution_id_fkey');",
    after="""ALTER TABLE executions_step ADD CONSTRAINT executions_step_execution_id_fkey
        FOREIGN KEY (execution_id) REFERENCES executions_execution (id) ON DELETE CASCADE;""",
)


class Migration(migrations.Migration):
    dependencies = [("executions", "0006_blob")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
