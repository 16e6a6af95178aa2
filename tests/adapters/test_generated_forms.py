"""Thousands of spellings of addresses, judged by us and by an oracle that shares no line with us."""

import random
import socket
from collections.abc import Iterator

import pytest

from apps.adapters.destination import Policy, parse
from apps.adapters.errors import HttpError

SEED = 20_231
FORMS = 10_000

# First and last address of every IPv4 block that RFC 6890 and its followers set apart.
SPECIAL = [
    (0x00000000, 0x00FFFFFF),
    (0x0A000000, 0x0AFFFFFF),
    (0x64400000, 0x647FFFFF),
    (0x7F000000, 0x7FFFFFFF),
    (0xA9FE0000, 0xA9FEFFFF),
    (0xAC100000, 0xAC1FFFFF),
    (0xC0000000, 0xC00000FF),
    (0xC0000200, 0xC00002FF),
    (0xC0586300, 0xC05863FF),
    (0xC0A80000, 0xC0A8FFFF),
    (0xC6120000, 0xC613FFFF),
    (0xC6336400, 0xC63364FF),
    (0xCB007100, 0xCB0071FF),
    (0xE0000000, 0xFFFFFFFF),
]
DIGITS = ["0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"]
DOTS = [".", ".", ".", "\u3002", "\uff0e", "\uff61"]


def is_special(number: int) -> bool:
    return any(first <= number <= last for first, last in SPECIAL)


def one_number(chance: random.Random, value: int) -> str:
    return chance.choice([str(value), hex(value), f"0{value:o}", f"0X{value:X}", f"000{value:o}"])


def spelled(chance: random.Random, number: int) -> str:
    """Return one of the many spellings of an IPv4 address that resolvers understand."""
    parts = chance.choice([1, 2, 3, 4, 4, 4])
    leading = [number >> 24, number >> 16 & 255, number >> 8 & 255][: parts - 1]
    rest = number & ((1 << (32 - 8 * (parts - 1))) - 1)
    text = chance.choice(DOTS).join(one_number(chance, value) for value in [*leading, rest])
    if chance.random() < 0.1:
        text = text.translate(str.maketrans(DIGITS[0], DIGITS[1]))
    return text + chance.choice(["", "", "", "."])


def inside(chance: random.Random, number: int) -> str:
    """Return an IPv6 address that means, or hides, an IPv4 one."""
    high, low = number >> 16, number & 0xFFFF
    return chance.choice(
        [
            f"[::ffff:{high:x}:{low:x}]",
            f"[64:ff9b::{high:x}:{low:x}]",
            f"[0:0:0:0:0:FFFF:{high:X}:{low:X}]",
        ]
    )


def forms() -> Iterator[tuple[str, bool]]:
    """Yield hosts, and whether they may be called."""
    chance = random.Random(SEED)  # noqa: S311 - the same forms every time
    edges = [
        edge + step for first, last in SPECIAL for edge in (first, last) for step in (-1, 0, 1)
    ]
    numbers = [number for number in edges if 0 <= number <= 0xFFFFFFFF]
    for _ in range(FORMS):
        number = chance.choice(numbers) if chance.random() < 0.5 else chance.getrandbits(32)
        yield (
            (inside if chance.random() < 0.3 else spelled)(chance, number),
            not is_special(number),
        )


def never(name: str, port: int) -> tuple:
    pytest.fail(f"{name} was taken for a name")


def is_called(host: str) -> bool:
    try:
        return bool(Policy().addresses(parse(f"http://{host}/"), never))
    except HttpError:
        return False


def test_every_spelling_is_judged_by_the_address_that_it_means() -> None:
    wrong = [(host, expected) for host, expected in forms() if is_called(host) is not expected]

    assert wrong == []


def test_the_system_reads_each_spelling_as_the_address_that_was_judged() -> None:
    hosts = [host for host, is_public in forms() if is_public and host.isascii()]
    different = []
    for host in hosts:
        (judged,) = Policy().addresses(parse(f"http://{host}/"), never)
        plain = host.strip("[]").removesuffix(".")
        found = socket.getaddrinfo(plain, 80, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
        if {str(info[4][0]).removeprefix("::ffff:") for info in found} != {str(judged)}:
            different.append(host)

    assert len(hosts) > FORMS // 4
    assert different == []
