"""A column for JSON documents that keeps them as they were written."""

from typing import Any

from django.db import models
from psycopg.types.json import Json


class JsonDocumentField(models.Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """PostgreSQL `json`, not `jsonb`: keeps the order of keys and the digits of numbers, and is cheaper to store.

    Holds any JSON value; SQL NULL is None (a JSON null inside a document stays a null).
    """

    def db_type(self, connection: Any) -> str:
        """Return the column type."""
        return "json"

    def get_prep_value(self, value: Any) -> Any:
        """Wrap the value so that psycopg sends it as JSON."""
        return None if value is None else Json(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return what psycopg has parsed already."""
        return value
