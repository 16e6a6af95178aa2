"""How many queries a call makes on the tables that matter."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern


@contextmanager
def queries_on(prefix: str) -> Iterator[list[str]]:
    """Yield a list that holds, after the block, every ORM query that names a table starting with `prefix`."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [each["sql"] for each in captured.captured_queries if f'"{prefix}' in each["sql"]]


def operations_of(routes: list[URLPattern]) -> set[str]:
    """Return what routes answer, as `GET /api/v1/account`: found by looking at their views."""
    return {
        f"{method.upper()} /{route.pattern}"
        for route in routes
        for view in [getattr(route.callback, "view_class", None)]
        for method in ("get", "post", "put", "patch", "delete")
        if (hasattr(view, method) if view is not None else method == "get")
    }
