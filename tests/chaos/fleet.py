"""Processes like production's, forked from one that has imported everything: each lives from a fork to a kill."""

import contextlib
import gc
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from gorax.stack.child import die_with_parent

LISTENERS = 3
WEB_THREADS = 8
LARGEST_MESSAGE = 64 * 1024
# No fault cuts the connections of whoever has this name.
OBSERVER = "observer"
TICK_EVERY_S = 1.0
EXAMINED_EVERY_S, RESTS_TIMES = 5.0, 10.0
# The doctor's patience with what is due while everything breaks, perhaps on a machine that has other work as well.
PATIENCE_S = 60.0
MOST_FINDINGS = 20
# A broker that is away offers no event for its return.
BROKER_PAUSE_S = 0.2


@dataclass(slots=True)
class Process:
    """One child. `line` is the parent's end of its connection; only web processes are sent anything."""

    role: str
    pid: int
    line: socket.socket
    is_stopped: bool = False
    asked: dict[int, dict[str, Any]] = field(default_factory=dict)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def warm_up() -> None:
    """Import what processes of any role do in their first second, once and for all. Opens nothing and starts no thread."""
    from django.urls import get_resolver

    from apps.core.api.wsgi import Handler
    from apps.nodes import catalogue

    for name in NEEDED_AT_ONCE:
        import_module(name)
    Handler()
    assert get_resolver().url_patterns
    catalogue()
    # What is here now stays for good: no collection of a child's touches, and thereby copies, its pages.
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1


def fork(role: str, log: Path, *, failpoints: str = "") -> Process:
    """Fork a process of `role`, a key of ROLES. The parent must hold no thread and no connection of Django's."""
    parent_end, child_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    parent_id = os.getpid()
    pid = os.fork()
    if pid:
        child_end.close()
        parent_end.setblocking(False)
        return Process(role, pid, parent_end)
    try:
        parent_end.close()
        _become(parent_id, log, failpoints)
        ROLES[role](child_end)
    except BaseException as failure:  # noqa: BLE001 - a child never comes back into its parent's code
        os.write(2, f"{role} {os.getpid()}: {failure!r}\n".encode())
        os._exit(1)
    os._exit(0)


def _become(parent_id: int, log: Path, failpoints: str) -> None:
    from apps.core.failpoints import arm

    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent_id:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    arm(failpoints)


def _stopping() -> threading.Event:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    return stopping


def _work(_: socket.socket) -> None:
    """What gorax/celery.py wires: the sweep beside a few threads that answer bells; SIGTERM goes gracefully."""
    from apps.executions.services import dispatcher, worker
    from apps.schedules.services import clock

    stopping = _stopping()
    clock.start(stopping)
    sweep = threading.Thread(
        target=dispatcher.sweep_forever, args=(stopping,), kwargs={"works": True}, daemon=True
    )
    sweep.start()
    for _ in range(LISTENERS):
        threading.Thread(target=_listen, args=(stopping,), daemon=True).start()
    stopping.wait()
    worker.shut_down()


def _listen(stopping: threading.Event) -> None:
    import redis
    from django.conf import settings

    from apps.executions.services import loop

    client = redis.Redis.from_url(settings.GORAX_REDIS_URL, socket_timeout=5)
    while not stopping.is_set():
        try:
            if client.brpop(["celery"], timeout=1):
                loop.work("threads")
        except (redis.RedisError, OSError):
            stopping.wait(BROKER_PAUSE_S)
        except Exception as failure:  # noqa: BLE001 - as a task's failure: logged, and the next bell is answered
            os.write(2, f"bell: {failure!r}\n".encode())


def _dispatch(_: socket.socket) -> None:
    """The dispatcher on its own, with a clock and with what beat has done for schedules, much more often than beat does."""
    from apps.executions.services import dispatcher
    from apps.schedules.services import clock

    stopping = _stopping()
    clock.start(stopping)
    threading.Thread(target=_tick, args=(stopping,), daemon=True).start()
    dispatcher.sweep_forever(stopping, works=False)


def _tick(stopping: threading.Event) -> None:
    from apps.core import db
    from apps.schedules import tasks

    while not stopping.wait(TICK_EVERY_S):
        try:
            tasks.maintain()
        except Exception as failure:  # noqa: BLE001 - as a task's failure
            os.write(2, f"tick: {failure!r}\n".encode())
        finally:
            db.give_back()


def _examine(line: socket.socket) -> None:
    """The doctor, who looks over and over while everything breaks, and says what he finds."""
    from apps.core import db
    from apps.executions.services import doctor

    stopping = _stopping()
    os.environ["PGAPPNAME"] = OBSERVER
    pause_s = EXAMINED_EVERY_S
    while not stopping.wait(pause_s):
        began = time.monotonic()
        try:
            found = [str(finding) for finding in doctor.examine(patience_s=PATIENCE_S)]
        except Exception as failure:  # noqa: BLE001 - said like everything else that he finds
            found = [] if db.is_away(failure) else [repr(failure)]
        line.send(json.dumps({"findings": found[:MOST_FINDINGS]}).encode())
        db.give_back()
        # The longer a run, the more there is to look at: he is not to be what keeps the others from working.
        pause_s = max(EXAMINED_EVERY_S, RESTS_TIMES * (time.monotonic() - began))


def _serve(line: socket.socket) -> None:
    """A web process: each message is a request, each answer says its status and what it named."""
    from apps.core.api.wsgi import Handler

    application = Handler()
    with ThreadPoolExecutor(WEB_THREADS) as threads:
        while message := line.recv(LARGEST_MESSAGE):
            threads.submit(_answer, application, line, json.loads(message))


def _answer(application: Callable[..., Any], line: socket.socket, request: dict[str, Any]) -> None:
    body = json.dumps(request["body"]).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": request["path"],
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": open(os.devnull, "w"),  # noqa: SIM115, PTH123 - lives as long as the request
        "wsgi.url_scheme": "http",
        **{
            f"HTTP_{name.upper().replace('-', '_')}": text
            for name, text in request["headers"].items()
        },
    }
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        said.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

    response = application(environ, start)
    content = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    answer = {
        "n": request["n"],
        "status": said["status"],
        "execution_id": said["headers"].get("X-Gorax-Execution"),
    }
    with contextlib.suppress(ValueError):
        told = json.loads(content)
        if isinstance(told, dict) and answer["execution_id"] is None:
            answer["execution_id"] = told.get("execution_id")
    if said["status"] >= 500:
        answer["text"] = content.decode(errors="replace")[:500]
    line.send(json.dumps(answer).encode())


NEEDED_AT_ONCE = (
    "apps.adapters.transport",
    "apps.executions.services.dispatcher",
    "apps.executions.services.doctor",
    "apps.schedules.services.clock",
    "apps.schedules.tasks",
    "celery.app.amqp",
    "celery.app.control",
    "channels_redis.pubsub",
    "cryptography.fernet",
    "kombu.transport.redis",
)
ROLES: dict[str, Callable[[socket.socket], None]] = {
    "worker": _work,
    "web": _serve,
    "dispatcher": _dispatch,
    "doctor": _examine,
}


def ended(processes: list[Process]) -> list[Process]:
    """Collect the children that have ended since the last look."""
    gone: set[int] = set()
    with contextlib.suppress(ChildProcessError):
        for each in processes:
            pid, _ = os.waitpid(each.pid, os.WNOHANG)
            if pid:
                gone.add(pid)
    return [each for each in processes if each.pid in gone]


def end_all(processes: list[Process], *, within_s: float = 25.0) -> None:
    """Ask every process to go, and kill what is still there after `within_s` seconds."""
    for each in processes:
        each.signal(signal.SIGCONT)
        each.signal(signal.SIGTERM if each.role != "web" else signal.SIGKILL)
    over_at = time.monotonic() + within_s
    left = list(processes)
    while left and time.monotonic() < over_at:
        gone = {each.pid for each in ended(left)}
        left = [each for each in left if each.pid not in gone]
        threading.Event().wait(0.02)
    for each in left:
        each.signal(signal.SIGKILL)
        os.waitpid(each.pid, 0)
    for each in processes:
        each.line.close()
