"""The demo tenant called over HTTP, and what it has stored.

Imports stand inside: this file is read before Django is configured.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

TABLES = (
    "webhooks_event",
    "webhooks_delivery",
    "executions_execution",
    "public.dispatch_ticket",
)


@pytest.fixture(autouse=True)
def no_remembered_doors() -> Iterator[None]:
    """Doors and hosts are remembered per process, and every test has rows of its own."""
    from apps.tenants import facade as tenants
    from apps.webhooks.queries import doors

    doors.forget()
    yield
    doors.forget()
    tenants.forget()


@pytest.fixture
def sender() -> Any:
    """Somebody outside who sends to the tenant's host."""
    from django.test import Client

    from tests.webhooks.deliveries import HOST

    return Client(HTTP_HOST=HOST)


@pytest.fixture
def tenant_committed(transactional_db) -> Iterator[Any]:
    """The demo tenant, entered, in a test whose commits are real."""
    from apps.core import tenancy
    from apps.tenants import facade

    with tenancy.entered("t_demo"):
        yield facade.current()


@pytest.fixture
def rows(db) -> Callable[[], dict[str, int]]:
    """How many rows a delivery could have left, by table."""
    from django.db import connection

    from apps.core import tenancy

    def count() -> dict[str, int]:
        with tenancy.entered("t_demo"), connection.cursor() as cursor:
            found = {}
            for table in TABLES:
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names from above
                found[table.split(".")[-1]] = cursor.fetchone()[0]
            return found

    return count


@pytest.fixture
def live(db) -> Callable[..., Any]:
    """Publish and activate a document; the workflow."""
    from apps.core import tenancy
    from apps.workflows.services import drafts, publish

    def make(document: dict[str, Any], *, name: str = "hook") -> Any:
        with tenancy.entered("t_demo"):
            workflow = drafts.create(name=name, description="", draft=document, actor_id=None)
            publish.publish(workflow.pk, actor_id=None)
            return publish.activate(workflow.pk)

    return make
