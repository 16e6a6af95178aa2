"""The demo tenant's owner, who has keys to keep. Imports stand inside: this file is read before Django is configured."""

from typing import Any

import pytest


@pytest.fixture
def owner(tenant, redis_server) -> Any:
    """Who may everything."""
    from tests.callers import make_caller

    return make_caller(tenant, "owner")


@pytest.fixture
def other(db: None) -> Any:
    """A second tenant with an owner of its own."""
    from apps.accounts import facade as accounts
    from apps.tenants import facade as tenants

    user = accounts.install(
        email="owner@other.test", password="a password", name="Other", is_operator=False
    )
    return tenants.provision(slug="other", name="Other", owner_id=user.id)


@pytest.fixture
def server() -> Any:
    """A strict OAuth 2.0 server."""
    from tests.credentials.authorization_server import authorization_server

    with authorization_server() as one:
        yield one


@pytest.fixture
def ann(tenant, redis_server) -> Any:
    """The demo tenant's owner, in a browser."""
    from tests.credentials.accounts import someone

    return someone(tenant, email="ann@demo.test")
