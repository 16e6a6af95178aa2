"""What a letter says, and how what people call themselves may stand in one."""

import base64
import re
from dataclasses import dataclass

LONGEST_NAME = 60
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
_NOT_IN_RECOVERY = re.compile(r"[^a-z2-7]")


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter without layout. `button` and `url` are empty in letters that only tell."""

    subject: str
    lines: tuple[str, ...]
    button: str = ""
    url: str = ""
    footer: str = ""


def tame(name: str) -> str:
    """Return what somebody calls themselves as it may stand in a letter to others: one short line, and no address.

    Mail programs make links of everything that looks like one, and these names are written by strangers.
    """
    line = re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", name)
    line = re.sub(r"[.:/@\\]+(?=\S)", " ", line)
    return " ".join(line.split())[:LONGEST_NAME].strip()


def recovery_code(bits: bytes) -> str:
    """Return 80 bits in four groups that can be read aloud."""
    text = base64.b32encode(bits).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def plain_code(text: str) -> str:
    """Return a recovery code as it is hashed: spaces, hyphens and capitals do not count."""
    return _NOT_IN_RECOVERY.sub("", text.lower())
