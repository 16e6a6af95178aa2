"""The trail: entries in a chain, what hangs them on it, and what keeps them as they are.

The functions lie in each schema and name it, so that no search path decides where an entry goes.
"""

import apps.core.fields
from django.db import migrations, models


# At the commit, in the order of recording: the row of `audit_head` is locked for no longer than the commit takes.
LINK = """
CREATE FUNCTION {s}.audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last bigint;
  forerunner bytea;
  instant timestamptz;
  mine bytea;
BEGIN
  SELECT h.seq, h.hash INTO last, forerunner FROM {s}.audit_head h FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO {s}.audit_head (one, seq, hash) VALUES (true, 0, decode(repeat('00', 32), 'hex'))
      ON CONFLICT (one) DO NOTHING;
    SELECT h.seq, h.hash INTO last, forerunner FROM {s}.audit_head h FOR UPDATE;
  END IF;
  last := last + 1;
  instant := clock_timestamp();
  mine := sha256(convert_to(concat_ws(E'\n', 'gorax-audit-1', TG_TABLE_SCHEMA, last,
    (extract(epoch FROM instant) * 1000000)::bigint, encode(forerunner, 'hex'), NEW.body::text), 'UTF8'));
  INSERT INTO {s}.audit_entry (chain, seq, at, prev_hash, hash, id, action, category, severity, outcome, actor_kind,
    actor_id, actor_email, actor_role, api_key_id, session_id, target_kind, target_id, target_name, before, after, ip,
    user_agent, request_id)
  SELECT TG_TABLE_SCHEMA, last, instant, forerunner, mine, b.id, b.action, b.category, b.severity, b.outcome, b.actor_kind,
    b.actor_id, b.actor_email, b.actor_role, b.api_key_id, b.session_id, b.target_kind, b.target_id, b.target_name,
    b.before, b.after, b.ip, b.user_agent, b.request_id
  FROM json_populate_record(NULL::{s}.audit_entry, NEW.body) b;
  UPDATE {s}.audit_head SET seq = last, hash = mine;
  DELETE FROM {s}.audit_pending WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON {s}.audit_pending DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION {s}.audit_link();
"""
# Against mistakes of our own. Whoever owns the database can take a trigger away: the chain tells of that.
GUARD = """
CREATE FUNCTION {s}.audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_head' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry'
     AND current_setting('gorax.audit_leaving', true) = TG_TABLE_SCHEMA THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only: no % of %', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_guard BEFORE INSERT OR UPDATE OR DELETE ON {s}.audit_entry
  FOR EACH ROW EXECUTE FUNCTION {s}.audit_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON {s}.audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION {s}.audit_guard();
CREATE TRIGGER audit_guard BEFORE INSERT OR UPDATE OR DELETE ON {s}.audit_head
  FOR EACH ROW EXECUTE FUNCTION {s}.audit_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON {s}.audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION {s}.audit_guard();
-- A few rows that come and go all day.
ALTER TABLE {s}.audit_pending SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE {s}.audit_head SET (fillfactor = 20);
"""
REMOVE = """
DROP TRIGGER audit_link ON {s}.audit_pending;
DROP TRIGGER audit_guard ON {s}.audit_entry;
DROP TRIGGER audit_guard_all ON {s}.audit_entry;
DROP TRIGGER audit_guard ON {s}.audit_head;
DROP TRIGGER audit_guard_all ON {s}.audit_head;
DROP FUNCTION {s}.audit_link();
DROP FUNCTION {s}.audit_guard();
"""


def install(apps, schema_editor):
    schema_editor.execute((LINK + GUARD).replace("{s}", schema_editor.connection.schema_name), None)


def remove(apps, schema_editor):
    schema_editor.execute(REMOVE.replace("{s}", schema_editor.connection.schema_name), None)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("body", apps.core.fields.JsonDocumentField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "chain",
                    models.CharField(
                        help_text="The schema whose trail this belongs to.", max_length=63
                    ),
                ),
                (
                    "seq",
                    models.BigIntegerField(help_text="Counted without gaps, from 1.", unique=True),
                ),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=64)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("authentication", "Authentication"),
                            ("authorization", "Authorization"),
                            ("data_access", "Data Access"),
                            ("configuration", "Configuration"),
                            ("workflow", "Workflow"),
                            ("integration", "Integration"),
                            ("credential", "Credential"),
                            ("user_management", "User Management"),
                            ("system", "System"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("info", "Info"),
                            ("warning", "Warning"),
                            ("error", "Error"),
                            ("critical", "Critical"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("success", "Success"), ("failure", "Failure")], max_length=8
                    ),
                ),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_email", models.TextField()),
                ("actor_role", models.TextField()),
                ("api_key_id", models.UUIDField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("target_kind", models.TextField()),
                ("target_id", models.TextField()),
                ("target_name", models.TextField()),
                ("before", apps.core.fields.JsonDocumentField(null=True)),
                ("after", apps.core.fields.JsonDocumentField(null=True)),
                ("ip", models.TextField()),
                ("user_agent", models.TextField()),
                ("request_id", models.TextField()),
                ("prev_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("at"), name="audit_entry_at"),
                    models.Index(
                        models.F("action"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="audit_entry_action",
                    ),
                    models.Index(
                        models.F("category"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="audit_entry_category",
                    ),
                    models.Index(
                        models.F("actor_id"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="audit_entry_actor",
                    ),
                    models.Index(
                        models.F("target_kind"),
                        models.F("target_id"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="audit_entry_target",
                    ),
                    models.Index(
                        models.F("severity"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("severity", "info"), _negated=True),
                        name="audit_entry_severity",
                    ),
                    models.Index(
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("outcome", "failure")),
                        name="audit_entry_failure",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("one", models.BooleanField(db_default=True, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("one", True)), name="audit_head_one")
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
