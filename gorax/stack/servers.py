"""A real PostgreSQL and a real Redis under one folder: how each is made, started, found ready, stopped."""

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gorax.stack.places import Places, StackError, run_as
from gorax.stack.programs import Program, starter, write_plan

DATABASE = "gorax"
ROLE = "gorax"  # owns the tables, and the server
APPLICATION = "gorax_app"  # reads and writes rows: what the product's own processes work as
READY_WITHIN_S = 60.0  # crash recovery after a power cut may take a while
STOPPED_WITHIN_S = 60  # PostgreSQL writes a checkpoint first


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports for folders whose path is too long for a socket; 0 means a socket."""

    postgres: int
    redis: int
    password: str

    @property
    def application_password(self) -> str:
        """What the application's role signs in by, which tells nothing of the owner's."""
        return hashlib.sha256(f"{APPLICATION} {self.password}".encode()).hexdigest()


def postgres(places: Places, *, is_durable: bool = True, connections: int = 100) -> Program:
    """Return PostgreSQL on `places`, its data directory made if there is none.

    `is_durable` False gives up fsync: only for data that may be lost with the machine.

    Raises:
        StackError: the data directory cannot be made.
    """
    ports = _ports(places)
    environment = _environment(places)
    if not (places.database / "PG_VERSION").exists():
        _initialise(places, environment, ports)
    _write_access_rules(places, ports)
    settings = {
        "listen_addresses": "127.0.0.1" if ports.postgres else "",
        "port": str(ports.postgres or 5432),
        "unix_socket_directories": "" if ports.postgres else str(places.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": str(connections),
        "shared_buffers": "64MB",
        # Dropping a tenant locks its 300-odd relations in one transaction.
        "max_locks_per_transaction": "256",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        "fsync": "on" if is_durable else "off",
        "full_page_writes": "on" if is_durable else "off",
        "synchronous_commit": "on" if is_durable else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        command=(str(places.postgres_programs / "postgres"), "-D", str(places.database), *options),
        environment=environment,
        folder=str(places.folder),
        record=str(places.folder / "postgres.pid"),
        stop_signal="INT",  # fast shutdown: ends sessions, keeps every commit
        stop_within_s=STOPPED_WITHIN_S,
        user=places.user,
        log="postgres.log",
        floor=10,
    )


def redis(places: Places) -> Program:
    """Return Redis on `places`. Nothing that must not be lost lies in it."""
    ports = _ports(places)
    settings = {
        "bind": "127.0.0.1",
        "port": str(ports.redis),
        "dir": str(places.redis),
        "save": "300 1",
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-ttl",  # queues carry no expiry and are never evicted
        "loglevel": "warning",
        "databases": "2",
    }
    if ports.redis:
        settings["requirepass"] = ports.password
    else:
        settings |= {"unixsocket": str(places.sockets / "redis.sock"), "unixsocketperm": "700"}
    # A file, because a password on the command line is readable by every user.
    file = places.redis / "redis.conf"
    lines = [
        f'{name} "{value}"' if " " not in value else f"{name} {value}"
        for name, value in settings.items()
    ]
    _write(places, file, "\n".join(lines) + "\n")
    return Program(
        name="redis",
        command=(str(places.redis_program), str(file)),
        environment=_environment(places),
        folder=str(places.folder),
        record=str(places.folder / "redis.pid"),
        stop_within_s=STOPPED_WITHIN_S,
        user=places.user,
        log="redis.log",
        floor=10,
    )


def urls(places: Places) -> dict[str, str]:
    """Return the environment variables by which other processes find these servers, as who owns everything in them."""
    redis = (
        f"redis://:{_ports(places).password}@127.0.0.1:{_ports(places).redis}/0"
        if _ports(places).redis
        else f"unix://{places.sockets}/redis.sock?db=0"
    )
    return {"GORAX_DATABASE_URL": _database_url(places, ROLE), "GORAX_REDIS_URL": redis}


def urls_of_two_roles(places: Places) -> dict[str, str]:
    """Return the same for the product: one role works, another owns the tables (docs/adr/0037)."""
    return urls(places) | {
        "GORAX_DATABASE_URL": _database_url(places, APPLICATION),
        "GORAX_MIGRATION_DATABASE_URL": _database_url(places, ROLE),
    }


def _database_url(places: Places, role: str) -> str:
    ports = _ports(places)
    if not ports.postgres:
        return f"postgresql://{role}@/{DATABASE}?host={places.sockets}"
    password = ports.password if role == ROLE else ports.application_password
    return f"postgresql://{role}:{password}@127.0.0.1:{ports.postgres}/{DATABASE}"


def wait_until_ready(
    places: Places,
    *,
    names: Collection[str] = ("postgres", "redis"),
    is_alive: Callable[[], bool] = lambda: True,
) -> None:
    """Return when the named servers answer. `is_alive` tells whether it makes sense to go on waiting.

    Raises:
        StackError: they do not answer in time, or whoever runs them has ended.
    """
    looks = {"postgres": _postgres_is_ready, "redis": _redis_is_ready}
    ends_at = time.monotonic() + READY_WITHIN_S
    while not all(looks[name](places) for name in names):
        if not is_alive() or time.monotonic() > ends_at:
            raise StackError(
                f"{' and '.join(names)} below {places.folder} did not start; see the logs."
            )
        time.sleep(0.02)


def create_database(places: Places) -> None:
    """Create the database unless it exists, and let nobody but its owner into the others. The servers must be ready."""
    names = _psql(places, ["-tAc", "SELECT datname FROM pg_database"]).split()
    if DATABASE not in names:
        _psql(places, ["-c", f"CREATE DATABASE {DATABASE}"])
    _psql(places, ["-c", "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC"])


class Running:
    """Servers started by this process, for tests. Use as a context manager; leaving it stops them."""

    def __init__(self, places: Places, *, is_durable: bool = False) -> None:
        self.places = places
        self._servers = (postgres(places, is_durable=is_durable, connections=200), redis(places))
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start both servers, wait until they answer, and create the database."""
        plan = self.places.folder / "plan.json"
        write_plan(plan, self._servers)
        for server in self._servers:
            with (self.places.folder / server.log).open("ab") as log:
                process = subprocess.Popen(
                    starter(plan, server.name), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self._processes.append(process)
        wait_until_ready(self.places)
        create_database(self.places)

    def stop(self) -> None:
        """Stop both servers cleanly."""
        for server, process in zip(self._servers, self._processes, strict=True):
            process.send_signal(getattr(signal, f"SIG{server.stop_signal}"))
        for process in self._processes:
            try:
                process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()


def _environment(places: Places) -> dict[str, str]:
    # A private TMPDIR: two users of one machine must not meet in the shared one.
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": str(places.sockets), "TZ": "UTC"}


def _write(places: Places, file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    if places.user is not None:
        os.chown(file, *places.user)


def _initialise(places: Places, environment: dict[str, str], ports: Ports) -> None:
    shutil.rmtree(places.database)  # what a first start that was killed half-way left behind
    password = places.folder / "password"
    _write(places, password, ports.password)
    try:
        run_as(
            places,
            [
                str(places.postgres_programs / "initdb"),
                f"--pgdata={places.database}",
                f"--username={ROLE}",
                f"--pwfile={password}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth=scram-sha-256",
                "--no-sync",
            ],
            environment=environment,
        )
    finally:
        password.unlink()


def _write_access_rules(places: Places, ports: Ports) -> None:
    """Let in over the socket only the user who runs gorax, and over TCP only who has the password."""
    host = "" if not ports.postgres else "host all all 127.0.0.1/32 scram-sha-256\n"
    _write(
        places,
        places.database / "pg_hba.conf",
        f"local all {ROLE},{APPLICATION} peer map=gorax\n{host}",
    )
    names = {
        pwd.getpwuid(user_id).pw_name
        for user_id in (os.geteuid(), (places.user or (os.geteuid(), 0))[0])
    }
    lines = "".join(
        f'gorax "{name}" {role}\n' for name in sorted(names) for role in (ROLE, APPLICATION)
    )
    _write(places, places.database / "pg_ident.conf", lines)


def _ports(places: Places) -> Ports:
    """Return the ports of these servers, chosen once; they are kept so that a restart finds them."""
    file = places.folder / "ports.json"
    with contextlib.suppress(OSError):
        return Ports(**json.loads(file.read_text(encoding="utf-8")))
    postgres_port, redis_port = (0, 0) if places.has_short_sockets else (_free_port(), _free_port())
    chosen = Ports(postgres_port, redis_port, secrets.token_urlsafe(24))
    facts = {"postgres": chosen.postgres, "redis": chosen.redis, "password": chosen.password}
    _write(places, file, json.dumps(facts))
    return chosen


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_is_ready(places: Places) -> bool:
    # PostgreSQL writes its state into the eighth line; its socket answers before it is ready.
    with contextlib.suppress(OSError):
        lines = (places.database / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return len(lines) > 7 and lines[7].strip() == "ready"
    return False


def _redis_is_ready(places: Places) -> bool:
    ports = _ports(places)
    family = socket.AF_INET if ports.redis else socket.AF_UNIX
    address = ("127.0.0.1", ports.redis) if ports.redis else str(places.sockets / "redis.sock")
    greeting = f"AUTH {ports.password}\r\nPING\r\n" if ports.redis else "PING\r\n"
    answer = b""
    with contextlib.suppress(OSError), socket.socket(family) as probe:
        probe.settimeout(1)
        probe.connect(address)
        probe.sendall(greeting.encode())
        while b"PONG" not in answer and (part := probe.recv(200)):
            answer += part
    return b"+PONG" in answer


def _psql(places: Places, arguments: list[str]) -> str:
    ports = _ports(places)
    environment = _environment(places) | {
        "PGPASSWORD": ports.password,
        "PGUSER": ROLE,
        "PGDATABASE": "postgres",
    }
    environment |= (
        {"PGHOST": "127.0.0.1", "PGPORT": str(ports.postgres)}
        if ports.postgres
        else {"PGHOST": str(places.sockets)}
    )
    program = [
        str(places.postgres_programs / "psql"),
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        *arguments,
    ]
    return run_as(places, program, environment=environment)
