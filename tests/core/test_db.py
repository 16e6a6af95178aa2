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
def test_a_statement_with_names_is_sent_with_numbers_each_name_having_one() -> None:
    for _ in range(7):
        rows = db.fetch(
            "SELECT %(a)s::int, %(b)s::text, %(a)s::int + 1, 'a' LIKE '%%'", {"b": "%", "a": 1}
        )

    prepared = {text for (text,) in db.fetch("SELECT statement FROM pg_prepared_statements")}

    assert rows == [(1, "%", 2, True)]
    assert "SELECT $1::int, $2::text, $1::int + 1, 'a' LIKE '%'" in prepared


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT %s", "SELECT %(a)d", "SELECT 1 %", "SELECT %(a"])
def test_what_is_no_placeholder_with_a_name_is_refused(statement: str) -> None:
    with pytest.raises(ValueError, match="no placeholder with a name"):
        db.fetch(statement, {"a": 1})


@pytest.mark.django_db
def test_a_statement_without_its_value_is_refused() -> None:
    with pytest.raises(KeyError, match="b"):
        db.fetch("SELECT %(a)s::int, %(b)s::int", {"a": 1})


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
