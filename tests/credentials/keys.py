"""Credentials to store, and all that lies in their table."""

from typing import Any

from django.db import connection

from tests.callers import Caller

SECRET = "s3cr3t-öf-the-t3st"
LOGIN = {
    "name": "acme",
    "type": "basic_auth",
    "description": "The shop",
    "values": {"username": "ann", "password": SECRET},
}


def stored(caller: Caller, **changes: Any) -> Any:
    """Store a credential and return what the API says of it."""
    answer = caller.post("/credentials", {**LOGIN, **changes})
    assert answer.status_code == 201, answer.content
    return answer.json()


def at_rest(schema: str = "t_demo") -> list[str]:
    """Return every row of the table as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_to_json(row)::text FROM {schema}.credentials_credential AS row ORDER BY id"  # noqa: S608 - our own names
        )
        return [text for (text,) in cursor.fetchall()]
