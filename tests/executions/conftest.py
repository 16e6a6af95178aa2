"""The tenant `demo` with real commits, and leases as short as tests need."""

import threading

import pytest


@pytest.fixture
def demo(transactional_db, settings):
    """The tenant `demo`, entered; whatever worker the test used is gone afterwards."""
    from apps.core import tenancy
    from tests.executions import crew, makers

    settings.GORAX_LEASE_S, settings.GORAX_RENEW_S, settings.GORAX_SWEEP_S = 2.0, 0.6, 0.3
    with tenancy.entered(makers.SCHEMA):
        yield
    for gate in crew.Gate.every:
        gate.open()
    makers.forget_worker()


@pytest.fixture
def receiver(demo):
    """A counting HTTP server, allowed for the tenant as the only private address."""
    from apps.executions.services import ports
    from apps.tenants import facade as tenants
    from apps.tenants.models import EgressAllowance, Tenant
    from gorax.stack.receiver import Receiver

    server = Receiver()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    tenant = Tenant.objects.get(schema_name="t_demo")
    EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=server.server_port)
    ports._policy.cache_clear()
    tenants.forget()
    yield server
    server.shutdown()
    server.server_close()
