"""The trail is written by its owner alone: whoever may only add entries and read them needs no right to the table.

What hangs an entry on the chain runs as who owns the table, and so do the two ways by which something leaves it.
"""

from django.db import migrations

# Names of types and functions are looked up where nobody but the database's owner puts any.
LINK = "ALTER FUNCTION {s}.audit_link() SECURITY DEFINER SET search_path = pg_catalog, pg_temp;"
# Each asks the guards of the tables as everybody does: a checkpoint stands for what leaves, and nobody holds the trail.
LEAVE = """
CREATE FUNCTION {s}.audit_let_go(beyond bigint, batch int, hot_days int, warm_days int, severities text[], categories text[],
  OUT last bigint, OUT gone bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET gorax.audit_leaving = '{s}' AS $$
BEGIN
  WITH piece AS (
    SELECT e.seq, e.at < clock_timestamp() - make_interval(days => greatest(1, CASE
      WHEN e.outcome = 'failure' OR e.severity = ANY(severities) OR e.category = ANY(categories) THEN warm_days
      ELSE hot_days END)) AS leaves
    FROM {s}.audit_entry e
    WHERE e.seq > beyond AND e.seq <= (SELECT coalesce(max(c.last_seq), 0) FROM {s}.audit_checkpoint c)
    ORDER BY e.seq LIMIT batch
  ), left_ AS (
    DELETE FROM {s}.audit_entry e USING piece p WHERE e.seq = p.seq AND p.leaves RETURNING 1
  )
  SELECT (SELECT max(p.seq) FROM piece p), (SELECT count(*) FROM left_) INTO last, gone;
END $$;
CREATE FUNCTION {s}.audit_let_archives_go(cold_days int) RETURNS TABLE (id uuid, first_seq bigint, last_seq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET gorax.audit_leaving = '{s}' AS $$
BEGIN
  RETURN QUERY
    UPDATE {s}.audit_checkpoint c SET archive_left_at = clock_timestamp()
    WHERE c.archive_left_at IS NULL AND c.last_at < clock_timestamp() - make_interval(days => greatest(1, cold_days))
      AND NOT EXISTS (SELECT FROM {s}.audit_entry e WHERE e.seq BETWEEN c.first_seq AND c.last_seq)
    RETURNING c.id, c.first_seq, c.last_seq;
END $$;
"""
REMOVE = """
ALTER FUNCTION {s}.audit_link() SECURITY INVOKER RESET search_path;
DROP FUNCTION {s}.audit_let_go(bigint, int, int, int, text[], text[]);
DROP FUNCTION {s}.audit_let_archives_go(int);
"""


def install(apps, schema_editor):
    schema_editor.execute((LINK + LEAVE).replace("{s}", schema_editor.connection.schema_name), None)


def remove(apps, schema_editor):
    schema_editor.execute(REMOVE.replace("{s}", schema_editor.connection.schema_name), None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_checkpoint")]

    operations = [migrations.RunPython(install, remove)]
