"""From a letter to its bytes: the same ones at every attempt, so that a server can know a repeated one again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.joined import joined, stream_of
from apps.engine.ports import Blobs, Stream
from apps.nodes.action_email.addresses import Mailbox
from apps.nodes.action_email.encoding import in_base64

# What begins a word that others decode; whoever writes it himself means the characters.
ENCODED = "=?"
LINE = 70
USUAL_TYPES = {"text": "text/plain", "base64": "application/octet-stream"}

# Seven bits go through every server unchanged, so no server has a reason to write the message anew.
_POLICY = policy.SMTP.clone(cte_type="7bit", raise_on_defect=True)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# Types whose content is not bytes but messages, in which others would read their own boundaries.
_NESTING = ("multipart/", "message/")
_BREAKING = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; one of the store is read while it is sent, and has a digest."""

    filename: str
    media_type: str
    content: bytes | Stream
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written, and what of it everybody sees: blind copies are no part of it."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    subject: str
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]


def message_id_of(key: str, domain: str) -> str:
    """Return the Message-ID of a step: the same at every attempt, also after a crash, and of no other step."""
    return f"<{_digest(key)}@{domain}>"


def message_of(letter: Letter, key: str, started_at: datetime) -> bytes | Stream:
    """Return the message of a letter as it is sent; key and start of the step are all that it takes of the world.

    With files of the store it is what is read while it is sent.

    Raises:
        NodeError: `bad_config`, a text is none that can be sent.
    """
    files = [each.content for each in letter.attachments if isinstance(each.content, Stream)]
    count = 0
    while True:
        marks = _marks_of(letter, key, count)
        pieces = _split(_bytes_of(letter, key, started_at, marks), marks)
        if len(pieces) == len(files) + 1:
            break
        count += 1  # somebody wrote what would have stood for a file
    if not files:
        return pieces[0]
    bodies: list[bytes | Stream] = [pieces[0]]
    for file, piece in zip(files, pieces[1:], strict=True):
        bodies += [in_base64(file), piece]
    return joined(bodies)


def _bytes_of(letter: Letter, key: str, started_at: datetime, marks: Sequence[bytes]) -> bytes:
    content = EmailMessage(policy=_POLICY)
    try:
        head = "".join(f"{name}: {text}\r\n" for name, text in _headers(letter, key, started_at))
        _fill(content, letter, iter(marks))
        for number, part in enumerate(content.walk()):
            if part.is_multipart():
                # An equals sign before an underscore stands in no encoding of a part.
                part.set_boundary(f"=_{_digest(f'{key} {number}')}")
        return head.encode("ascii") + content.as_bytes()
    except UnicodeError:
        raise NodeError("bad_config", "The letter holds half a character.") from None


def _marks_of(letter: Letter, key: str, count: int) -> list[bytes]:
    """Return what stands for each file of the store, in their order: 48 bytes, one line in base64."""
    files = (each for each in letter.attachments if isinstance(each.content, Stream))
    return [
        hashlib.sha384(f"{key} {number} {count} {each.digest}".encode()).digest()
        for number, each in enumerate(files)
    ]


def _split(message: bytes, marks: Iterable[bytes]) -> list[bytes]:
    """Return what stands before, between and after the marks; only the whole if one of them stands there twice."""
    pieces, rest = [], message
    for mark in marks:
        line = base64.b64encode(mark) + b"\r\n"
        before, _, rest = rest.partition(line)
        if line in rest:
            return [message]
        pieces.append(before)
    return [*pieces, rest]


def _headers(letter: Letter, key: str, started_at: datetime) -> Iterator[tuple[str, str]]:
    yield "Message-ID", message_id_of(key, letter.sender.domain)
    yield "Date", format_datetime(started_at)
    people = {
        "From": (letter.sender,),
        "To": letter.to,
        "Cc": letter.cc,
        "Reply-To": letter.reply_to,
    }
    for name, mailboxes in people.items():
        if mailboxes:
            yield name, ",\r\n ".join(map(_shown, mailboxes))
    yield "Subject", _words(line_of("Subject", letter.subject), used=len("Subject: "))


def _shown(mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    if not mailbox.name.isascii() or ENCODED in mailbox.name:
        return f"{_words(mailbox.name, used=len('Reply-To: '))}\r\n <{mailbox.address}>"
    quoted = re.sub(r'(["\\])', r"\\\1", mailbox.name)
    return f'"{quoted}" <{mailbox.address}>'


def _words(text: str, used: int) -> str:
    """Return a text in lines that every server takes, encoded if it is not plain words anyway."""
    is_plain = text.isascii() and ENCODED not in text and max(map(len, text.split(" "))) < LINE
    charset = "us-ascii" if is_plain else "utf-8"
    header = Header(text, charset, maxlinelen=LINE + 6, header_name=" " * (used - 2))
    return header.encode(linesep="\r\n")


def _fill(message: EmailMessage, letter: Letter, marks: Iterator[bytes]) -> None:
    if letter.text is not None:
        message.set_content(letter.text, charset="utf-8")
    if letter.html is not None and letter.text is not None:
        message.add_alternative(letter.html, subtype="html", charset="utf-8")
    elif letter.html is not None:
        message.set_content(letter.html, subtype="html", charset="utf-8")
    for each in letter.attachments:
        main, _, sub = each.media_type.partition("/")
        content = next(marks) if isinstance(each.content, Stream) else each.content
        message.add_attachment(content, maintype=main, subtype=sub, filename=each.filename)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def line_of(title: str, text: str) -> str:
    """Return a text that is one line.

    Raises:
        NodeError: `bad_config`, whatever follows its line break would be read as a header of its own.
    """
    if _BREAKING.search(text):
        raise NodeError(
            "bad_config", f"“{title}” may not hold a line break or a control character."
        )
    return text


def attachment_of(entry: Config, blobs: Blobs) -> Attachment:
    """Return the file that an entry describes, or refers to.

    Raises:
        NodeError: `bad_config`, its name, its type or its content cannot be sent.
        PortError: `blob_not_found`, it refers to no file of this execution.
    """
    # A reference that became null is none: where a file is wanted, no empty one is sent in its place.
    blob = blobs.find(entry.json("file")) if entry.json("file") != "" else None
    filename = (
        entry.text("filename") if entry.is_given("filename") or blob is None else blob.filename
    )
    filename = line_of("Name", filename or ("file" if blob else ""))
    if not filename.strip() or len(filename) > 255 or re.search(r"[/\\]", filename):
        raise NodeError(
            "bad_config", f"“Name” became {filename[:80]!r}, which is no name of a file."
        )
    encoding = entry.text("encoding")
    usual = USUAL_TYPES[encoding] if blob is None else blob.media_type
    media_type = entry.text("content_type") if entry.is_given("content_type") else usual
    media_type = media_type.strip().lower()
    if not _TYPE.fullmatch(media_type) or media_type.startswith(_NESTING):
        raise NodeError(
            "bad_config", f"“Type” became {media_type[:80]!r}, which is no type of a file."
        )
    if blob is not None:
        return Attachment(filename, media_type, stream_of(blob, blobs), blob.sha256)
    return Attachment(filename, media_type, _content(entry.text("content"), encoding))


def _content(text: str, encoding: str) -> bytes:
    try:
        if encoding == "text":
            return text.encode()
        return base64.b64decode(_BLANK.sub("", text), validate=True)
    except (UnicodeError, binascii.Error):
        raise NodeError("bad_config", f"“Content” is no {encoding}.") from None
