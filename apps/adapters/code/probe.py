"""Tries to get out, as code would that has broken its interpreter: plain Python inside the walls of a child.

Every attempt that succeeds is a breach, and its language is off on this machine.
"""

import contextlib
import ctypes
import mmap
import os
import signal
import socket
import stat
from collections.abc import Callable
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from typing import Any

# Unlike an attachment it does not stop whom it reaches.
_PTRACE_SEIZE = 0x4206
# mount, unshare, keyctl, perf_event_open, process_vm_readv, bpf, userfaultfd, io_uring_setup on x86-64 and arm64.
_FORBIDDEN_CALLS = {
    "x86_64": (165, 272, 250, 298, 310, 321, 323, 425),
    "aarch64": (40, 97, 219, 241, 270, 280, 282, 425),
}


def breaches(targets: dict[str, Any], memory_bytes: int) -> list[str]:
    """Return the names of the attempts that succeeded. `targets` are what the worker put up to be reached."""
    attempts: dict[str, Callable[[], Any]] = {
        "reads a file of the system": lambda: Path("/etc/passwd").read_bytes(),
        "reads a file of the worker": lambda: Path(targets["file"]).read_bytes(),
        "writes a file": lambda: Path(targets["file"]).with_name("written").write_bytes(b"x"),
        "lists a folder": lambda: os.listdir("/"),  # noqa: PTH208 - as plainly as it can be asked
        "reads the worker's environment": lambda: Path(
            f"/proc/{targets['pid']}/environ"
        ).read_bytes(),
        "reads the worker's memory": lambda: os.open(f"/proc/{targets['pid']}/mem", os.O_RDONLY),
        "has an environment": _has_environment,
        "opens a socket": lambda: socket.socket(socket.AF_INET),
        "opens a local socket": lambda: socket.socket(socket.AF_UNIX),
        "asks a name server": lambda: socket.getaddrinfo(
            "localhost", 80, flags=socket.AI_NUMERICSERV
        ),
        "calls this machine": lambda: socket.create_connection(("127.0.0.1", targets["port"]), 0.2),
        "calls the metadata service": lambda: socket.create_connection(
            ("169.254.169.254", 80), 0.2
        ),
        "starts a process": _fork,
        "starts a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signals the worker": lambda: os.kill(targets["pid"], 0),
        "traces the worker": lambda: _traced(targets["pid"]),
        "becomes root": _becomes_root,
        "takes too much memory": lambda: mmap.mmap(-1, memory_bytes * 8).write(
            b"x" * (memory_bytes * 4)
        ),
        "holds a file that is open": _holds_a_file,
    }
    for number in _FORBIDDEN_CALLS.get(os.uname().machine, ()):
        attempts[f"makes the system call {number}"] = partial(_called, number)
    return [name for name, attempt in attempts.items() if _succeeds(attempt)]


def _succeeds(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError, ValueError, OverflowError, LookupError, ImportError):
        return False
    return True


def _has_environment() -> None:
    # Asked of the C library: Python's own view of it was made before the fork.
    entries = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    found = list(takewhile(lambda entry: entry is not None, (entries[at] for at in count())))
    # This one Python sets itself.
    if all(entry.startswith(b"LC_CTYPE=") for entry in found):
        raise OSError("there is none")


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        signal.pause()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _traced(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(_PTRACE_SEIZE, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "refused")


def _becomes_root() -> None:
    if os.getuid() != 0:
        os.setuid(0)


def _holds_a_file() -> None:
    for number in range(3, 256):
        try:
            found = os.fstat(number)
        except OSError:
            continue
        # The interpreter's own program may stay open; nothing that can be written, and no table of the system.
        if stat.S_ISREG(found.st_mode) and not found.st_mode & stat.S_IXUSR:
            return
    raise OSError("there is none")


def _called(number: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    if libc.syscall(number, 0, 0, 0, 0, 0, 0) < 0 and ctypes.get_errno() in {1, 38}:
        raise OSError("refused")
