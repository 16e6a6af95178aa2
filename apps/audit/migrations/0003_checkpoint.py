"""Entries may leave the trail, by one way: a checkpoint stands for them, and nobody holds the trail."""

from django.db import migrations, models
from django.db.models.functions import Now

# The guard of migration 0001, which now asks for a checkpoint, and for nobody who holds the trail.
GUARD = """
CREATE OR REPLACE FUNCTION {s}.audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_head' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry'
     AND current_setting('gorax.audit_leaving', true) = TG_TABLE_SCHEMA
     AND EXISTS (SELECT FROM {s}.audit_checkpoint c WHERE c.last_seq >= OLD.seq AND c.first_seq <= OLD.seq)
     AND NOT EXISTS (SELECT FROM {s}.audit_hold) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only: no % of %', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION {s}.audit_checkpoint_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ended bigint := 0;
  forerunner bytea := decode(repeat('00', 32), 'hex');
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT c.last_seq, c.last_hash INTO ended, forerunner FROM {s}.audit_checkpoint c ORDER BY c.last_seq DESC LIMIT 1;
    IF NOT FOUND THEN
      ended := 0;
      forerunner := decode(repeat('00', 32), 'hex');
    END IF;
    IF NEW.chain = TG_TABLE_SCHEMA AND NEW.first_seq = ended + 1 AND NEW.prev_hash = forerunner
       AND NEW.archive_left_at IS NULL
       AND EXISTS (SELECT FROM {s}.audit_entry e WHERE e.seq = NEW.last_seq AND e.hash = NEW.last_hash)
       AND NEW.last_seq - ended = (SELECT count(*) FROM {s}.audit_entry e WHERE e.seq > ended AND e.seq <= NEW.last_seq) THEN
      RETURN NEW;
    END IF;
  END IF;
  IF TG_OP = 'UPDATE' AND current_setting('gorax.audit_leaving', true) = TG_TABLE_SCHEMA
     AND OLD.archive_left_at IS NULL AND to_jsonb(NEW) - 'archive_left_at' = to_jsonb(OLD) - 'archive_left_at'
     AND NOT EXISTS (SELECT FROM {s}.audit_entry e WHERE e.seq BETWEEN OLD.first_seq AND OLD.last_seq)
     AND NOT EXISTS (SELECT FROM {s}.audit_hold) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only: no % of % like this', lower(TG_OP), TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_guard BEFORE INSERT OR UPDATE OR DELETE ON {s}.audit_checkpoint
  FOR EACH ROW EXECUTE FUNCTION {s}.audit_checkpoint_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON {s}.audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION {s}.audit_checkpoint_guard();
"""
REMOVE = """
CREATE OR REPLACE FUNCTION {s}.audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER audit_guard ON {s}.audit_checkpoint;
DROP TRIGGER audit_guard_all ON {s}.audit_checkpoint;
DROP FUNCTION {s}.audit_checkpoint_guard();
"""


def install(apps, schema_editor):
    schema_editor.execute(GUARD.replace("{s}", schema_editor.connection.schema_name), None)


def remove(apps, schema_editor):
    schema_editor.execute(REMOVE.replace("{s}", schema_editor.connection.schema_name), None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_anchor")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        help_text="Its archive lies in the store under this id.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("chain", models.CharField(max_length=63)),
                ("first_seq", models.BigIntegerField(unique=True)),
                ("last_seq", models.BigIntegerField(unique=True)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "prev_hash",
                    models.BinaryField(
                        help_text="Of the entry before the first one.", max_length=32
                    ),
                ),
                ("last_hash", models.BinaryField(max_length=32)),
                (
                    "sha256",
                    models.BinaryField(help_text="Of the archive, as it is stored.", max_length=32),
                ),
                ("bytes", models.BigIntegerField()),
                ("made_at", models.DateTimeField(db_default=Now())),
                (
                    "archive_left_at",
                    models.DateTimeField(
                        help_text="When the archive itself was old enough to be deleted.", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("one", models.BooleanField(db_default=True, primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=63)),
                ("because", models.TextField()),
                ("since", models.DateTimeField(db_default=Now())),
                (
                    "by_email",
                    models.TextField(help_text="As of then; empty: by an operator's command."),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(one=True), name="audit_hold_one")
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
