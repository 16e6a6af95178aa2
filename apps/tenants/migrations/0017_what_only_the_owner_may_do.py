"""What the application's role at the database asks its owner to do: three functions that run as who owns the tables.

Each does one thing, looks at its arguments, and finds everything else in the catalog (docs/adr/0037).
"""

from django.db import migrations

# The script comes from a table that only the owner writes, so whoever calls chooses nothing but the name.
MAKE_SCHEMA = r"""
CREATE FUNCTION public.tenants_make_schema(wanted text, state text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made text;
  stale record;
BEGIN
  IF wanted !~ '^t_[a-z0-9_]{0,59}[a-z0-9]$' OR NOT EXISTS (
    SELECT FROM public.tenants_tenant t WHERE t.schema_name = wanted AND t.status <> 'deleted'
  ) THEN
    RAISE EXCEPTION 'no tenant is waiting for the schema %', wanted USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT s.script INTO STRICT made FROM public.tenants_provisioningscript s WHERE s.migration_state = state;
  EXECUTE regexp_replace(made, '\mt_template_(?=\W)', wanted, 'g');
  -- What a script brings that was rendered months ago.
  FOR stale IN
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = wanted AND c.relispartition AND c.relkind = 'r' AND c.relname ~ '_y\d{4}m\d{2}$'
      AND right(c.relname, 8) < to_char(now() AT TIME ZONE 'UTC', '"y"YYYY"m"MM')
  LOOP
    EXECUTE format('DROP TABLE %I.%I CASCADE', wanted, stale.name);
  END LOOP;
END $$;
"""
DROP_SCHEMA = r"""
CREATE FUNCTION public.tenants_drop_schema(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.tenants_tenant t WHERE t.schema_name = wanted AND t.status = 'deleted') THEN
    RAISE EXCEPTION 'no deleted tenant has the schema %', wanted USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', wanted);
END $$;
"""
# What `partitions.ensure` asks for: the tables in the order in which they refer to each other. Returns how many rows
# were moved out of DEFAULT.
MAKE_MONTH = r"""
CREATE FUNCTION public.tenants_make_month(wanted text, tables text[], year int, month int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  suffix text := format('_y%sm%s', year, lpad(month::text, 2, '0'));
  first timestamptz;
  low uuid;
  high uuid;
  parents text[];
  keys text[];
  overflows text[];
  reference record;
  touched bigint;
  moved bigint := 0;
  is_left boolean;
BEGIN
  IF wanted !~ '^t_[a-z0-9_]{1,60}$' OR year NOT BETWEEN 2020 AND 2101 OR month NOT BETWEEN 1 AND 12 THEN
    RAISE EXCEPTION 'no tenant has this month: % of %', suffix, wanted USING ERRCODE = 'insufficient_privilege';
  END IF;
  first := make_timestamptz(year, month, 1, 0, 0, 0, 'UTC');
  low := (lpad(to_hex((extract(epoch FROM first) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;
  first := (first AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
  high := (lpad(to_hex((extract(epoch FROM first) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;
  SELECT array_agg(c.relname::text ORDER BY t.place), array_agg(a.attname::text ORDER BY t.place),
         array_agg(d.relname::text ORDER BY t.place)
  INTO parents, keys, overflows
  FROM unnest(tables) WITH ORDINALITY AS t (name, place)
  JOIN pg_namespace n ON n.nspname = wanted
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
  JOIN pg_partitioned_table p ON p.partrelid = c.oid AND p.partstrat = 'r' AND p.partnatts = 1
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] AND a.atttypid = 'uuid'::regtype
  LEFT JOIN pg_class d ON d.oid = NULLIF(p.partdefid, 0);
  IF cardinality(parents) IS DISTINCT FROM cardinality(tables) THEN
    RAISE EXCEPTION 'not all of % are split by months', tables USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR i IN 1 .. cardinality(parents) LOOP
    EXECUTE format('CREATE TABLE %1$I.%2$I (LIKE %1$I.%3$I INCLUDING ALL, CONSTRAINT %4$I CHECK (%5$I >= %6$L AND %5$I < %7$L))',
      wanted, parents[i] || suffix, parents[i], parents[i] || suffix || '_ids', keys[i], low, high);
    IF overflows[i] IS NOT NULL THEN
      EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', wanted, overflows[i]);
      EXECUTE format('INSERT INTO %1$I.%2$I SELECT * FROM %1$I.%3$I WHERE %4$I >= %5$L AND %4$I < %6$L',
        wanted, parents[i] || suffix, overflows[i], keys[i], low, high);
      GET DIAGNOSTICS touched = ROW_COUNT;
      moved := moved + touched;
    END IF;
  END LOOP;
  -- A key between the DEFAULTs of two tables: the months have it likewise, each to the same month.
  FOR reference IN
    SELECT cp.relname AS holder, pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_partitioned_table ct ON ct.partdefid = c.oid JOIN pg_class cp ON cp.oid = ct.partrelid
    JOIN pg_partitioned_table ft ON ft.partdefid = k.confrelid
    WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname = wanted AND cp.relname = ANY(parents)
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ADD %s',
      wanted, reference.holder || suffix, replace(reference.definition, '_default(', suffix || '('));
  END LOOP;
  -- The copied rows leave DEFAULT, referrers first.
  FOR i IN REVERSE cardinality(parents) .. 1 LOOP
    CONTINUE WHEN moved = 0 OR overflows[i] IS NULL;
    FOR reference IN
      SELECT c.relname AS holder,
             (SELECT string_agg(format('x.%I = y.%I', ca.attname, fa.attname), ' AND ')
              FROM unnest(k.conkey, k.confkey) AS pair (mine, theirs)
              JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = pair.mine
              JOIN pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = pair.theirs) AS matches
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname = wanted AND f.relnamespace = n.oid
        AND f.relname IN (parents[i], overflows[i])
    LOOP
      EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.%2$I x JOIN %1$I.%3$I y ON %4$s WHERE y.%5$I >= %6$L AND y.%5$I < %7$L)',
        wanted, reference.holder, overflows[i], reference.matches, keys[i], low, high) INTO is_left;
      IF is_left THEN
        RAISE EXCEPTION '% still refers to rows of %', reference.holder, overflows[i] USING ERRCODE = 'object_in_use';
      END IF;
    END LOOP;
    EXECUTE format('DELETE FROM %1$I.%2$I WHERE %3$I >= %4$L AND %3$I < %5$L', wanted, overflows[i], keys[i], low, high);
  END LOOP;
  FOR i IN 1 .. cardinality(parents) LOOP
    EXECUTE format('ALTER TABLE %1$I.%2$I ATTACH PARTITION %1$I.%3$I FOR VALUES FROM (%4$L) TO (%5$L)',
      wanted, parents[i], parents[i] || suffix, low, high);
  END LOOP;
  RETURN moved;
END $$;
"""
# PostgreSQL lets everybody call a new function.
CLOSE = """
REVOKE EXECUTE ON FUNCTION public.tenants_make_schema(text, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION public.tenants_drop_schema(text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION public.tenants_make_month(text, text[], int, int) FROM PUBLIC;
"""
REMOVE = """
DROP FUNCTION public.tenants_make_schema(text, text);
DROP FUNCTION public.tenants_drop_schema(text);
DROP FUNCTION public.tenants_make_month(text, text[], int, int);
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0016_leaving")]

    operations = [migrations.RunSQL(MAKE_SCHEMA + DROP_SCHEMA + MAKE_MONTH + CLOSE, REMOVE)]
