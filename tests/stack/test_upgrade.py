"""What a released version left behind is taken over by this one: migrated, readable, and gone on with."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from gorax.stack.checkout import ROOT
from tests.scratch import installation
from tests.stack import release
from tests.stack.checkouts import copy_sources

pytestmark = pytest.mark.rotating("an upgrade")

RELEASES = sorted(
    file.name.removeprefix("release-").removesuffix(".sql.gz")
    for file in release.FIXTURES.glob("*.sql.gz")
)
# One more step for a table of every tenant and for one of all, so that there is always something to migrate.
NEXT = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [
        migrations.RunSQL("ALTER TABLE {table} ADD COLUMN of_the_next text NOT NULL DEFAULT ''", "")
    ]
"""
# A dump writes the casts of a check in another place.
CASTS = r"::(?:character varying|text)(?:\[\])?|[()]"
TABLES = {"executions": "executions_execution", "dispatch": "dispatch_ticket"}
# Columns, constraints and indexes of a schema's tables; of partitions only what all months share.
SHAPE = """
WITH tables AS (
    SELECT c.oid, c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p') AND NOT c.relispartition
)
SELECT name, a.attname::text, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '
    || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT name, conname::text, pg_get_constraintdef(k.oid) FROM tables
JOIN pg_constraint k ON k.conrelid = tables.oid AND k.conparentid = 0
UNION ALL
SELECT name, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM tables
JOIN pg_index i ON i.indrelid = tables.oid
"""
ENDED = ["completed", "failed", "cancelled", "timed_out"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory) -> Path:
    """A copy of the checkout that is one migration ahead of this one."""
    folder = tmp_path_factory.mktemp("newer") / "gorax"
    copy_sources(folder, left_out=("frontend/", "docs/"))
    for app, table in TABLES.items():
        migrations = folder / "apps" / app / "migrations"
        last = max(file.stem for file in migrations.glob("[0-9]*.py"))
        text = NEXT.format(app=app, last=last, table=table)
        (migrations / f"{int(last[:4]) + 1:04}_next.py").write_text(text)
    return folder


@pytest.fixture(scope="module", params=RELEASES)
def upgraded(request, newer, running_servers):
    """What is known of a release's fixture, and what a newer version saw after its upgrade."""
    with installation(newer, **release.ENVIRONMENT) as here:
        known = release.restore(request.param, here, running_servers.places.postgres_programs)
        code, said = here.manage("prepare", "--no-demo")
        assert code == 0, said
        shapes = shape(here, "public"), shape(here, "t_demo")
        saw = json.loads(here.perform("tests.stack.after_upgrade", json.dumps(known)))
        yield known, saw | {"shapes": shapes}


def shape(here, schema):
    """What the tables of a schema look like, whatever the schema is called."""
    with psycopg.connect(here.environment["GORAX_DATABASE_URL"]) as session:
        rows = session.execute(SHAPE, {"schema": schema}).fetchall()
    names = re.escape(f"{schema}.")
    return sorted(tuple(re.sub(f"{names}|{CASTS}", "", text) for text in row) for row in rows)


def by_name(saw, *names):
    return {name: tuple(execution[each] for each in names) for name, execution in saw.items()}


def test_there_is_a_release_to_come_from() -> None:
    assert "0.1" in RELEASES


def test_every_schema_is_brought_to_the_newest_state(upgraded) -> None:
    _, saw = upgraded

    assert (saw["missing"], saw["stale"]) == ([], [])
    assert saw["of_the_next"] == [
        ["public", "dispatch_ticket"],
        ["t_demo", "executions_execution"],
        ["t_template_", "executions_execution"],
    ]


def test_an_upgraded_database_looks_like_a_new_one(upgraded, newer) -> None:
    # A migration that a release holds is history: whoever edits it changes new databases alone.
    _, saw = upgraded
    with installation(newer, **release.ENVIRONMENT) as new:
        code, said = new.manage("prepare", "--no-demo")
        assert code == 0, said

        assert saw["shapes"][0] == shape(new, "public")
        assert saw["shapes"][1] == shape(new, "t_template_")


def test_every_execution_is_still_read_as_it_stood(upgraded) -> None:
    known, saw = upgraded

    assert by_name(saw["before"], "status") == {name: (name,) for name in known["executions"]}
    assert {each["id"]: each["status"] for each in saw["listed"]} == {
        execution_id: name for name, execution_id in known["executions"].items()
    }
    before = saw["before"]
    assert before["completed"]["output"] == {"said": "completed"}
    assert before["failed"]["error"]["message"] == "No failed."
    assert [(step["node_id"], step["status"]) for step in before["waiting"]["steps"]] == [
        ("start", "completed"),
        ("rest", "waiting"),
    ]


def test_every_stored_frontier_is_loaded(upgraded) -> None:
    known, saw = upgraded

    assert {saw["frontiers"][known["executions"][name]][0] for name in ("waiting", "running")} == {
        "rest",
        "call",
    }
    assert set(saw["frontiers"]) == {
        known["executions"][name] for name in ("waiting", "running", "cancelling")
    }


def test_a_delivery_that_the_older_version_accepted_is_known_and_its_secret_opens(upgraded) -> None:
    known, saw = upgraded
    status, said = saw["redelivered"]

    assert (status, said["duplicate"]) == (200, True)
    assert said["execution_id"] == known["executions"]["queued"]


def test_what_was_under_way_goes_on_to_its_end_and_what_had_ended_never_changes(upgraded) -> None:
    known, saw = upgraded
    under_way = {name: saw["after"][name] for name in known["executions"] if name not in ENDED}

    assert by_name(under_way, "status", "output", "had_errors") == {
        "waiting": ("completed", {"said": "waiting"}, False),
        "running": ("completed", {"said": "running"}, True),
        "queued": ("completed", {"passed_on": False}, False),
        "cancelling": ("cancelled", None, False),
    }
    assert [saw["after"][name] for name in ENDED] == [saw["before"][name] for name in ENDED]
    assert saw["findings"] == []


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(running_servers) -> None:
    programs = running_servers.places.postgres_programs
    with installation(ROOT, **release.ENVIRONMENT) as here:
        release.restore(RELEASES[-1], here, programs)
        with psycopg.connect(here.environment["GORAX_DATABASE_URL"]) as session:
            session.execute(
                "INSERT INTO public.django_migrations (app, name, applied) VALUES ('executions', '9999_later', now())"
            )
        before = release.dump(here, programs)

        code, said = here.manage("prepare", "--no-demo")

        assert code == 1
        assert "executions.9999_later" in said
        assert release.dump(here, programs) == before
