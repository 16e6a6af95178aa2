"""Month partitions: made ahead, bounded by ids, and DEFAULT rows moved without losing what hangs on them."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import clock, partitions, tenancy
from apps.core.ids import month_floor
from apps.core.partitions import Month, Strays

SCHEMA = "t_parts"
TABLES = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.run (id uuid PRIMARY KEY, note text NOT NULL) PARTITION BY RANGE (id);
CREATE INDEX run_note ON {SCHEMA}.run (note);
CREATE TABLE {SCHEMA}.run_default PARTITION OF {SCHEMA}.run DEFAULT;
CREATE TABLE {SCHEMA}.part (
    run_id uuid NOT NULL REFERENCES {SCHEMA}.run (id) ON DELETE CASCADE, n int, PRIMARY KEY (run_id, n)
) PARTITION BY RANGE (run_id);
CREATE TABLE {SCHEMA}.part_default PARTITION OF {SCHEMA}.part DEFAULT;
"""
MONTH_BY_MONTH = f"""
ALTER TABLE {SCHEMA}.part DROP CONSTRAINT part_run_id_fkey;
ALTER TABLE {SCHEMA}.part_default ADD FOREIGN KEY (run_id) REFERENCES {SCHEMA}.run_default (id) ON DELETE CASCADE;
"""
MARCH, APRIL = Month(2031, 3), Month(2031, 4)


@pytest.fixture
def schema(db):
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    return SCHEMA


@pytest.fixture(params=["whole tables", "month by month"])
def referring(schema, request):
    """The schema, its parts referring to runs in either way."""
    if request.param == "month by month":
        with connection.cursor() as cursor:
            cursor.execute(MONTH_BY_MONTH)
    return schema


def ask(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def birth(month: Month, offset: int = 0) -> UUID:
    return UUID(int=month.floor.int + offset)


def insert(identifier: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO t_parts.run VALUES (%s, 'x')", [identifier])
        cursor.execute("INSERT INTO t_parts.part VALUES (%s, 1), (%s, 2)", [identifier] * 2)


def home_of(identifier: UUID) -> str:
    return ask("SELECT tableoid::regclass::text FROM t_parts.run WHERE id = %s", identifier)[0][0]


def test_this_month_and_two_ahead_are_made(monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 23, 59, tzinfo=UTC))

    assert [month.suffix for month in partitions.months()] == [
        "_y2026m12",
        "_y2027m01",
        "_y2027m02",
    ]


def test_a_row_lies_in_the_partition_of_its_ids_month(schema: str) -> None:
    report = partitions.ensure([schema], [MARCH, APRIL])

    last_of_march = UUID(int=APRIL.floor.int - 1)
    insert(birth(MARCH))
    insert(last_of_march)
    insert(birth(APRIL))
    assert report == partitions.Report(created=4)
    assert home_of(birth(MARCH)) == f"{SCHEMA}.run_y2031m03"
    assert home_of(last_of_march) == f"{SCHEMA}.run_y2031m03"
    assert home_of(birth(APRIL)) == f"{SCHEMA}.run_y2031m04"


def test_making_them_twice_does_nothing(schema: str, django_assert_num_queries) -> None:
    partitions.ensure([schema], [MARCH])

    # One SET of the search path and one statement for each of the two questions.
    with django_assert_num_queries(4):
        report = partitions.ensure([schema], [MARCH])

    assert report == partitions.Report()


def test_a_new_partition_has_the_keys_indexes_and_references_of_its_parent(referring: str) -> None:
    partitions.ensure([referring], [MARCH])

    kinds = ask(
        "SELECT contype, conname FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY contype",
        f"{SCHEMA}.part_y2031m03",
    )
    indexes = ask(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'run_y2031m03' AND indexdef LIKE '%%(note)'"
    )
    assert [kind for kind, _ in kinds] == ["c", "f", "p"]
    assert len(indexes) == 1


def test_what_refers_month_by_month_finds_its_row_in_the_same_month_alone(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MONTH_BY_MONTH)
    partitions.ensure([schema], [MARCH, APRIL])
    insert(birth(MARCH))

    assert ask(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        f"{SCHEMA}.part_y2031m04",
    ) == [(f"FOREIGN KEY (run_id) REFERENCES {SCHEMA}.run_y2031m04(id) ON DELETE CASCADE",)]
    with pytest.raises(IntegrityError, match="part_y2031m03_run_id_fkey"), transaction.atomic():
        ask("INSERT INTO t_parts.part VALUES (%s, 1) RETURNING n", birth(MARCH, 1))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM t_parts.run")
    assert ask("SELECT count(*) FROM t_parts.part") == [(0,)]


def test_rows_in_default_are_moved_with_all_that_refers_to_them_and_are_an_alarm(
    referring: str, caplog
) -> None:
    schema = referring
    insert(birth(MARCH, 5))
    insert(birth(APRIL, 5))
    assert partitions.rows_in_default([schema]) == [
        Strays(SCHEMA, "part", 4, birth(MARCH, 5)),
        Strays(SCHEMA, "run", 2, birth(MARCH, 5)),
    ]

    report = partitions.ensure([schema], [MARCH])

    assert report == partitions.Report(created=2, moved=3)
    assert home_of(birth(MARCH, 5)) == f"{SCHEMA}.run_y2031m03"
    assert home_of(birth(APRIL, 5)) == f"{SCHEMA}.run_default"
    assert ask("SELECT n FROM t_parts.part WHERE run_id = %s ORDER BY n", birth(MARCH, 5)) == [
        (1,),
        (2,),
    ]
    assert partitions.rows_in_default([schema]) == [
        Strays(SCHEMA, "part", 2, birth(APRIL, 5)),
        Strays(SCHEMA, "run", 1, birth(APRIL, 5)),
    ]
    assert "partition.default_had_rows" in caplog.messages


def test_rows_in_default_are_moved_to_the_months_they_were_born_in_whichever_they_are(
    schema: str, caplog
) -> None:
    nobodys = UUID(int=(1 << 128) - 1)
    last_of_march = birth(APRIL, -(1 << 80))  # a millisecond before
    for identifier in (birth(MARCH), last_of_march, birth(Month(2033, 12)), nobodys):
        insert(identifier)

    report = partitions.rehouse([schema])

    assert report == partitions.Report(created=4, moved=9)
    assert home_of(last_of_march) == home_of(birth(MARCH)) == f"{SCHEMA}.run_y2031m03"
    assert home_of(birth(Month(2033, 12))) == f"{SCHEMA}.run_y2033m12"
    assert partitions.rows_in_default([schema]) == [
        Strays(SCHEMA, "part", 2, nobodys),
        Strays(SCHEMA, "run", 1, nobodys),
    ]
    assert caplog.messages.count("partition.default_had_rows") == 2
    assert caplog.messages.count("partition.default_keeps_rows") == 2


def test_rows_whose_removal_would_take_others_along_stay_and_are_reported(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {SCHEMA}.note (run_id uuid REFERENCES {SCHEMA}.run (id) ON DELETE CASCADE)"
        )
    insert(birth(MARCH))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO t_parts.note VALUES (%s)", [birth(MARCH)])

    report = partitions.ensure([schema], [MARCH])

    assert report == partitions.Report(postponed=(SCHEMA,))
    assert home_of(birth(MARCH)) == f"{SCHEMA}.run_default"
    assert ask("SELECT count(*) FROM t_parts.note") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_month_whose_locks_are_held_is_postponed_and_made_next_time(monkeypatch) -> None:
    monkeypatch.setattr(partitions, "LOCK_TIMEOUT_S", 0.05)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    is_held, may_go = threading.Event(), threading.Event()

    def read_for_long() -> None:
        with transaction.atomic():
            ask("SELECT count(*) FROM t_parts.run_default")
            is_held.set()
            may_go.wait(10)
        connection.close()

    reader = threading.Thread(target=read_for_long)
    reader.start()
    is_held.wait(10)
    held = partitions.ensure([SCHEMA], [MARCH])
    may_go.set()
    reader.join(10)

    assert held == partitions.Report(postponed=(SCHEMA,))
    assert partitions.ensure([SCHEMA], [MARCH]) == partitions.Report(created=2)


@pytest.mark.django_db
def test_every_tenant_has_its_months_and_nothing_in_default() -> None:
    suffixes = {month.suffix for month in partitions.months()}

    names = ask(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 't_demo' AND c.relispartition AND c.relkind = 'r'"
        " AND c.relname LIKE 'executions_execution_y%%'"
    )

    assert {name.removeprefix("executions_execution") for (name,) in names} == suffixes
    assert partitions.rows_in_default(["t_demo", tenancy.TEMPLATE]) == []


def test_a_months_bounds_are_its_first_id_and_the_next_months() -> None:
    assert (MARCH.floor, MARCH.ceiling) == (month_floor(2031, 3), month_floor(2031, 4))
    assert Month(2031, 12).ceiling == month_floor(2032, 1)
