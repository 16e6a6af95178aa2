"""Looking for errors by their words, for as long as somebody waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction

from apps.core import db
from apps.core.errors import FieldProblem
from apps.executions.errors import ErrorSearchError

LONGEST_MS = 5_000
# PostgreSQL's `query_canceled`.
CANCELLED = "57014"


@contextmanager
def bounded() -> Iterator[None]:
    """Let one question take no longer than its answer is waited for.

    Raises:
        ErrorSearchError: it took longer.
    """
    try:
        with transaction.atomic():
            db.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
            yield
    except OperationalError as reason:
        if getattr(reason.__cause__, "sqlstate", None) != CANCELLED:
            raise
        message = "Too many executions failed by an error with these words. Add a word, or choose a workflow."
        raise ErrorSearchError(
            message, errors=[FieldProblem("/error", "search_unfit", message)]
        ) from reason
