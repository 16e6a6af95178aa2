"""Start a program that dies with its parent, drops root, and can be recognised later.

Run by path (`python -I -S child.py … -- program arguments`), so that it starts in 30 ms and imports
nothing of gorax. It becomes the program: the process id stays the same.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the program after `--`, under the rules that the options before it set."""
    options = _options()
    parent_id = os.getppid()
    if options.record:
        _record(Path(options.record))
    if options.user:
        user_id, group_id = (int(part) for part in options.user.split(":"))
        os.setgroups([])
        os.setgid(group_id)
        os.setuid(user_id)
    # After setuid, because the kernel forgets the death signal when the user changes.
    die_with_parent(getattr(signal, f"SIG{options.death_signal}"))
    if os.getppid() != parent_id:
        sys.exit("the parent ended before its child began")
    os.umask(0o077)
    if options.folder:
        os.chdir(options.folder)
    os.execvp(options.program[0], options.program)  # noqa: S606 - becoming the program is the point


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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--record", default="", help="file that gets this process's id and start time"
    )
    parser.add_argument("--user", default="", help="<user id>:<group id> to become")
    parser.add_argument("--death-signal", default="TERM", help="what to send when the parent ends")
    parser.add_argument("--folder", default="", help="working folder")
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    main()
