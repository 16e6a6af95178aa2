"""How many queries a call makes on the tables that matter."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def queries_on(prefix: str) -> Iterator[list[str]]:
    """Yield a list that holds, after the block, every ORM query that names a table starting with `prefix`."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [each["sql"] for each in captured.captured_queries if f'"{prefix}' in each["sql"]]
