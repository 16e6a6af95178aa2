"""Which system calls a process may still make: a list of those allowed, everything else is refused with EPERM.

The kernel keeps it for every thread and every program that comes after; nothing can take it back.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

# x86-64 and arm64: the numbers of each call, None where the processor has no such call.
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "ioctl": (16, 29), "pread64": (17, 67), "readv": (19, 65),
    "writev": (20, 66), "access": (21, None), "select": (23, None), "sched_yield": (24, 124),
    "mremap": (25, 216), "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None),
    "nanosleep": (35, 101), "getpid": (39, 172), "sendto": (44, 206), "recvfrom": (45, 207),
    "socketpair": (53, 199), "clone": (56, 220), "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "exit": (60, 93),
    "wait4": (61, 260), "uname": (63, 160), "fcntl": (72, 25), "getcwd": (79, 17),
    "readlink": (89, None), "gettimeofday": (96, 169), "getrusage": (98, 165), "sysinfo": (99, 179),
    "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175),
    "getegid": (108, 177), "getppid": (110, 173), "sigaltstack": (131, 132), "prctl": (157, 167),
    "arch_prctl": (158, None), "gettid": (186, 178), "time": (201, None), "futex": (202, 98),
    "sched_getaffinity": (204, 123), "set_tid_address": (218, 96), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "exit_group": (231, 94), "epoll_wait": (232, None), "epoll_ctl": (233, 21), "tgkill": (234, 131),
    "waitid": (247, 95), "openat": (257, 56), "newfstatat": (262, 79), "readlinkat": (267, 78),
    "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73), "set_robust_list": (273, 99),
    "get_robust_list": (274, 100), "epoll_pwait": (281, 22), "eventfd2": (290, 19),
    "epoll_create1": (291, 20), "dup3": (292, 24), "pipe2": (293, 59), "prlimit64": (302, 261),
    "getrandom": (318, 278), "membarrier": (324, 283), "pkey_mprotect": (329, 288),
    "statx": (332, 291), "rseq": (334, 293), "pidfd_open": (434, 434), "clone3": (435, 435),
    "faccessat2": (439, 439), "epoll_pwait2": (441, 441),
}  # fmt: skip

# What a program needs that computes, waits, and talks over what is open already.
COMPUTING = (
    "read", "write", "readv", "writev", "close", "fstat", "lseek", "mmap", "mprotect", "munmap",
    "brk", "mremap", "madvise", "pkey_mprotect", "membarrier", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sigaltstack", "sched_yield", "sched_getaffinity", "nanosleep", "clock_nanosleep",
    "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage", "uname", "sysinfo",
    "getpid", "gettid", "futex", "set_robust_list", "get_robust_list", "rseq", "poll", "ppoll",
    "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_ctl", "sendto",
    "recvfrom", "getrandom", "restart_syscall", "exit", "exit_group",
)  # fmt: skip
# What a program needs beside that to be started; what it may open is then the Landlock's to say.
STARTING = (
    *COMPUTING, "socketpair", "execve", "clone", "clone3", "vfork", "fork", "wait4", "waitid", "pidfd_open", "pipe2",
    "dup", "dup2", "dup3", "fcntl", "ioctl", "eventfd2", "epoll_create1", "arch_prctl",
    "set_tid_address", "pread64", "access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat",
    "statx", "readlink", "readlinkat", "getcwd", "getuid", "getgid", "geteuid", "getegid", "getppid",
)  # fmt: skip

_ARCHES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _EPERM = 0x7FFF0000, 0x80000000, 0x00050000 | 1
_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_X32 = 0x40000000
_PR_SET_NO_NEW_PRIVS, _SET_MODE_FILTER, _ALL_THREADS = 38, 1, 1
# Everything of `open` that writes, makes or empties a file.
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0o20000000


class JailError(Exception):
    """This machine cannot lock a process up; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Only:
    """A call that is allowed only if an argument equals `value`, or has none of the bits of `lacks`."""

    name: str
    argument: int
    value: int | None = None
    lacks: int = 0


# Reading alone; a look at the own limits alone; the two harmless settings of a process.
READING = (Only("openat", 2, lacks=_WRITING), Only("prlimit64", 2, value=0))


def only_itself(pid: int) -> Only:
    """Return the rule by which a process may signal its own threads alone: that is how it aborts."""
    return Only("tgkill", 0, value=pid)


def install(names: Iterable[str], rules: Iterable[Only] = (), *, all_threads: bool) -> None:
    """Refuse every call but these from now on, for this thread or for all of the process.

    Raises:
        JailError: the kernel or the processor does not offer it.
    """
    program = _program(list(names), list(rules))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise JailError("the kernel refuses “no new privileges”")
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    number = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    flags = _ALL_THREADS if all_threads else 0
    libc.syscall.restype = ctypes.c_long
    said = libc.syscall(number, _SET_MODE_FILTER, flags, ctypes.c_char_p(header))
    if said != 0:
        raise JailError(f"the kernel refuses system call filters ({ctypes.get_errno()})")


def _program(names: list[str], rules: list[Only]) -> bytes:
    machine = platform.machine()
    if machine not in _ARCHES:
        raise JailError(f"no list of system calls for the processor {machine}")
    column, arch = _ARCHES[machine]
    lines = [_line(_LOAD, _ARCH_AT), _line(_EQUAL, arch, 1, 0), _line(_RETURN, _KILL)]
    lines += [_line(_LOAD, _NUMBER_AT)]
    lines += [_line(_ANY_BIT, _X32, 0, 1), _line(_RETURN, _KILL)]
    for name in names:
        number = NUMBERS[name][column]
        if number is not None:
            lines += [_line(_EQUAL, number, 0, 1), _line(_RETURN, _ALLOW)]
    for rule in rules:
        number = NUMBERS[rule.name][column]
        if number is not None:
            lines += _ruled(rule, number)
    lines.append(_line(_RETURN, _EPERM))
    return b"".join(lines)


def _ruled(rule: Only, number: int) -> list[bytes]:
    low, high = _ARGS_AT + 8 * rule.argument, _ARGS_AT + 8 * rule.argument + 4
    if rule.value is None:
        test = [_line(_LOAD, low), _line(_ANY_BIT, rule.lacks, 0, 1), _line(_RETURN, _EPERM)]
    else:
        test = [
            _line(_LOAD, low), _line(_EQUAL, rule.value, 1, 0), _line(_RETURN, _EPERM),
            _line(_LOAD, high), _line(_EQUAL, 0, 1, 0), _line(_RETURN, _EPERM),
        ]  # fmt: skip
    test.append(_line(_RETURN, _ALLOW))
    return [_line(_EQUAL, number, 0, len(test)), *test]


def _line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value & 0xFFFFFFFF)
