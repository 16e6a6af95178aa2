"""What tests of single sign-on share: providers, and a tenant that may call them.

Imports stand inside: pytest reads this file before the settings are chosen.
"""

import pytest


@pytest.fixture(scope="session")
def running_provider():
    from tests.sso.providers import real_provider

    with real_provider() as provider:
        yield provider


@pytest.fixture
def real(running_provider):
    """The real provider, up, with nothing remembered of it."""
    from apps.sso.services import provider

    running_provider.be_down(is_down=False)
    provider.forget()
    return running_provider


@pytest.fixture
def liar():
    from apps.sso.services import provider
    from tests.sso.providers import liar

    provider.forget()
    with liar() as one:
        yield one


@pytest.fixture(autouse=True)
def _fresh(request):
    """Limits live in Redis and hosts are remembered for seconds; tests without a database need neither."""
    if "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        yield
        return
    from apps.tenants.queries import directory

    request.getfixturevalue("redis_server")
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
