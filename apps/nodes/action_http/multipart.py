"""A multipart form: fields and files in a row, the same bytes at every attempt, and files never whole in memory."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, cast

from apps.engine.blob import Blob
from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent
from apps.engine.joined import joined, stream_of
from apps.engine.node import Raw
from apps.engine.ports import Blobs, Stream
from apps.engine.secret import Secret
from apps.nodes.action_http.request import plain

# A body and its content type.
Body: TypeAlias = tuple[str | Secret | Stream | None, str | None]

_MEDIA_TYPE = re.compile(r"[!-~]+/[ -~]+")
# What HTML asks of names inside quotes (multipart/form-data encoding algorithm).
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

PARTS = Field(
    name="parts",
    kind=Kind.LIST,
    title="Parts",
    help="The fields and files of a multipart form, in this order.",
    is_required=True,
    depends_on=("body_type", ("multipart",)),
    fields=(
        Field(name="name", kind=Kind.TEMPLATE, title="Name", is_required=True),
        Field(name="value", kind=Kind.TEMPLATE, title="Value", is_secret_ok=True),
        Field(
            name="file",
            kind=Kind.JSON,
            title="File",
            help="Instead of a value: the reference to a file, as a node has given it.",
            placeholder="{{ steps.download.body }}",
            default="",
        ),
        Field(
            name="filename",
            kind=Kind.TEMPLATE,
            title="File name",
            help="Makes the part a file. A file has its own name unless it is given another here.",
        ),
        Field(
            name="content_type",
            kind=Kind.TEMPLATE,
            title="Content type",
            placeholder="text/csv",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Part:
    head: list[str]
    content: str | Secret | Blob


def form_of(parts: list[Config], blobs: Blobs, key: str) -> Body:
    """Return the form that is sent: as a text, or, if a part is a file of the store, as what is read while it is sent.

    Raises:
        NodeError: `bad_config`, a part cannot be sent.
        PortError: `blob_not_found`.
    """
    read = [_part_of(part, blobs) for part in parts]
    boundary = _boundary(key, read)
    content_type = f"multipart/form-data; boundary={boundary}"
    if any(isinstance(part.content, Blob) for part in read):
        return _stream(_pieces(read, boundary), blobs), content_type
    body = "".join(cast("str", piece) for piece in _pieces(read, boundary))
    is_secret = any(isinstance(part.content, Secret) for part in read)
    return (Secret(body) if is_secret else body), content_type


def part_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield the parts that have both a value and a file."""
    parts = config.get("parts")
    for number, part in enumerate(parts if isinstance(parts, list) else ()):
        is_both = isinstance(part, dict) and not (
            is_absent(part.get("value")) or is_absent(part.get("file"))
        )
        if is_both:
            sentence = "A part has a value or a file, not both."
            yield FieldProblem(f"parts[{number}].file", "field_choice", sentence)


def _part_of(part: Config, blobs: Blobs) -> _Part:
    # A reference that became null is none: where a file is wanted, no empty value is sent in its place.
    blob = blobs.find(part.json("file")) if part.json("file") != "" else None
    filename = part.text("filename") if part.is_given("filename") else None
    media_type = None
    if blob is not None:
        filename, media_type = filename or blob.filename or "file", blob.media_type
    elif filename is not None:
        media_type = "application/octet-stream"
    disposition = f'form-data; name="{part.text("name").translate(_QUOTED)}"'
    if filename is not None:
        disposition += f'; filename="{filename.translate(_QUOTED)}"'
    if part.is_given("content_type"):
        media_type = part.text("content_type")
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise NodeError(
                "bad_config", "The content type of a part must be one such as text/csv."
            )
    head = [f"Content-Disposition: {disposition}"]
    if media_type is not None:
        head.append(f"Content-Type: {media_type}")
    if blob is not None:
        return _Part(head, blob)
    return _Part(head, part.sendable("value") if part.is_given("value") else "")


def _pieces(parts: Iterable[_Part], boundary: str) -> Iterator[str | Blob]:
    for part in parts:
        yield "\r\n".join([f"--{boundary}", *part.head, "", ""])
        yield part.content if isinstance(part.content, Blob) else plain(part.content)
        yield "\r\n"
    yield f"--{boundary}--\r\n"


def _boundary(key: str, parts: Iterable[_Part]) -> str:
    """Return a line that stands in none of the contents, always the same one for the same key and contents.

    What is in a file is not looked through: the line is made from its digest, and no content holds what is made from it.
    """
    texts = [plain(part.content) for part in parts if not isinstance(part.content, Blob)]
    files = "".join(f"/{part.content.sha256}" for part in parts if isinstance(part.content, Blob))
    digests = (
        hashlib.sha256(f"{key}#{count}{files}".encode()).hexdigest() for count in itertools.count()
    )
    candidates = (f"gorax-{digest[:40]}" for digest in digests)
    return next(line for line in candidates if not any(line in text for text in texts))


def _stream(pieces: Iterable[str | Blob], blobs: Blobs) -> Stream:
    try:
        bodies = [
            stream_of(piece, blobs) if isinstance(piece, Blob) else piece.encode()
            for piece in pieces
        ]
    except UnicodeEncodeError:
        raise NodeError("bad_config", "A part is no text that can be sent.") from None
    return joined(bodies)
