"""More than one of each process, and a start on somebody else's servers."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from gorax.stack.checkout import Checkout
from tests.bench.product import Product
from tests.eventually import eventually
from tests.stack.checkouts import Copy

pytestmark = [pytest.mark.stack, pytest.mark.rotating, pytest.mark.timeout(420)]
RESPOND = {
    "nodes": [
        {"id": "start", "type": "trigger:manual", "data": {"name": "Start", "config": {}}},
        {"id": "end", "type": "action:respond", "data": {"name": "End", "config": {"body": 42}}},
    ],
    "edges": [{"id": "e", "source": "start", "target": "end"}],
}


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="gorax-several-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def copies() -> Iterator[list[Copy]]:
    """Checkouts that are ended and removed afterwards, however the test went."""
    made: list[Copy] = []
    yield made
    for copy in made:
        copy.remove()


@contextmanager
def frozen(process_id: int) -> Iterator[None]:
    os.kill(process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process_id, signal.SIGCONT)


def answers(copy: Copy) -> bool:
    """Say whether web answers soon; a connection may have been handed to a process that is frozen."""
    with closing(HTTPConnection("127.0.0.1", copy.port, timeout=0.5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def test_two_workers_and_two_web_processes_each_do_the_work_alone(
    folder: Path, copies: list[Copy]
) -> None:
    several = {"GORAX_WORKER_PROCESSES": "2", "GORAX_WEB_PROCESSES": "2", "GORAX_LEASE_S": "2"}
    copy = Copy(folder / "a", variables=several)
    copies.append(copy)
    copy.start()
    copy.wait_until_ready()
    product = Product(copy)
    workflow_id = product.make_workflow("Answer", RESPOND)
    workers = [copy.recorded(name) for name in ("worker-1", "worker-2")]
    web = [each.pid for each in psutil.Process(copy.recorded("web")).children()]

    for worker in workers:
        with frozen(worker):
            ended = product.ended(product.execute(workflow_id))
            assert (ended["status"], ended["output"]) == ("completed", 42)

    assert len(web) == 2
    for process in web:
        with frozen(process):
            assert eventually(lambda: answers(copy))

    assert eventually(copy.is_ready)
    with frozen(copy.recorded("dispatcher")):
        assert eventually(lambda: not copy.is_ready())
    assert eventually(copy.is_ready)


@pytest.fixture
def elsewhere(running_servers) -> Iterator[str]:
    """An empty database on servers that somebody else runs: this test run's."""
    url = os.environ["GORAX_DATABASE_URL"]
    parts = urlsplit(url)
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("CREATE DATABASE elsewhere")
        yield parts._replace(path="/elsewhere").geturl()
        session.execute("DROP DATABASE elsewhere WITH (FORCE)")


def test_a_start_on_somebody_elses_servers_starts_none_and_writes_nothing_outside(
    folder: Path, copies: list[Copy], elsewhere: str
) -> None:
    home, parent = folder / "home", folder / "parent"
    home.mkdir()
    (folder / "url").write_text(f"{elsewhere}\n")
    copy = Copy(
        parent / "a",
        variables={
            "HOME": str(home),
            "GORAX_DATABASE_URL_FILE": str(folder / "url"),
            "GORAX_REDIS_URL": os.environ["GORAX_REDIS_URL"],
            "GORAX_POOL_MAX": "4",
        },
    )
    copies.append(copy)

    copy.start()
    copy.wait_until_ready()

    servers = [each for each in copy.processes() if "postgres" in each or "redis-server" in each]
    assert servers == []
    assert not Checkout(copy.folder).servers.exists()
    product = Product(copy)
    ended = product.ended(product.execute(product.make_workflow("Answer", RESPOND)))
    assert (ended["status"], ended["output"]) == ("completed", 42)
    with psycopg.connect(elsewhere) as session:
        found = session.execute("SELECT count(*) FROM t_demo.executions_execution").fetchone()
    assert found == (1,)
    assert copy.stop() == 0
    assert list(home.iterdir()) == []
    assert {each.name for each in parent.iterdir()} == {"a", "a.log"}
