"""The tenant is ambient: it is the schema of this thread's connection, entered at the doors and nowhere else."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
# A tenant's schema is `t_` + its slug with `-` as `_`. A slug never ends in `-`, so no tenant can be called
# like the template.
TEMPLATE = "t_template_"
SCHEMA_PATTERN = re.compile(r"t_[a-z0-9_]{1,60}")
_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")


def current_schema() -> str:
    """Return the schema of this thread's connection: a tenant's, or `public`."""
    schema: str = connection.schema_name  # type: ignore[attr-defined]  # django-tenants' own backend
    return schema


@contextmanager
def entered(schema: str) -> Iterator[None]:
    """Work in `schema` (a tenant's, or `public`); afterwards this thread is back where it was.

    Raises:
        ValueError: no schema can have this name.
    """
    if schema != PUBLIC and SCHEMA_PATTERN.fullmatch(schema) is None:
        raise ValueError(f"{schema!r} is no schema of a tenant")
    mine: Any = connections[DEFAULT_DB_ALIAS]
    before = mine.tenant
    mine.set_schema(schema)
    try:
        yield
    finally:
        mine.set_tenant(before)


def run_in(schema: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call `function` in `schema`, entered in the thread that runs this very call.

    A schema belongs to one thread's connection: async code passes *this* function to its thread, as in
    `await sync_to_async(run_in)(schema, load, key)`, and never enters a schema around an await.
    """
    with entered(schema):
        return function(*args, **kwargs)


def key(*parts: object) -> str:
    """Return a name for something outside PostgreSQL (cache key, channel group, blob path) of this tenant.

    Parts are joined by dots after the schema; a channel group may be called so too.

    Raises:
        ValueError: outside every tenant, or a part holds anything but letters, digits, `_` and `-`.
    """
    schema = current_schema()
    if schema == PUBLIC:
        raise ValueError("a key needs a tenant, and this is the public schema")
    texts = [str(part) for part in parts]
    for text in texts:
        if _PART.fullmatch(text) is None:
            raise ValueError(f"{text!r} cannot be part of a key")
    return ".".join([schema, *texts])
