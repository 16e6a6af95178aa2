"""The demo tenant with schedules whose time comes when a test says so.

Imports stand inside: this file is read before Django is configured.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture
def tenant_committed(transactional_db) -> Iterator[Any]:
    """The demo tenant, entered, in a test whose commits are real."""
    from apps.core import tenancy
    from apps.tenants import facade

    with tenancy.entered("t_demo"):
        yield facade.current()


@pytest.fixture
def now(db) -> datetime:
    """The present by the database's clock."""
    from apps.core import db as raw

    return raw.fetch("SELECT clock_timestamp()")[0][0]


@pytest.fixture
def live(db) -> Callable[..., Any]:
    """Publish and activate a workflow with one schedule; its id, which is its trigger's."""
    from tests.schedules.clocks import make_live

    return make_live
