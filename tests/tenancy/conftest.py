"""What tests between tenants share. Imports stand inside: pytest reads this file before the settings are chosen."""

import pytest


@pytest.fixture(autouse=True)
def _fresh(redis_server):
    """Nothing that a process remembers may come from another test."""
    from apps.tenants.queries import directory
    from apps.webhooks.queries import doors

    for forget in (directory.forget, doors.forget):
        forget()
    yield
    for forget in (directory.forget, doors.forget):
        forget()
