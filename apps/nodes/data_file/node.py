"""Makes files of texts and texts of files; hashes, packs and unpacks files."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, cast

from apps.engine import packing
from apps.engine.blob import Blob
from apps.engine.errors import NodeError, PortError
from apps.engine.expressions.lookup import clipped
from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.ports import BlobWriter
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.nodes.data_file.media import media_type_of

HASHES = ("sha256", "sha384", "sha512", "sha3_256", "sha3_512", "sha1", "md5")
# The store may be away for a moment, and whatever was half done has left nothing.
USUAL_ATTEMPTS = 3
_LEVEL = 6
_BLANKS = dict.fromkeys(map(ord, " \t\r\n\f\v"))


def run(ctx: Context) -> Result:
    """Return the reference to a new file, several of them by name, a text, or a hash.

    Raises:
        NodeError: `bad_text`, it is no Base64 or no text; `not_text`; `bad_config`, files are not names with files;
            `archive_invalid`, `archive_unsupported`, `archive_too_large`, `bomb`, `output_too_large`; `blob_not_found`,
            `blob_too_large`, `blob_store_failed`.
    """
    operation = ctx.config.text("operation")
    try:
        return Result(_OPERATIONS[operation](ctx))
    except PortError as error:
        field = {"write": "text", "zip": "files"}.get(operation, "file")
        raise NodeError(
            error.code, f"“{field}”: {error.message}", is_retryable=error.is_retryable
        ) from None


def _write(ctx: Context) -> Json:
    raw = _raw(ctx)
    name = ctx.config.text("filename")
    with ctx.blobs.create(ctx.config.text("media_type") or media_type_of(name), name) as writer:
        writer.write(raw)
        return _reference(writer.finish())


def _read(ctx: Context) -> Json:
    blob = _file(ctx)
    if blob.size_bytes > DEFAULT_LIMITS.output_bytes:
        raise NodeError(
            "output_too_large",
            f"“file” is larger than {DEFAULT_LIMITS.output_bytes} bytes, which is what a text may have.",
        )
    with ctx.blobs.open(blob) as file:
        raw = file.read()
    if ctx.config.text("encoding") == "base64":
        return base64.b64encode(raw).decode("ascii")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NodeError("not_text", "“file” is no text in UTF-8.") from None
    if "\0" in text:
        raise NodeError("not_text", "“file” holds a NUL character, which no text may.")
    return text


def _hash(ctx: Context) -> Json:
    digest = hashlib.new(ctx.config.text("algorithm"), usedforsecurity=False)
    with ctx.blobs.open(_file(ctx)) as file:
        for piece in packing.pieces_of(file):
            digest.update(piece)
    return digest.hexdigest()


def _gzip(ctx: Context) -> Json:
    blob = _file(ctx)
    name = ctx.config.text("filename") or f"{blob.filename or 'file'}.gz"
    with (
        ctx.blobs.open(blob) as file,
        ctx.blobs.create("application/gzip", name) as writer,
    ):
        for piece in packing.packed(packing.pieces_of(file), packing.GZIP, _LEVEL):
            writer.write(piece)
        return _reference(writer.finish())


def _gunzip(ctx: Context) -> Json:
    blob = _file(ctx)
    name = ctx.config.text("filename") or blob.filename.removesuffix(".gz")
    with (
        ctx.blobs.open(blob) as file,
        ctx.blobs.create(media_type_of(name), name) as writer,
    ):
        for piece in packing.unpacked(file, _room(blob), packing.GZIP):
            writer.write(piece)
        return _reference(writer.finish())


def _zip(ctx: Context) -> Json:
    files = ctx.config.json("files")
    if not isinstance(files, dict) or len(files) > packing.MOST_FILES:
        raise NodeError(
            "bad_config", f"“files” must be at most {packing.MOST_FILES:,} names with files."
        )
    found = {
        _name(name): partial(ctx.blobs.open, ctx.blobs.find(reference))
        for name, reference in files.items()
    }
    name = ctx.config.text("filename") or "files.zip"
    with ctx.blobs.create("application/zip", name) as writer:
        packing.zip_up(found, cast("BinaryIO", _Page(writer)), _LEVEL)
        return _reference(writer.finish())


def _unzip(ctx: Context) -> Json:
    blob = _file(ctx)
    made: dict[str, Json] = {}

    def keep(name: str, pieces: Iterator[bytes]) -> None:
        with ctx.blobs.create(media_type_of(name), name) as writer:
            for piece in pieces:
                writer.write(piece)
            made[name] = _reference(writer.finish())

    with ctx.blobs.open(blob) as file:
        packing.unzip(file, _room(blob), keep)
    return made


def _room(blob: Blob) -> packing.Room:
    most_bytes = DEFAULT_LIMITS.blob_bytes
    return packing.Room("file", blob.size_bytes, most_bytes=most_bytes, code="blob_too_large")


class _Page:
    """A writer as a file that cannot seek, as archives are written to."""

    def __init__(self, writer: BlobWriter) -> None:
        self._writer = writer

    def write(self, piece: bytes) -> int:
        return self._writer.write(bytes(piece))

    def flush(self) -> None:
        """Do nothing: the writer has no second thoughts."""


def _file(ctx: Context) -> Blob:
    return ctx.blobs.find(ctx.config.json("file"))


def _reference(blob: Blob) -> Json:
    return cast("Json", blob.reference)


def _raw(ctx: Context) -> bytes:
    text = ctx.config.text("text")
    if ctx.config.text("encoding") == "base64":
        try:
            return base64.b64decode(text.translate(_BLANKS), validate=True)
        except (binascii.Error, ValueError):
            raise NodeError("bad_text", "“text” is no Base64.") from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NodeError("bad_text", "“text” holds half a character.") from None


def _name(name: str) -> str:
    if not name or len(name) > packing.LONGEST_NAME or not name.isprintable():
        raise NodeError(
            "bad_config",
            f"“files”: “{clipped(name)}” must be a name of 1 to {packing.LONGEST_NAME} characters.",
        )
    return name


def _attempts(_config: Raw) -> int:
    return USUAL_ATTEMPTS


_OPERATIONS: Mapping[str, Callable[[Context], Json]] = {
    "write": _write,
    "read": _read,
    "hash": _hash,
    "gzip": _gzip,
    "gunzip": _gunzip,
    "zip": _zip,
    "unzip": _unzip,
}

NODE = NodeType(
    type="data:file",
    title="File",
    description="Makes files of texts and texts of files; hashes, packs and unpacks files.",
    category="data",
    run=run,
    # It writes to the store and may work for seconds: in a slot for what waits, not in a turn.
    effect=Effect.EXTERNAL,
    attempts=_attempts,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            options=tuple(_OPERATIONS),
            default="write",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="What the file shall hold.",
            placeholder="{{ steps.table }}",
            is_required=True,
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="file",
            kind=Kind.JSON,
            title="File",
            help="The reference to it, as a node has given it.",
            placeholder="{{ steps.download.body }}",
            is_required=True,
            depends_on=("operation", ("read", "hash", "gzip", "gunzip", "unzip")),
        ),
        Field(
            name="files",
            kind=Kind.KEY_VALUE,
            title="Files",
            help="Names with the references to their files.",
            is_required=True,
            depends_on=("operation", ("zip",)),
        ),
        Field(
            name="encoding",
            kind=Kind.SELECT,
            title="Text stands for",
            help="Characters in UTF-8, or any bytes in Base64.",
            options=("utf-8", "base64"),
            default="utf-8",
            depends_on=("operation", ("write", "read")),
        ),
        Field(
            name="algorithm",
            kind=Kind.SELECT,
            title="Algorithm",
            help="md5 and sha1 are for old services only.",
            options=HASHES,
            default="sha256",
            depends_on=("operation", ("hash",)),
        ),
        Field(
            name="filename",
            kind=Kind.TEMPLATE,
            title="Name",
            help="What the new file is called.",
            placeholder="report.csv",
            default="",
            depends_on=("operation", ("write", "gzip", "gunzip", "zip")),
        ),
        Field(
            name="media_type",
            kind=Kind.TEMPLATE,
            title="Type",
            help="By the end of its name, if nothing is said.",
            placeholder="text/csv",
            default="",
            depends_on=("operation", ("write",)),
        ),
    ),
    output_schema={"type": ["string", "object"]},
)
