"""What a database of ours could not say by itself, triggers write down while everything breaks.

They write as the owner of these tables: the role that the product works as has no right to them.
"""

from collections.abc import Iterable

# Kept beside the tenants' schemas; nothing of the product reads it.
TABLES = """
CREATE TABLE public.chaos_violation (what text, execution_id uuid, detail text, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE public.chaos_success (
    execution_id uuid, node_id text, scope text, token uuid, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE public.chaos_change (execution_id uuid, seq bigint);
CREATE TABLE public.chaos_grant (
    ticket_id uuid, execution_id uuid, token uuid, at timestamptz DEFAULT clock_timestamp(),
    saw pg_snapshot DEFAULT pg_current_snapshot());
CREATE TABLE public.chaos_pause (
    execution_id uuid, what text, at timestamptz DEFAULT clock_timestamp(), xid xid8 DEFAULT pg_current_xact_id());
CREATE TABLE public.chaos_alarm (
    schema text, id uuid, due_at timestamptz, next_at timestamptz, at timestamptz DEFAULT clock_timestamp());
CREATE INDEX ON public.chaos_grant (execution_id);
CREATE INDEX ON public.chaos_pause (execution_id);
"""

# In a pause that its owner has heard of nothing begins, except what somebody else was granted before, or before he could see
# it: between the moment when a pause is written and its commit lies a flush of the disk.
FUNCTIONS = """
CREATE FUNCTION public.chaos_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed', 'skipped', 'cancelled') THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('settled step changed', NEW.execution_id, format('%s %s -> %s', NEW.node_id, OLD.status, NEW.status));
    END IF;
    IF NEW.status = 'completed' AND (TG_OP = 'INSERT' OR OLD.status <> 'completed') THEN
        INSERT INTO public.chaos_success (execution_id, node_id, scope, token)
        VALUES (NEW.execution_id, NEW.node_id, NEW.scope, NEW.token);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.seq <> OLD.seq OR NEW.status <> OLD.status THEN
        INSERT INTO public.chaos_change VALUES (NEW.execution_id, NEW.seq);
    END IF;
    IF NEW.status = 'running' AND (TG_OP = 'INSERT' OR OLD.status <> 'running' OR NEW.attempt <> OLD.attempt) THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        SELECT 'a step began in a pause', run.execution_id, format('%s %s', NEW.scope, NEW.node_id)
        FROM public.dispatch_ticket run JOIN public.chaos_pause heard USING (execution_id)
        WHERE run.id = NEW.execution_id AND run.request = 'pause'
          AND heard.what = 'paused' AND heard.at > run.requested_at AND heard.xid <> pg_current_xact_id()
          AND NOT EXISTS (SELECT FROM public.chaos_grant own WHERE own.execution_id = NEW.execution_id
                          AND own.ticket_id <> run.id AND own.token = NEW.token
                          AND (own.at < heard.at OR NOT pg_visible_in_snapshot(heard.xid, own.saw)));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.chaos_execution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('ended execution changed', NEW.id, format('%s -> %s', OLD.status, NEW.status));
    ELSIF NEW.seq <= OLD.seq THEN
        INSERT INTO public.chaos_violation (what, execution_id, detail)
        VALUES ('seq stood still', NEW.id, format('%s -> %s', OLD.seq, NEW.seq));
    END IF;
    IF NEW.status = 'paused' AND OLD.status <> 'paused' THEN
        INSERT INTO public.chaos_pause VALUES (NEW.id, 'paused');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.chaos_granted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.chaos_grant (ticket_id, execution_id, token) VALUES (NEW.id, NEW.execution_id, NEW.token);
    RETURN NULL;
END $$;

CREATE FUNCTION public.chaos_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.chaos_pause VALUES (NEW.execution_id, CASE NEW.request WHEN 'pause' THEN 'asked' ELSE 'resumed' END);
    RETURN NULL;
END $$;

CREATE FUNCTION public.chaos_alarmed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.chaos_alarm VALUES (NEW.schema, NEW.id, NULL, NEW.due_at);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.chaos_alarm VALUES (OLD.schema, OLD.id, OLD.due_at, NULL);
    ELSE
        INSERT INTO public.chaos_alarm VALUES (NEW.schema, NEW.id, OLD.due_at, NEW.due_at);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER chaos_granted AFTER UPDATE ON public.dispatch_ticket FOR EACH ROW
    WHEN (NEW.token IS NOT NULL AND NEW.token IS DISTINCT FROM OLD.token)
    EXECUTE FUNCTION public.chaos_granted();
CREATE TRIGGER chaos_opened AFTER INSERT ON public.dispatch_ticket FOR EACH ROW WHEN (NEW.token IS NOT NULL)
    EXECUTE FUNCTION public.chaos_granted();
CREATE TRIGGER chaos_asked AFTER UPDATE ON public.dispatch_ticket FOR EACH ROW
    WHEN (NEW.kind = 'run' AND NEW.request <> OLD.request AND 'pause' IN (NEW.request, OLD.request))
    EXECUTE FUNCTION public.chaos_asked();
CREATE TRIGGER chaos AFTER INSERT OR UPDATE OR DELETE ON public.dispatch_alarm FOR EACH ROW
    EXECUTE FUNCTION public.chaos_alarmed();
-- Those that are set already.
INSERT INTO public.chaos_alarm SELECT schema, id, NULL, due_at FROM public.dispatch_alarm;
"""
TRIGGERS = """
CREATE TRIGGER chaos AFTER INSERT OR UPDATE ON {s}.executions_step
    FOR EACH ROW EXECUTE FUNCTION public.chaos_step();
CREATE TRIGGER chaos AFTER UPDATE ON {s}.executions_execution
    FOR EACH ROW EXECUTE FUNCTION public.chaos_execution();
"""


def statements(schemas: Iterable[str]) -> str:
    """Return what makes the witness of these tenants."""
    return "".join((TABLES, FUNCTIONS, *(TRIGGERS.format(s=schema) for schema in schemas)))
