"""What the database's log says of a statement: its text on however many lines, and all of its phases."""

from tests.bench.statements import Statement, statements_of

LOG = """\
7 LOG:  duration: 0.250 ms  parse <unnamed>:\x20
\tWITH live AS (
\t  SELECT 1
\t) SELECT * FROM live
8 LOG:  duration: 0.500 ms  statement: SELECT "id" FROM "a" WHERE "name" = 'x: y'
7 LOG:  duration: 0.250 ms  bind <unnamed>:\x20
\tWITH live AS (
\t  SELECT 1
\t) SELECT * FROM live
7 LOG:  duration: 1.000 ms  execute <unnamed>:\x20
\tWITH live AS (
\t  SELECT 1
\t) SELECT * FROM live
9 WARNING:  something else
7 LOG:  duration: 2.000 ms  execute _pg3_0: UPDATE a SET b = $1
8 LOG:  duration: 0.125 ms  statement: COMMIT
8 LOG:  duration: 0.0"""


def test_parsing_and_binding_count_with_the_statement_that_the_same_session_then_runs() -> None:
    assert statements_of(LOG) == [
        Statement(0.5, 'SELECT "id" FROM "a" WHERE "name" = \'x: y\''),
        Statement(1.5, "WITH live AS ( SELECT 1 ) SELECT * FROM live"),
        Statement(2.0, "UPDATE a SET b = $1"),
        Statement(0.125, "COMMIT"),
    ]


def test_a_commit_is_a_query_and_what_only_surrounds_queries_is_none() -> None:
    texts = [
        "SELECT 1",
        "COMMIT",
        "BEGIN",
        'SET search_path = "public"',
        'SAVEPOINT "s1"',
        'RELEASE SAVEPOINT "s1"',
    ]

    assert [text for text in texts if Statement(1.0, text).is_query] == ["SELECT 1", "COMMIT"]
