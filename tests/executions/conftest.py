"""The tenant `demo` with real commits, and leases as short as tests need."""

import pytest


@pytest.fixture
def demo(transactional_db, settings):
    """The tenant `demo`, entered; whatever worker the test used is gone afterwards."""
    from apps.core import tenancy
    from tests.executions import makers

    settings.GORAX_LEASE_S, settings.GORAX_RENEW_S, settings.GORAX_SWEEP_S = 2.0, 0.6, 0.3
    with tenancy.entered(makers.SCHEMA):
        yield
    makers.forget_worker()
