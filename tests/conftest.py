"""What tests that need Django get: servers of their own, one tenant, and a database put back after use.

Nothing starts until a test asks for the database or for Redis; `-p no:django` starts nothing at all.
"""

import gc
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gorax.stack import places, servers
from tests import parts

FOLDER: Path | None = None
# Status, plan, figures and origins of a tenant that nobody has touched.
AS_MADE = ("active", "unlimited", "{}", "")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the servers' folder and tell Django of it, before its settings are read."""
    global FOLDER  # noqa: PLW0603 - one per test run, and hooks have no other place
    if not config.pluginmanager.hasplugin("django") or FOLDER is not None:
        return
    if config.getoption("numprocesses", default=None):
        return  # this process only hands out the tests; those that run them come here, too
    # Short, because sockets lie in it; open, because as root the servers run as another user.
    FOLDER = Path(tempfile.mkdtemp(prefix="gorax-test-"))
    FOLDER.chmod(0o711)
    chosen = places.choose(FOLDER / "servers")
    for name in [name for name in os.environ if name.startswith("GORAX_")]:
        del os.environ[name]
    os.environ |= servers.urls(chosen) | {
        "DJANGO_SETTINGS_MODULE": "gorax.settings.test",
        "GORAX_SECRET_KEY": secrets.token_urlsafe(48),
        "GORAX_KEK_PATH": str(FOLDER / "kek"),
        "GORAX_BLOBS_DIR": str(FOLDER / "blobs"),
        "GORAX_MAIL_DIR": str(FOLDER / "mail"),
    }
    from django.conf import settings

    settings.DATABASES  # noqa: B018 - reads the settings now, so that a mistake shows at once


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave out of every look for garbage what is collected now: half a million objects, and all of them stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--part", type=parts.part, default=parts.WHOLE, help="of rotating sets one share, as 2/4"
    )


@pytest.hookimpl(trylast=True)  # after the tests have been shuffled
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what waits for another share, and begin with what takes long, so that none of it is left for the end.

    First the tests that start whole stacks: of two processes that share the tests, one then has all of these, for they
    want both cores for themselves. Then those that are given more time than others.
    """
    waiting = set(parts.left_out(items, config.getoption("--part")))
    if waiting:
        config.hook.pytest_deselected(items=list(waiting))
        items[:] = [item for item in items if item not in waiting]
    items.sort(
        key=lambda item: (
            item.get_closest_marker("stack") is None,
            item.get_closest_marker("timeout") is None,
        )
    )


def pytest_unconfigure() -> None:
    if FOLDER is not None:
        places.remove(FOLDER / "servers")
        shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def running_servers() -> Iterator[servers.Running]:
    """A PostgreSQL and a Redis of this test run, without fsync."""
    from apps.adapters.transport import process_transport

    assert FOLDER is not None, "this test needs Django: run it without `-p no:django`"
    with servers.Running(places.choose(FOLDER / "servers")) as running:
        yield running
    process_transport().close()
    # Threads of the product outlive the servers, and nobody listens to them any more.
    logging.raiseExceptions = False
    logging.disable()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker, running_servers: servers.Running
) -> Iterator[None]:
    """Migrate `public` and make the tenant `demo`, once; remember that state for `restore`.

    The database is named as in production: these servers belong to this test run alone.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    from apps.keys import facade as keys
    from tests import baseline

    keys.ensure_kek()
    with ExitStack() as undo:
        with django_db_blocker.unblock():
            baseline.migrate()
            baseline.remember()
            connections.close_all()
        # Django would truncate every table, the tenants and the template's rows among them.
        patch = pytest.MonkeyPatch()
        undo.callback(patch.undo)
        patch.setattr(TransactionTestCase, "_fixture_teardown", baseline.restore)
        # Between the tests the database is blocked: who does not ask for it would commit what nobody puts back.
        yield
        with django_db_blocker.unblock():
            for connection in connections.all():
                connection.close()
                connection.close_pool()


@pytest.fixture
def tenant(db: None):
    """The tenant `demo`, with its schema entered for the whole test."""
    from apps.core.tenancy import entered
    from apps.tenants import facade

    with entered("t_demo"):
        yield facade.current()


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no test pay for what another has asked too often: all of them call from one address."""
    yield
    if "running_servers" in request.fixturenames:
        import redis

        from apps.core import rate_limit

        rate_limit._local._buckets.clear()
        with redis.Redis.from_url(os.environ["GORAX_REDIS_URL"]) as client:
            for key in client.scan_iter("gorax:rate:*", count=1000):
                client.delete(key)


@pytest.fixture(autouse=True)
def _nobody_stays_as_a_test_has_made_them(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no test meet a tenant as another one had made it: what a process remembers outlives a rollback by seconds."""
    yield
    if "running_servers" in request.fixturenames:
        from apps.tenants.queries import directory

        tenants = [info for info in directory.remembered() if info]
        if any(
            (info.status, info.plan, info.agreed, info.cors_text) != AS_MADE for info in tenants
        ):
            directory.forget()


@pytest.fixture
def redis_server(running_servers: servers.Running):
    """A client of this run's Redis, emptied before and after."""
    import redis

    client = redis.Redis.from_url(os.environ["GORAX_REDIS_URL"])
    client.flushall()
    yield client
    client.flushall()
    client.close()
