import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gorax.stack.checkout import Checkout
from tests.eventually import eventually
from tests.stack.checkouts import Copy

pytestmark = [pytest.mark.stack, pytest.mark.rotating, pytest.mark.timeout(420)]
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="gorax-up-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def copies(folder: Path) -> Iterator[list[Copy]]:
    """Checkouts that are ended and removed afterwards, however the test went."""
    made: list[Copy] = []
    yield made
    for copy in made:
        copy.remove()


def rows(copy: Copy, statement: str) -> object:
    url = f"postgresql://gorax@/gorax?host={copy.folder}/.gorax/servers/run"
    with psycopg.connect(url, autocommit=True) as session:
        found = session.execute(statement)
        return found.fetchone()[0] if found.description else None


def test_two_checkouts_run_beside_each_other_and_survive_what_kills_the_other(
    folder: Path, copies: list[Copy]
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    first, second = Copy(closed / "a"), Copy(folder / "b")
    copies += [first, second]
    crashed = first.start()
    first.wait_until_ready()
    rows(first, "CREATE TABLE public.kept AS SELECT 42 AS answer")

    # A taken port is named, and nothing is started.
    refused = second.start(port=first.port)
    assert refused.wait(60) == 1
    assert re.search(
        rf"Port {first.port} \(web\) is taken by .*GORAX_PORT=<port> make up", second.said()
    )
    assert second.processes() == []

    # Beside it, on a port of its own.
    second.start()
    second.wait_until_ready()
    assert rows(second, "SELECT to_regclass('public.kept')") is None

    # A worker that dies is started again; a second start in the same checkout is refused.
    worker = first.recorded("worker-1")
    os.kill(worker, signal.SIGKILL)
    assert eventually(lambda: first.recorded("worker-1") != worker)
    code, said = first.run("up")
    assert code == 1
    assert "gorax already runs in this checkout" in said

    # The supervisor dies: nothing of its checkout is left, the other notices nothing.
    os.kill(first.recorded("supervisord"), signal.SIGKILL)
    assert crashed.wait(60) == 1
    assert eventually(lambda: first.processes() == []), first.processes()
    assert second.is_ready()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    # The next start has the data; PostgreSQL had ended cleanly all the same.
    first.forget_output()
    started = first.start()
    first.wait_until_ready()
    assert rows(first, "SELECT answer FROM public.kept") == 42
    log = (first.folder / ".gorax" / "log" / "postgres.log").read_text()
    assert "database system was not properly shut down" not in log

    # The one who started the supervisor dies.
    started.kill()
    started.wait()
    assert eventually(lambda: first.processes() == [], within_s=60), first.processes()
    assert second.is_ready()

    # Ctrl-C: a clean end.
    assert second.stop(signal.SIGINT) == 0
    assert "stopped; the data stays" in second.said()
    assert second.processes() == []


def test_an_ordinary_user_runs_everything_and_ends_it_from_elsewhere(
    folder: Path, copies: list[Copy]
) -> None:
    user = pwd.getpwnam("nobody") if IS_ROOT else None
    folder.chmod(0o777)
    copy = Copy(folder / "c", user=user)
    copies.append(copy)
    owner = os.geteuid() if user is None else user.pw_uid
    started = copy.start()
    copy.wait_until_ready()

    state = Checkout(copy.folder)
    for secret in (state.key, state.kek, state.facts_file):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
        assert secret.stat().st_uid == owner
    facts = state.facts()
    assert f"  Tenant         {facts['base_url']}" in copy.said()
    assert facts["webhook_url"] in copy.said()

    # The printed curl, pasted as it stands: accepted, run, and told with its URL.
    pasted = re.search(r"^curl .*?^  -d '[^']*'$", copy.said(), re.MULTILINE | re.DOTALL)
    assert pasted is not None
    answer = subprocess.run(
        ["bash", "-c", pasted[0]], capture_output=True, text=True, check=True
    ).stdout
    assert answer.startswith("HTTP/1.1 202"), answer
    accepted = json.loads(answer.rpartition("\n")[2])
    path = f"/api/v1/executions/{accepted['execution_id']}"
    assert eventually(lambda: copy.get(path, facts)["status"] == "completed"), copy.get(path, facts)
    assert eventually(
        lambda: f"url={facts['base_url']}/executions/{accepted['execution_id']}" in copy.said()
    )

    code, said = copy.run("manage", "check")
    assert (code, "System check identified" in said) == (0, True), said

    code, said = copy.run("down")
    assert (code, "stopped; the data stays" in said) == (0, True), said
    assert started.wait(30) == 0
    assert copy.processes() == []

    code, said = copy.run("manage", "check")
    assert code == 1
    assert "`make up` in another terminal first" in said

    code, said = copy.run("reset")
    assert code != 0
    assert state.kek.exists()
    code, said = copy.run("reset", "--yes")
    assert (code, "make up starts anew" in said) == (0, True), said
    assert not state.kek.exists()
    assert not state.servers.exists()
