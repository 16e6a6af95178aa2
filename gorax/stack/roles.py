"""The processes of the product itself: what each is started with, for `make up` and for a container."""

import sys
from pathlib import Path

from gorax.settings.environment import Environment
from gorax.stack import screen
from gorax.stack.checkout import PREPARES, Checkout
from gorax.stack.programs import Program

STOP_WITHIN_S = 30  # longer than the 20 s that calls under way get
RECEIVER = Path(__file__).with_name("receiver.py")


def web(env: Environment) -> tuple[str, ...]:
    """HTTP. Threads, not workers: callers that wait hold a thread and nothing else."""
    return (
        *_granian("wsgi", "gorax.wsgi:application", host=env.bind, port=env.port),
        f"--workers={env.web_processes}",
        f"--blocking-threads={env.web_threads}",
        "--backlog=2048",
        "--no-ws",
    )


def live(env: Environment) -> tuple[str, ...]:
    """WebSockets."""
    return _granian("asginl", "gorax.asgi:application", host=env.bind, port=env.live_port)


def worker(env: Environment) -> tuple[str, ...]:
    """Executions: threads that answer the doorbell, and the sweep beside them."""
    return _celery("threads", concurrency=env.worker_threads, queue="celery")


def code(env: Environment) -> tuple[str, ...]:
    """Code: processes forked from one that opens nothing, each a worker with a sweep of its own."""
    return _celery("prefork", concurrency=env.code_processes, queue="code")


def dispatcher() -> tuple[str, ...]:
    """The sweep and beat."""
    return (sys.executable, "manage.py", "dispatcher")


def programs(checkout: Checkout, env: Environment, urls: dict[str, str]) -> list[Program]:
    """Return everything beside the servers that `make up` runs, in the order of their floors."""
    commands: dict[str, tuple[str, ...]] = {
        "receiver": (sys.executable, "-I", "-S", str(RECEIVER), "--port", str(env.receiver_port))
    }
    commands |= {f"worker-{n}": worker(env) for n in range(1, env.worker_processes + 1)}
    if env.code_processes:
        commands["code"] = code(env)
    commands |= {"dispatcher": dispatcher(), "live": live(env)}
    if env.dev:
        address = f"{env.bind}:{env.port}"
        commands["web"] = (sys.executable, "manage.py", "runserver", address)
        commands["screen"] = screen.development_server(env.vite_port)
    else:
        commands["web"] = web(env)
    # Doors close first and open last.
    floors = {"receiver": 20, "dispatcher": 30, "live": 40, "web": 40, "screen": 40}
    return [
        Program(
            name=name,
            command=command,
            environment=checkout.environment(urls, role=name),
            folder=str(checkout.root / "frontend" if name == "screen" else checkout.root),
            record=str(checkout.run / f"{name}.pid"),
            stop_within_s=STOP_WITHIN_S,
            wait_for=str(checkout.go),
            floor=floors.get(name, 30),
        )
        for name, command in commands.items()
    ]


def prepare(checkout: Checkout, urls: dict[str, str]) -> Program:
    """Return the short program that migrates and seeds before the others begin."""
    return Program(
        name="prepare",
        command=(sys.executable, "manage.py", "prepare"),
        environment=checkout.environment(urls, role=PREPARES),
        folder=str(checkout.root),
        record=str(checkout.run / "prepare.pid"),
    )


def _celery(pool: str, *, concurrency: int, queue: str) -> tuple[str, ...]:
    return (
        sys.executable,
        *("-m", "celery", "--quiet", "--app=gorax.celery", "worker", f"--pool={pool}"),
        *(f"--concurrency={concurrency}", f"--queues={queue}", "--loglevel=WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )


def _granian(interface: str, target: str, *, host: str, port: int) -> tuple[str, ...]:
    return (
        sys.executable,
        *("-m", "granian", f"--interface={interface}", f"--host={host}", f"--port={port}"),
        *("--log-level=error", "--respawn-failed-workers", "--respawn-interval=0.5"),
        *("--workers-kill-timeout=25", target),
    )
