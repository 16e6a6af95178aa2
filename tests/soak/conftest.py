"""The look-alike tenants, and a receiver that they may all call."""

import os
import threading

import pytest

TENANTS = int(os.environ.get("SOAK_TENANTS", "4"))


@pytest.fixture
def _no_files(settings):
    """Files outlive the rows of a test: those of others are gone before, and planted ones afterwards."""

    def forget() -> None:
        for path in settings.GORAX_BLOBS_DIR.rglob("*"):
            if path.is_file():
                path.unlink()

    forget()
    yield
    forget()


@pytest.fixture
def world(transactional_db, redis_server, running_servers, _no_files):
    from apps.executions.services import ports
    from gorax.stack.receiver import Receiver
    from tests.soak import world as worlds
    from tests.soak.witness import Witness

    ports._policy.cache_clear()
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.05,), daemon=True).start()
        settled = worlds.settle(worlds.SLUGS[:TENANTS], receiver, Witness())
        worlds.let_the_application_in(settled, running_servers.places)
        yield settled
        receiver.shutdown()
    ports._policy.cache_clear()
