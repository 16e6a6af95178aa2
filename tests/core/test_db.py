"""The door to raw SQL: what a session keeps of the statements that come through it."""

import pytest

from apps.core import db


@pytest.mark.django_db
def test_a_statement_is_prepared_by_the_session_that_runs_it_often() -> None:
    for _ in range(7):
        db.fetch("SELECT %s::int AS often", [1])
    db.fetch("SELECT %s::int AS rarely", [1])

    prepared = {text for (text,) in db.fetch("SELECT statement FROM pg_prepared_statements")}

    assert "SELECT $1::int AS often" in prepared
    assert "SELECT $1::int AS rarely" not in prepared


@pytest.mark.django_db
@pytest.mark.parametrize(
    "texts",
    [
        [],
        [None],
        [""],
        ["", None, ""],
        ['a"b', "c\\d", '\\"', "{,}", "NULL", "null", " x "],
        ["a\x01b", None],
        ["\x02", None, "\x01"],
        ["a\x02b"],
        [None, None],
    ],
)
def test_the_database_reads_an_array_as_it_was_written(texts: list[str | None]) -> None:
    assert db.fetch("SELECT %s::text[]", [db.array(texts)]) == [(texts,)]
