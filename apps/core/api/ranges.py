"""The `Range` of a request, as RFC 9110 means it: one part of what is there, or all of it."""

import re
from dataclasses import dataclass

from apps.core.errors import NotSatisfiableError

_ONE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from `first` on, `size` of them."""

    first: int
    size: int


def part_of(header: str, size: int) -> Part | None:
    """Return the part of `size` bytes that is asked for; None: all, also of a header that asks in a way unknown here.

    Raises:
        NotSatisfiableError: it begins behind the end.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        begin, end = size - length, size
    else:
        begin, end = int(first), min(int(last or size), size - 1) + 1
        if last and int(last) < begin:
            return None
    if begin >= end:
        raise NotSatisfiableError("There are no bytes in that range.", size_bytes=size)
    return Part(begin, end - begin)
