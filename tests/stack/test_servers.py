import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gorax.stack import places, processes, programs, servers
from gorax.stack.child import started_at
from tests.eventually import eventually

pytestmark = pytest.mark.stack
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="gorax-"))
    made.chmod(0o711)
    yield made
    for link in [path for path in made.rglob("*") if path.is_symlink()]:
        places.remove(link)
    shutil.rmtree(made)


def ask(urls: dict[str, str], query: str) -> object:
    with psycopg.connect(urls["GORAX_DATABASE_URL"]) as session:
        row = session.execute(query).fetchone()
    return row[0] if row else None


def test_a_restart_keeps_rows_and_keys(folder: Path) -> None:
    chosen = places.choose(folder / "servers")
    urls = servers.urls(chosen)
    with servers.Running(chosen, is_durable=True):
        with psycopg.connect(urls["GORAX_DATABASE_URL"]) as session:
            session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(urls["GORAX_REDIS_URL"]).set("kept", "43")

    with servers.Running(places.choose(folder / "servers"), is_durable=True):
        assert ask(urls, "SELECT answer FROM kept") == 42
        assert redis.Redis.from_url(urls["GORAX_REDIS_URL"]).get("kept") == b"43"


def test_what_make_up_starts_survives_a_power_cut_and_what_tests_start_does_not(
    folder: Path,
) -> None:
    chosen = places.choose(folder / "servers")

    durable, fast = (
        servers.postgres(chosen, is_durable=is_durable).command for is_durable in (True, False)
    )

    assert "fsync=on" in durable
    assert "synchronous_commit=on" in durable
    assert "fsync=off" in fast


def test_servers_listen_on_sockets_in_a_folder_of_their_own_user(folder: Path) -> None:
    chosen = places.choose(folder / "servers")

    with servers.Running(chosen):
        listening = ask(servers.urls(chosen), "SHOW listen_addresses")
        status = chosen.sockets.stat()

    assert listening == ""
    assert stat.S_IMODE(status.st_mode) == 0o700
    assert stat.S_IMODE(chosen.folder.stat().st_mode) == 0o700
    assert status.st_uid == (chosen.user[0] if chosen.user else os.geteuid())


def test_a_path_too_long_for_sockets_gets_loopback_ports_with_a_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / ("d" * 90)
    deep.mkdir(mode=0o711)
    # Where the servers go if this very checkout is closed to their user.
    monkeypatch.setattr(places, "SYSTEM_FOLDER", deep)
    chosen = places.choose(deep / "servers")
    urls = servers.urls(chosen)

    with servers.Running(chosen):
        assert ask(urls, "SELECT 1") == 1
        assert redis.Redis.from_url(urls["GORAX_REDIS_URL"]).ping()
        without = urls["GORAX_DATABASE_URL"].replace(
            ":" + servers._ports(chosen).password, ":wrong"
        )
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(without)
        port = servers._ports(chosen).redis
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port, retry=Retry(NoBackoff(), 0)).ping()


def test_two_folders_run_beside_each_other_and_see_their_own_rows(folder: Path) -> None:
    first, second = places.choose(folder / "a"), places.choose(folder / "b")

    with servers.Running(first), servers.Running(second):
        with psycopg.connect(servers.urls(first)["GORAX_DATABASE_URL"]) as session:
            session.execute("CREATE TABLE mine (id int)")
        found = ask(servers.urls(second), "SELECT to_regclass('mine')")

    assert found is None


def test_a_first_start_that_was_killed_half_way_is_begun_again(folder: Path) -> None:
    chosen = places.choose(folder / "servers")
    half = chosen.database / "base"
    half.mkdir()
    if chosen.user:
        os.chown(half, *chosen.user)

    with servers.Running(chosen):
        assert ask(servers.urls(chosen), "SELECT 1") == 1


def test_a_server_dies_with_whoever_started_it(folder: Path) -> None:
    chosen = places.choose(folder / "servers")
    script = (
        "import sys, time; from pathlib import Path; from gorax.stack import places, servers\n"
        "servers.Running(places.choose(Path(sys.argv[1]))).start(); print('up', flush=True)\n"
        "time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(folder / "servers")], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "up\n"
    recorded = [
        processes._recorded(chosen.folder / f"{name}.pid") for name in ("postgres", "redis")
    ]

    owner.kill()
    owner.wait()
    owner.stdout.close()

    assert [process.name for process in recorded if process] == ["postgres", "redis"]
    assert eventually(lambda: not any(process.is_alive for process in recorded if process))
    # A clean stop, not a crash: PostgreSQL removes its own lock file only then.
    assert eventually(lambda: not (chosen.database / "postmaster.pid").exists())


def test_only_what_was_recorded_is_ours_and_an_id_alone_is_not_enough(folder: Path) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        mine = programs.Program(
            "mine", ("sleep", "60"), dict(os.environ), "/", str(folder / "mine.pid")
        )
        plan = folder / "plan.json"
        programs.write_plan(plan, [mine])
        child = subprocess.Popen(programs.starter(plan, "mine"))
        assert eventually((folder / "mine.pid").exists)
        # An older record of an id that another process has by now: it began later than recorded.
        fact = json.loads((folder / "mine.pid").read_text())
        stale = fact | {"pid": sleeper.pid, "started_at": started_at(sleeper.pid) - 1}
        (folder / "stale.pid").write_text(json.dumps(stale))

        found = processes.left_over(list(folder.glob("*.pid")), folder)

        assert [(process.id, process.name) for process in found] == [(child.pid, "mine")]
        processes.end(found)
        assert child.wait(5) is not None
        assert started_at(sleeper.pid) is not None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_children_of_our_programs_are_found_by_their_mark_and_other_checkouts_are_not(
    folder: Path,
) -> None:
    ours = subprocess.Popen(["sleep", "60"], env=os.environ | {processes.MARK: str(folder)})
    other = subprocess.Popen(["sleep", "60"], env=os.environ | {processes.MARK: f"{folder}-other"})
    try:
        assert eventually(lambda: len(processes.left_over([], folder)) == 1)
        found = processes.left_over([], folder)
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()

    assert [process.id for process in found] == [ours.pid]


def test_a_taken_port_is_named_with_its_holder_and_what_to_do() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(places.StackError) as refusal:
            processes.require_free(port, host="127.0.0.1", variable="GORAX_PORT", purpose="web")

    assert str(refusal.value).startswith(f"Port {port} (web) is taken by ")
    assert f"(process {os.getpid()})" in str(refusal.value)
    assert "GORAX_PORT=<port> make up" in str(refusal.value)


def test_a_port_is_kept_from_other_starts_until_our_server_listens_beside_it() -> None:
    with socket.socket() as chooser:
        chooser.bind(("127.0.0.1", 0))
        port = chooser.getsockname()[1]

    with processes.keep(port, host="127.0.0.1"), socket.socket() as server:
        with pytest.raises(places.StackError, match=f"Port {port}"):
            processes.require_free(port, host="127.0.0.1", variable="GORAX_PORT", purpose="web")
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        with (
            socket.create_connection(("127.0.0.1", port)) as caller,
            server.accept()[0] as accepted,
        ):
            assert accepted.getpeername() == caller.getsockname()


def test_a_plan_is_readable_by_its_owner_alone(folder: Path) -> None:
    programs.write_plan(folder / "plan.json", [])

    assert stat.S_IMODE((folder / "plan.json").stat().st_mode) == 0o600


def test_data_of_another_user_is_refused_or_for_root_run_as_that_user(folder: Path) -> None:
    theirs = folder / "servers" if IS_ROOT else Path("/etc")
    theirs.mkdir(mode=0o700, exist_ok=True)
    if IS_ROOT:
        os.chown(theirs, 12345, 12345)

        assert places.choose(theirs).user == (12345, 12345)
    else:
        with pytest.raises(places.StackError, match="belongs to root"):
            places.choose(theirs)


def test_below_a_folder_only_root_may_enter_the_servers_live_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    chosen = places.choose(closed / "servers")
    urls = servers.urls(chosen)

    with servers.Running(chosen):
        assert ask(urls, "SELECT 1") == 1

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    if IS_ROOT:
        assert chosen.folder.parent == places.SYSTEM_FOLDER
        assert (closed / "servers").resolve() == chosen.folder
        assert stat.S_IMODE(chosen.folder.stat().st_mode) == 0o700
        again = places.choose(closed / "servers")
        assert again == chosen
    else:
        assert chosen.folder == closed / "servers"


def test_another_platform_gets_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.platform, "machine", lambda: "riscv64")

    with pytest.raises(
        places.StackError,
        match=r"^The embedded servers run on Linux with glibc on x86-64 or arm64; ",
    ):
        places.check_platform()


def test_a_name_that_someone_else_made_in_the_shared_folder_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = folder / "shared"
    shared.mkdir()
    monkeypatch.setattr(places, "SYSTEM_FOLDER", shared)
    target = folder / "target"
    target.mkdir()
    wanted = folder / "servers"
    places._outside(wanted, os.geteuid(), os.getegid()).rmdir()
    name = wanted.readlink()
    wanted.unlink()
    name.symlink_to(target)

    with pytest.raises(places.StackError, match="is not a private folder"):
        places._outside(wanted, os.geteuid(), os.getegid())

    assert list(target.iterdir()) == []
    assert not wanted.exists()
