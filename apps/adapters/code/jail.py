"""What a child gives up before it sees a line of anybody's code. Runs in the child, after the fork.

Two walls stand around code: the interpreter, which offers no files, network or processes, and this one, which holds
if the interpreter is broken. docs/explanation/code.md says what each keeps out.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct

from apps.adapters.code import landlock, seccomp

# Nobody's number on every Linux. Only root can become somebody else; an ordinary worker's children stay what it is.
NOBODY = 65534
_CAPABILITIES_V3 = 0x20080522
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
# What is written to standard output and error is kept for a last word, and no longer than this.
LAST_WORDS_BYTES = 64 * 1024
# The kernel's own backstop fires this much after the child's, which can say what happened.
CPU_GRACE_S = 2


def detach() -> None:
    """Lead a group of one's own, so that what the child starts dies with it."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def keep_only(descriptors: set[int]) -> None:
    """Close everything else that is open."""
    highest = max(descriptors | {2})
    for number in range(3, highest):
        if number not in descriptors:
            with contextlib.suppress(OSError):
                os.close(number)
    os.closerange(highest + 1, 65536)


def leave(keeper: int, allowed: list[tuple[str | int, int]]) -> None:
    """Die with the keeper from now on, and give up the user, privileges to come, core dumps, the folder and all files but those `allowed`.

    Raises:
        JailError: the machine cannot take them away.
    """
    os.chdir("/")
    os.umask(0o777)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LAST_WORDS_BYTES, LAST_WORDS_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    os.nice(5)
    if os.getuid() == 0:
        _become_nobody()
    libc = ctypes.CDLL(None, use_errno=True)
    # Somebody else has no capabilities; whoever stays himself gives up those that he was started with.
    libc.capset(struct.pack("=II", _CAPABILITIES_V3, 0), struct.pack("=IIIIII", 0, 0, 0, 0, 0, 0))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise seccomp.JailError("the kernel refuses “no new privileges”")
    # Becoming somebody else takes this wish back, so it is uttered here.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != keeper:
        raise seccomp.JailError("the keeper is gone")
    landlock.restrict(allowed)


def _become_nobody() -> None:
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError as reason:
        raise seccomp.JailError(f"a child cannot become nobody ({reason.strerror})") from reason


def may_be_looked_at(*, yes: bool) -> None:
    """Let programs of the same user look into this process, or not; whoever starts a program needs it for a moment."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, int(yes), 0, 0, 0)


def own_size() -> int:
    """Return a descriptor of the table of this process's size, opened while files still can be."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def data_bytes(size: int) -> int:
    """Return what the process holds as data now, as the limit counts it: the sixth number is data and stack."""
    return int(os.pread(size, 256, 0).split()[5]) * resource.getpagesize()


def bound(most_data_bytes: int, cpu_s: float, pid: int = 0) -> None:
    """Limit what a process may take from now on: data in memory, seconds of a core, and no process or thread more.

    Raises:
        JailError: it is gone, or belongs to somebody else.
    """
    seconds = int(cpu_s) + CPU_GRACE_S
    limits = {
        resource.RLIMIT_DATA: (most_data_bytes, most_data_bytes),
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_NPROC: (0, 0),
    }
    for kind, limit in limits.items():
        try:
            resource.prlimit(pid, kind, limit)
        except OSError as reason:
            raise seccomp.JailError(f"no limit can be set ({reason.strerror})") from reason
