"""Callers of the demo tenant. Imports stand inside: this file is read before Django is configured."""

from typing import Any

import pytest


@pytest.fixture
def owner(tenant, redis_server) -> Any:
    from tests.callers import make_caller

    return make_caller(tenant, "owner")


@pytest.fixture
def editor(tenant, redis_server) -> Any:
    from tests.callers import make_caller

    return make_caller(tenant, "editor")


@pytest.fixture
def other_tenant(tenant, redis_server) -> Any:
    """A second tenant with an owner of its own."""
    from apps.accounts import facade as accounts
    from apps.core import tenancy
    from apps.tenants import facade as tenants

    with tenancy.entered(tenancy.PUBLIC):
        user = accounts.install(
            email="owner@other.test", password="a password", name="Other", is_operator=False
        )
    return tenants.provision(slug="other", name="Other", owner_id=user.id)
