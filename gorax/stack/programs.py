"""What the stack runs: programs as data, the plan file that starts them, the supervisor's configuration."""

import json
import os
import shlex
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run.

    `stop_signal` ends it cleanly; the kernel sends it if the parent dies. `record` is the file that
    tells its process from all others. With `wait_for` it begins when that file exists.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: str
    record: str
    stop_signal: str = "TERM"
    stop_within_s: int = 30
    user: tuple[int, int] | None = None
    wait_for: str = ""
    log: str = ""  # a file's name; empty means the terminal
    floor: int = 50  # lower starts earlier and stops later


def starter(plan: Path, name: str) -> list[str]:
    """Return the command line that becomes the program `name` of the plan."""
    return [sys.executable, "-I", "-S", str(CHILD), str(plan), name]


def write_plan(plan: Path, programs: Iterable[Program]) -> None:
    """Write the plan file, readable by its owner alone."""
    text = json.dumps({program.name: asdict(program) for program in programs})
    draft = plan.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(plan)


def write_supervisor(config: Path, plan: Path, programs: Iterable[Program], *, logs: Path) -> None:
    """Write supervisord's configuration: each program is restarted whenever it ends.

    Paths are relative to the working folder, which must be the checkout: supervisord cuts a value at
    ` ;`, quoted or not, and a checkout's path may hold that.
    """
    sections = [
        _section(
            "supervisord",
            nodaemon="true",
            silent="false",
            loglevel="warn",
            logfile="/dev/null",
            logfile_maxbytes="0",
            pidfile=_near(config.with_name("supervisord.own")),
            **({"user": "root"} if os.geteuid() == 0 else {}),
        )
    ]
    for program in programs:
        log = _near(logs / program.log) if program.log else "/dev/fd/1"
        sections.append(
            _section(
                f"program:{program.name}",
                command=shlex.join(_near(Path(part)) for part in starter(plan, program.name)),
                priority=str(program.floor),
                autorestart="true",
                startsecs="1",
                startretries="1000000",  # a broken program is retried, ever more slowly, and says so
                stopsignal=program.stop_signal,
                stopwaitsecs=str(program.stop_within_s),
                killasgroup="true",
                redirect_stderr="true",
                stdout_logfile=log,
                stdout_logfile_maxbytes="10MB" if program.log else "0",
                stdout_logfile_backups="1" if program.log else "0",
            )
        )
    config.write_text("\n".join(sections), encoding="utf-8")


def _near(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _section(title: str, **options: str) -> str:
    # supervisord expands %(name)s in every value.
    lines = [f"{name} = {value.replace('%', '%%')}" for name, value in options.items()]
    return "\n".join([f"[{title}]", *lines, ""])
