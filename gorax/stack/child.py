"""Become a program that dies with its parent, has dropped root, and can be recognised later.

Run by path: `python -I -S child.py <plan> <name>`, so that it starts in 30 ms and imports nothing of
gorax. The plan is a JSON file of its owner alone: command lines and environments hold passwords,
and the checkout's path may hold anything.
"""

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOOK_EVERY_S = 0.05


def main() -> None:
    """Become the program that the plan calls by this name."""
    plan_file, name = sys.argv[1:]
    program = json.loads(Path(plan_file).read_text(encoding="utf-8"))[name]
    parent_id = os.getppid()
    _record(Path(program["record"]))
    if program["user"] is not None:
        user_id, group_id = program["user"]
        os.setgroups([])
        os.setgid(group_id)
        os.setuid(user_id)
    # After setuid, because the kernel forgets the death signal when the user changes.
    die_with_parent(getattr(signal, f"SIG{program['stop_signal']}"))
    if os.getppid() != parent_id:
        sys.exit("the parent ended before its child began")
    while program["wait_for"] and not Path(program["wait_for"]).exists():
        time.sleep(LOOK_EVERY_S)
    os.umask(0o077)
    os.chdir(program["folder"])
    os.execvpe(program["command"][0], program["command"], program["environment"])  # noqa: S606 - the point


def die_with_parent(death_signal: int) -> None:
    """Ask the kernel to send `death_signal` to this process when the thread that started it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def started_at(process_id: int) -> int | None:
    """Return the start time of a live process in clock ticks since boot; None if there is none.

    A process id comes back after a while; id and start time together never do within one boot.
    """
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold spaces; the fields after it do not.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def boot_id() -> str:
    """Return the id of this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _record(file: Path) -> None:
    fact = {"pid": os.getpid(), "started_at": started_at(os.getpid()), "boot_id": boot_id()}
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(fact), encoding="ascii")
    draft.replace(file)


if __name__ == "__main__":
    main()
