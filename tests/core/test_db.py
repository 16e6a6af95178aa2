"""The door to raw SQL: what a session keeps of the statements that come through it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DataError, transaction

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


@pytest.fixture
def threads():
    with ThreadPoolExecutor(1) as executor:
        yield executor


def ready_to_go_on(words: list[str], gate: threading.Event):
    """Work that ends when the gate is open."""

    def work() -> list[tuple[object, ...]]:
        assert gate.wait(10)
        words.append("written")
        return db.fetch("SELECT pg_backend_pid()")

    return work


@pytest.mark.django_db(transaction=True)
def test_what_a_thread_asks_next_is_asked_when_the_work_beside_it_has_ended(threads) -> None:
    gate, words = threading.Event(), list[str]()

    done = db.beside(ready_to_go_on(words, gate), threads)
    words.append("goes on")
    opener = threading.Timer(0.05, gate.set)
    opener.start()
    db.execute("SELECT 1")
    words.append("asked")

    assert words == ["goes on", "written", "asked"]
    assert db.awaited(done) != []
    opener.join()


@pytest.mark.django_db(transaction=True)
def test_a_failure_beside_is_raised_where_it_is_waited_for(threads) -> None:
    done = db.beside(lambda: db.fetch("SELECT 1/0"), threads)

    assert db.fetch("SELECT 1") == [(1,)]
    with pytest.raises(DataError):
        db.awaited(done)


@pytest.mark.django_db(transaction=True)
def test_in_an_open_transaction_work_is_done_at_once_and_in_it(threads) -> None:
    with transaction.atomic():
        ((mine,),) = db.fetch("SELECT pg_backend_pid()")

        assert db.beside(lambda: db.fetch("SELECT pg_backend_pid()"), threads).result() == [(mine,)]
