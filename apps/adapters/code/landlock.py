"""Which files a process may still touch, and that it may reach no process and no address outside: Landlock.

It needs no privilege, holds for every program that comes after, and nothing can take it back.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from apps.adapters.code.seccomp import JailError

EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
# How many kinds of file access, of network access and of reaching out each version of the interface knows.
_FILES = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _BENEATH = 1, 1


def restrict(allowed: Iterable[tuple[str | int, int]]) -> None:
    """Refuse every file but those below the given paths (or open descriptors), each with what may be done there.

    Paths that do not exist are left out.

    Raises:
        JailError: the kernel does not offer it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))
    if version < 1:
        raise JailError(f"the kernel has no Landlock ({ctypes.get_errno()})")
    handled = (1 << _FILES.get(version, 16)) - 1
    network = 0b11 if version >= _NETWORK_SINCE else 0
    scopes = 0b11 if version >= _SCOPES_SINCE else 0
    attributes = struct.pack("QQQ", handled, network, scopes)
    size = 24 if version >= _SCOPES_SINCE else 16 if version >= _NETWORK_SINCE else 8
    rules = libc.syscall(
        _CREATE, ctypes.c_char_p(attributes), ctypes.c_size_t(size), ctypes.c_uint(0)
    )
    if rules < 0:
        raise JailError(f"the kernel refuses a Landlock ({ctypes.get_errno()})")
    for place, access in allowed:
        _allow(libc, rules, place, access)
    if libc.syscall(_RESTRICT, rules, 0) != 0:
        raise JailError(f"the kernel refuses the Landlock ({ctypes.get_errno()})")
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, place: str | int, access: int) -> None:
    if isinstance(place, str):
        if not Path(place).exists():
            return
        if not Path(place).is_dir():
            access &= ~READ_DIR
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    else:
        descriptor = place
    rule = struct.pack("=Qi", access, descriptor)
    said = libc.syscall(_ADD, rules, _BENEATH, ctypes.c_char_p(rule), ctypes.c_uint(0))
    if isinstance(place, str):
        os.close(descriptor)
    if said != 0:
        raise JailError(f"the kernel refuses a rule of the Landlock ({ctypes.get_errno()})")
