"""What tests of people and tenants share: an empty Redis, nothing remembered, and the tenant `demo`.

Imports stand inside: pytest reads this file before the settings are chosen.
"""

import pytest


@pytest.fixture(autouse=True)
def _fresh(redis_server):
    """Rate limits live in Redis, and hosts are remembered for seconds; no test may see another's."""
    from apps.tenants.queries import directory

    directory.forget()
    yield
    directory.forget()


@pytest.fixture
def demo(db):
    """The tenant of every test run."""
    from apps.tenants import facade

    tenant = facade.by_slug("demo")
    assert tenant is not None
    return tenant


@pytest.fixture
def mailbox(tmp_path):
    """Where letters arrive."""
    from tests.accounts.mailbox import Mailbox

    return Mailbox(tmp_path / "mail")
