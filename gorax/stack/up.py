"""`make up`: servers, migrations, seed and product under one supervisor, from nothing to ready."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from gorax.settings import environment
from gorax.settings.environment import Environment
from gorax.settings.given import EnvironmentError_
from gorax.stack import places, processes, programs, roles, screen, servers, terminal
from gorax.stack.checkout import Checkout
from gorax.stack.places import Places, StackError
from gorax.stack.programs import Program

READY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 120.0
SPARE_CONNECTIONS = 20


class StoppedError(Exception):
    """Someone asked the stack to stop; not a failure."""


@dataclass(slots=True)
class Stack:
    """What one start consists of. `places` is None when both servers are external."""

    checkout: Checkout
    env: Environment
    urls: dict[str, str]
    places: Places | None
    servers: list[Program] = field(default_factory=list)


def up(checkout: Checkout) -> None:
    """Run the whole stack until someone asks it to stop.

    Raises:
        StackError: it cannot start, or it broke down; the message says what to do.
    """
    began = time.monotonic()
    checkout.make()
    with checkout.locked(), _stoppable(), contextlib.ExitStack() as kept:
        end_left_over(checkout)
        stack = plan(checkout)
        require_ports(stack.env)
        if not stack.env.dev:  # Django's own server and Vite's want a port for themselves
            # Minutes may pass until our servers listen, and a second checkout started meanwhile would share the port.
            for port in (stack.env.port, stack.env.live_port):
                kept.enter_context(processes.keep(port, host=stack.env.bind))
        if stack.env.dev:
            screen.install(checkout)
        elif screen.build(checkout):
            terminal.say("built the screen")
        with contextlib.suppress(StoppedError), _supervised(stack) as supervisor:
            _begin(stack, supervisor)
            _wait_until_ready(stack.env, supervisor)
            print(
                terminal.summary(checkout, stack.env, took_s=time.monotonic() - began), flush=True
            )
            supervisor.wait()
            raise StackError("The supervisor ended by itself; everything it ran has ended with it.")
    terminal.say("stopped; the data stays in .gorax/")


def plan(checkout: Checkout) -> Stack:
    """Return what a start would consist of, and check every variable.

    Raises:
        StackError: a variable is wrong, or this machine cannot run the servers.
    """
    has_database = _is_given("GORAX_DATABASE_URL")
    has_redis = _is_given("GORAX_REDIS_URL")
    chosen = None if has_database and has_redis else places.choose(checkout.servers)
    urls = {} if chosen is None else servers.urls_of_two_roles(chosen)
    if has_database:
        urls.pop("GORAX_DATABASE_URL", None)
        urls.pop("GORAX_MIGRATION_DATABASE_URL", None)
    if has_redis:
        urls.pop("GORAX_REDIS_URL", None)
    urls |= {} if "GORAX_LOG_FORMAT" in os.environ else {"GORAX_LOG_FORMAT": terminal.log_format()}
    try:
        env = environment.read(checkout.environment(urls))
    except EnvironmentError_ as reason:
        raise StackError(str(reason)) from reason
    stack = Stack(checkout, env, urls, chosen)
    if chosen is not None and not has_database:
        most = env.most_connections + SPARE_CONNECTIONS
        stack.servers.append(servers.postgres(chosen, connections=most))
    if chosen is not None and not has_redis:
        stack.servers.append(servers.redis(chosen))
    return stack


def end_left_over(checkout: Checkout) -> None:
    """End what an earlier start of this checkout left behind, and name it."""
    found = left_over(checkout)
    if found:
        names = ", ".join(f"{process.name} ({process.id})" for process in found)
        terminal.say(f"an earlier start left behind {names}: ending them")
        processes.end(found)


def left_over(checkout: Checkout) -> list[processes.Process]:
    """Return the processes of this checkout that run although no supervisor holds it."""
    records = list(checkout.run.glob("*.pid"))
    with contextlib.suppress(OSError):
        records += list(checkout.servers.glob("*.pid"))
    return processes.left_over(records, checkout.root)


def require_ports(env: Environment) -> None:
    """Return if every port is free.

    Raises:
        StackError: one is taken; the message names its holder and the variable to change.
    """
    wanted = [
        (env.port, env.bind, "GORAX_PORT", "web"),
        (env.live_port, env.bind, "GORAX_LIVE_PORT", "live updates"),
        (env.receiver_port, "127.0.0.1", "GORAX_RECEIVER_PORT", "demo receiver"),
    ]
    if env.dev:
        wanted.append((env.vite_port, "127.0.0.1", "GORAX_VITE_PORT", "Vite"))
    for port, host, variable, purpose in wanted:
        processes.require_free(port, host=host, variable=variable, purpose=purpose)


@contextmanager
def _supervised(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """Start the supervisor; on leaving, stop it and everything below it, whatever happened."""
    checkout = stack.checkout
    checkout.go.unlink(missing_ok=True)
    metrics = checkout.run / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(mode=0o700)
    supervised = [*stack.servers, *roles.programs(checkout, stack.env, stack.urls)]
    programs.write_plan(
        checkout.plan,
        [*supervised, roles.prepare(checkout, stack.urls), _supervisor(checkout)],
    )
    config = checkout.run / "supervisord.conf"
    programs.write_supervisor(config, checkout.plan, supervised, logs=checkout.logs)
    supervisor = subprocess.Popen(
        programs.starter(checkout.plan, "supervisord"),
        cwd=checkout.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches this process alone, which stops the others in order
    )
    assert supervisor.stdout is not None  # noqa: S101 - asked for above
    copying = terminal.copy_lines(supervisor.stdout)
    try:
        yield supervisor
    finally:
        _stop(supervisor, checkout)
        copying.join(timeout=2)


def _supervisor(checkout: Checkout) -> Program:
    return Program(
        name="supervisord",
        command=(
            sys.executable,
            "-m",
            "supervisor.supervisord",
            "-c",
            ".gorax/run/supervisord.conf",
        ),
        environment=checkout.environment({}, role="supervisord"),
        folder=str(checkout.root),
        record=str(checkout.run / "supervisord.pid"),
    )


def _stop(supervisor: subprocess.Popen[bytes], checkout: Checkout) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if supervisor.poll() is None:
        terminal.say("stopping")
        supervisor.terminate()
        try:
            supervisor.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
    # They end by themselves when the supervisor does; this waits for it.
    processes.end(left_over(checkout))


def _begin(stack: Stack, supervisor: subprocess.Popen[bytes]) -> None:
    """Wait for the servers, migrate, seed, and give the others the sign to begin."""
    if stack.servers and stack.places is not None:
        names = {program.name for program in stack.servers}
        servers.wait_until_ready(
            stack.places, names=names, is_alive=lambda: supervisor.poll() is None
        )
        if "postgres" in names:
            servers.create_database(stack.places)
    done = subprocess.run(
        programs.starter(stack.checkout.plan, "prepare"), cwd=stack.checkout.root, check=False
    )
    if done.returncode != 0:
        raise StackError("The database could not be prepared; the reason stands above.")
    stack.checkout.go.touch()


def _wait_until_ready(env: Environment, supervisor: subprocess.Popen[bytes]) -> None:
    """Return when `/readyz` says so: database, broker, migrations, a worker and a dispatcher."""
    host = "127.0.0.1" if env.bind in {"0.0.0.0", "127.0.0.1"} else env.bind  # noqa: S104 - compared only
    request = urllib.request.Request(
        f"http://{host}:{env.port}/readyz", headers={"Host": f"{env.public_host}:{env.port}"}
    )
    ends_at = time.monotonic() + READY_WITHIN_S
    said = "no answer"
    while time.monotonic() < ends_at:
        if supervisor.poll() is not None:
            raise StackError("The supervisor ended by itself; everything it ran has ended with it.")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as refused:
            said = f"{refused.code} {refused.read(2000).decode('utf-8', 'replace')}"
        except OSError as reason:
            said = str(reason)
        time.sleep(0.1)
    raise StackError(f"Not ready after {READY_WITHIN_S:g} s; /readyz said: {said}")


def _is_given(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the signals that end a program into `StoppedError`, raised where the main thread is."""

    def stop(_number: int, _frame: Any) -> None:
        raise StoppedError

    before = {
        number: signal.signal(number, stop)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
