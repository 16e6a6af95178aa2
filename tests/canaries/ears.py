"""Ears on what is said while it happens: to Redis, to the database, to a browser, between processes."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.canaries.stack import Stack
from tests.tenants.browser import ACCESS

LOOK_EVERY_S = 0.02
HOST = "demo.localhost"


class Ears:
    """What Redis was told, what the database was asked, how processes were started, what browsers heard."""

    def __init__(self, stack: Stack, redis_url: str, database_url: str) -> None:
        self.redis: list[str] = []
        self.frames: list[str] = []
        self.statements: set[str] = set()
        self.environments: set[str] = set()
        self.command_lines: set[str] = set()
        self._stack = stack
        self._over = threading.Event()
        self._client = redis.Redis.from_url(redis_url)
        self._database_url = database_url

    @contextmanager
    def open(self) -> Iterator[None]:
        with self._client.monitor() as monitor:
            looks: list[Callable[[], None]] = [lambda: self._monitor(monitor), self._watch]
            threads = [threading.Thread(target=look, daemon=True) for look in looks]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                self._over.set()
                self._client.ping()  # what the monitor waits for
                for thread in threads:
                    thread.join(10)
        self._client.close()

    def _monitor(self, monitor: Any) -> None:
        while not self._over.is_set():
            with suppress(ValueError):  # the library cannot read every command
                self.redis.append(str(monitor.next_command()["command"]))

    def _watch(self) -> None:
        with psycopg.connect(self._database_url, autocommit=True) as session:
            while not self._over.wait(LOOK_EVERY_S):
                rows = session.execute("SELECT query FROM pg_stat_activity").fetchall()
                self.statements.update(text for (text,) in rows if text)
                for process_id in tuple(self._stack.processes.values()):
                    with suppress(psutil.Error):
                        parent = psutil.Process(process_id)
                        for process in (parent, *parent.children(recursive=True)):
                            self._look_at(process.pid)

    def _look_at(self, process_id: int) -> None:
        for name, kept in (("environ", self.environments), ("cmdline", self.command_lines)):
            with suppress(OSError):
                raw = (Path("/proc") / str(process_id) / name).read_bytes()
                kept.add(raw.decode("latin-1").replace("\0", "\n"))

    def heard(self) -> dict[str, list[str]]:
        """Return all of it, by place."""
        return {
            "command lines": sorted(self.command_lines),
            "environments": sorted(self.environments),
            "frames": self.frames,
            "redis, told": self.redis,
            "statements": sorted(self.statements),
        }

    def hear(self, path: str, cookie: str, undo: ExitStack) -> None:
        """Keep every frame of a socket from now on."""
        port = self._stack.live_port
        socket_ = undo.enter_context(
            connect(
                f"ws://{HOST}:{port}{path}",
                sock=socket.create_connection(("127.0.0.1", port), timeout=10),
                origin=f"http://{HOST}:{self._stack.port}",  # type: ignore[arg-type]  # a NewType of str
                additional_headers={"Cookie": f"{ACCESS}={cookie}"},
                open_timeout=20,
            )
        )

        def listen() -> None:
            with suppress(ConnectionClosed, OSError):
                while True:
                    self.frames.append(str(socket_.recv()))

        threading.Thread(target=listen, daemon=True).start()
