"""The invariants I1 to I12 of what is promised, and by what each is checked: rows, the witness's tables, the model.

The doctor's own stand in apps/executions/services/doctor.py; these add what rows alone cannot tell.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Fetch = Callable[[str, dict[str, Any]], Sequence[tuple[Any, ...]]]

# Each is a query that returns what breaks it: what, which execution, details.
WITNESSED: Mapping[str, str] = {
    # A settled step or an ended execution was changed, a seq stood still, a step began in a pause.
    "violation": """
        SELECT what, execution_id, detail FROM public.chaos_violation
    """,
    "success_recorded_twice": """
        SELECT 'twice', execution_id, node_id || ' ' || count(*) FROM public.chaos_success
        GROUP BY execution_id, node_id, scope HAVING count(*) > 1
    """,
    # Between the grant of its token and its success, nobody else was granted the same ticket.
    "success_without_the_last_token": """
        SELECT 'late', s.execution_id, s.node_id FROM public.chaos_success s
        JOIN public.chaos_grant mine ON mine.execution_id = s.execution_id AND mine.token = s.token
        WHERE EXISTS (SELECT FROM public.chaos_grant later WHERE later.ticket_id = mine.ticket_id
                      AND later.execution_id = mine.execution_id AND later.at > mine.at AND later.at < s.at)
    """,
    # What is settled by the start itself, or inline by the door, was so before anybody was granted a ticket.
    "success_without_a_token": """
        SELECT 'unknown', s.execution_id, s.node_id FROM public.chaos_success s
        WHERE EXISTS (SELECT FROM public.chaos_grant any_of WHERE any_of.execution_id = s.execution_id AND any_of.at < s.at)
          AND NOT EXISTS (SELECT FROM public.chaos_grant mine
                          WHERE mine.execution_id = s.execution_id AND mine.token = s.token)
    """,
    "two_changes_with_one_seq": """
        SELECT 'seq', execution_id, seq || ' ' || count(*) FROM public.chaos_change
        GROUP BY execution_id, seq HAVING count(*) > 1
    """,
}
STRAY_WORD = "stray_word"
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
"""
WORDS = "SELECT count(*) FROM {s}.{table} AS row WHERE row::text LIKE '%%' || %(word)s || '%%'"


def broken(fetch: Fetch) -> Iterator[str]:
    """Yield a sentence for everything that the witness has seen and should not have."""
    for name, statement in WITNESSED.items():
        yield from _said(name, fetch(statement, {}))


def _said(name: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    return (
        f"{name}: {what} {execution_id} {detail or ''}".rstrip()
        for what, execution_id, detail in rows
    )


def strays(fetch: Fetch, schema: str, *, own: str, others: Sequence[str]) -> Iterator[str]:
    """Yield each table of a tenant in which another's word stands, and whether none has its own."""
    tables = [name for (name,) in fetch(TABLES, {"schema": schema})]
    if not any(_rows_with(fetch, schema, table, own) for table in tables):
        yield f"{STRAY_WORD}: nothing of {schema} holds {own}"
    for word in others:
        for table in tables:
            count = _rows_with(fetch, schema, table, word)
            if count:
                yield f"{STRAY_WORD}: {count} rows of {schema}.{table} hold {word}"


def _rows_with(fetch: Fetch, schema: str, table: str, word: str) -> int:
    return int(fetch(WORDS.format(s=schema, table=table), {"word": word})[0][0])
