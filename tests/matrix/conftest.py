"""What the tests of the matrix share. Imports stand inside: pytest reads this file before the settings are chosen."""

import pytest


@pytest.fixture(autouse=True)
def _fresh(request):
    """Nothing that a process remembers may come from another test."""
    from apps.tenants.queries import directory
    from apps.webhooks.queries import doors

    for forget in (directory.forget, doors.forget):
        forget()
    yield
    for forget in (directory.forget, doors.forget):
        forget()


@pytest.fixture
def world(db, redis_server):
    from tests.matrix.world import World

    return World(redis_server)
