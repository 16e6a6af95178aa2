"""Looking for errors by their words, for as long as somebody waits."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction

from apps.core import db
from apps.core.errors import FieldProblem
from apps.executions.errors import ErrorSearchError

T = TypeVar("T")

# Words that many errors have are found soonest by going through the newest executions, words that few have by the index
# of words alone. Which it is nobody knows before, and the planner guesses: so each way has its time (measured: 50 ms and
# 15 ms among 200,000 errors, the other way round 800 ms and 2,900 ms).
GUESSED_MS = 300
LONGEST_MS = 5_000
SET = """
SELECT set_config('statement_timeout', %(ms)s::text, true), set_config('enable_indexscan', %(by_order)s, true),
       set_config('enable_seqscan', %(by_order)s, true)
"""
RESET = """
SELECT set_config(name, reset_val, true) FROM pg_settings
WHERE name IN ('statement_timeout', 'enable_indexscan', 'enable_seqscan')
"""
# PostgreSQL's `query_canceled`.
CANCELLED = "57014"


def patiently(ask: Callable[[], T]) -> T:
    """Return what `ask` reads of executions that are looked for by words.

    Raises:
        ErrorSearchError: it takes too long either way.
    """
    for ms, by_order in ((GUESSED_MS, "on"), (LONGEST_MS, "off")):
        try:
            with transaction.atomic():
                db.execute(SET, {"ms": ms, "by_order": by_order})
                found = ask()
                db.execute(RESET)
                return found
        except OperationalError as reason:
            if getattr(reason.__cause__, "sqlstate", None) != CANCELLED:
                raise
    message = (
        "Too many executions failed by an error with these words. Add a word, or choose a workflow."
    )
    problem = FieldProblem("/error", "search_unfit", message)
    raise ErrorSearchError(message, errors=[problem])
