"""The commands behind the Makefile and the container: `python -m gorax.stack up|down|reset|manage|build|check|serve`."""

import os
import signal
import sys
import time
from collections.abc import Callable

from gorax.settings import environment
from gorax.settings.given import EnvironmentError_
from gorax.stack import roles, screen, terminal, up
from gorax.stack.checkout import OWNERS, Checkout
from gorax.stack.places import StackError

DOWN_WITHIN_S = 150.0


def down(checkout: Checkout, _: list[str]) -> None:
    """Stop what runs in this checkout, here or in another terminal; the data stays.

    Raises:
        StackError: it does not stop.
    """
    owner = checkout.owner()
    if owner is None:
        up.end_left_over(checkout)
        terminal.say("nothing runs in this checkout")
        return
    os.kill(owner, signal.SIGTERM)
    ends_at = time.monotonic() + DOWN_WITHIN_S
    while checkout.owner() == owner:
        if time.monotonic() > ends_at:
            raise StackError(
                f"Process {owner} does not stop; `kill -9 {owner}` ends it and all below it."
            )
        time.sleep(0.1)
    terminal.say("stopped; the data stays in .gorax/. Next: make up")


def reset(checkout: Checkout, arguments: list[str]) -> None:
    """Delete the data and keys of this checkout, after a yes.

    Raises:
        StackError: nobody said yes; nothing was deleted.
    """
    if arguments != ["--yes"]:
        print(f"This deletes the database, the keys and the demo's facts below {checkout.state}.")
        if input("Type yes to go on: ").strip() != "yes":
            raise StackError("Nothing was deleted.")
    down(checkout, [])
    checkout.remove()
    terminal.say("deleted. Next: make up starts anew")


def manage(checkout: Checkout, arguments: list[str]) -> None:
    """Become `manage.py` with the environment of this checkout's processes.

    Raises:
        StackError: nothing runs here, so there is no database to talk to.
    """
    stack = up.plan(checkout)
    if stack.servers and checkout.owner() is None:
        raise StackError(
            "The servers of this checkout do not run: `make up` in another terminal first."
        )
    os.chdir(checkout.root)
    given = checkout.environment(stack.urls)
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], given)  # noqa: S606 - the point


def build(checkout: Checkout, _: list[str]) -> None:
    """Build the screen if its sources changed."""
    was_built = screen.build(checkout)
    terminal.say("built the screen" if was_built else "the screen is already what its sources say")


def check(checkout: Checkout, _: list[str]) -> None:
    """Run the screen's checks, what they need installed first."""
    screen.check(checkout)
    terminal.say("the screen keeps its checks")


def serve(_: Checkout, arguments: list[str]) -> None:
    """Become one process of the product, configured by the environment alone: for containers.

    Raises:
        StackError: there is no such role, or a variable is wrong.
    """
    name = arguments[0] if arguments else ""
    try:
        env = environment.read()
    except EnvironmentError_ as reason:
        raise StackError(str(reason)) from reason
    commands = {
        "web": roles.web(env),
        "live": roles.live(env),
        "worker": roles.worker(env),
        "dispatcher": roles.dispatcher(),
        "migrate": (sys.executable, "manage.py", "prepare", "--no-demo"),
    }
    if env.code_processes:  # Celery takes 0 for as many as there are cores
        commands["code"] = roles.code(env)
    elif name == "code":
        raise StackError("GORAX_CODE_PROCESSES: 0. Say how many processes shall run code.")
    if name not in commands:
        raise StackError(f"Choose a role: {', '.join(commands)}.")
    os.environ.setdefault("GORAX_ROLE", name)
    if name != "migrate":
        for owners in OWNERS:
            os.environ.pop(owners, None)
    os.execv(commands[name][0], commands[name])  # noqa: S606 - becoming the program is the point


def main() -> None:
    """Run the command named by the first argument; a failure is one sentence and exit code 1."""
    commands: dict[str, Callable[[Checkout, list[str]], None]] = {
        "up": lambda checkout, _: up.up(checkout),
        "down": down,
        "reset": reset,
        "manage": manage,
        "build": build,
        "check": check,
        "serve": serve,
    }
    name, *arguments = sys.argv[1:] or ["up"]
    try:
        commands[name](Checkout(), arguments)
    except StackError as reason:
        sys.exit(f"\n{reason}")
    except (KeyboardInterrupt, EOFError, up.StoppedError):
        sys.exit(130)


if __name__ == "__main__":
    main()
