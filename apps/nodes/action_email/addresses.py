"""Mail addresses as people write them, taken apart once: what is read here is all that is ever sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.engine.errors import NodeError
from apps.engine.value import Json

MOST_RECIPIENTS = 100
# As much as a hundred of the longest addresses with their names take.
LONGEST_TEXT = 100_000
LONGEST_ADDRESS = 320
LONGEST_NAME = 200

_BREAKING = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
# `Ada <ada@example.com>`, `"Lovelace, Ada" <ada@example.com>` or `ada@example.com`.
_MAILBOX = re.compile(
    r"""[ ]?(?:
        (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<>,;"@]*))[ ]?<[ ]?(?P<inside>[^<>\s]+)[ ]?>
        |(?P<bare>[^<>,;"\s]+)
    )[ ]?(?:[,;]|$)""",
    re.VERBOSE,
)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


class BadAddressError(ValueError):
    """A text is no list of mail addresses; the text of the error says which part."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, in ASCII, and the name that is shown with it."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


def parsed(text: str) -> list[Mailbox]:
    """Return the addresses of a text, separated by commas or semicolons.

    Raises:
        BadAddressError: a part of it is no address.
    """
    if _BREAKING.search(text):
        raise BadAddressError("an address may not hold a line break")
    if len(text) > LONGEST_TEXT:
        raise BadAddressError(f"addresses take at most {LONGEST_TEXT} characters together")
    # One blank between words at most, so that no pattern has a choice between several.
    text = " ".join(text.split()).rstrip(" ,;")
    found: list[Mailbox] = []
    position = 0
    while position < len(text):
        match = _MAILBOX.match(text, position)
        if match is None:
            raise BadAddressError(f"{text[position : position + 80].strip()!r} is no mail address")
        position = match.end()
        name = re.sub(r"\\(.)", r"\1", match["quoted"] or "") or (match["plain"] or "").strip()
        if len(name) > LONGEST_NAME:
            raise BadAddressError(f"a name has at most {LONGEST_NAME} characters")
        found.append(Mailbox(name, _judged(match["inside"] or match["bare"])))
    return found


def _judged(address: str) -> str:
    local, _, domain = address[: LONGEST_ADDRESS + 1].rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        plain = ""
    is_long = len(address) > LONGEST_ADDRESS or len(local) > 64 or len(plain) > 253
    if is_long or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(plain):
        raise BadAddressError(f"{address[:80]!r} is no mail address")
    return f"{local}@{plain}"


def mailboxes_of(title: str, value: Json) -> list[Mailbox]:
    """Return the addresses that a rendered field holds: a text, or a list of one address each; none if it is empty.

    Raises:
        NodeError: `bad_address`; also of an entry that holds several, for a stranger's value must not add any.
    """
    texts = value if isinstance(value, list) else [] if value is None else [value]
    found: list[Mailbox] = []
    for text in texts:
        if not isinstance(text, str):
            raise NodeError("bad_address", f"“{title}” must be mail addresses.")
        try:
            mailboxes = parsed(text)
        except BadAddressError as reason:
            raise NodeError("bad_address", f"“{title}”: {reason}.") from None
        if isinstance(value, list) and len(mailboxes) != 1:
            raise NodeError("bad_address", f"Each entry of “{title}” must be one address.")
        found += mailboxes
    return found
