"""Packs texts and unpacks them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO

from apps.engine import packing
from apps.engine.errors import NodeError
from apps.engine.expressions.lookup import clipped
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.value import DEFAULT_LIMITS, Json

_FORMS = {"gzip": packing.GZIP, "zlib": packing.ZLIB}
_LEVEL = 9
_BLANKS = dict.fromkeys(map(ord, " \t\r\n\f\v"))


def run(ctx: Context) -> Result:
    """Return Base64 of what was packed, or the texts that were unpacked.

    Raises:
        NodeError: `bad_text`, it is no Base64 or has no bytes; `not_text`; `bad_config`, files are not names with
            texts; `archive_invalid`, `archive_unsupported`, `archive_too_large`, `bomb`, `output_too_large`.
    """
    return Result(_OPERATIONS[ctx.config.text("operation")](ctx))


def _compress(ctx: Context) -> Json:
    raw = _utf8(ctx.config.text("text"), "text")
    form = _FORMS[ctx.config.text("format")]
    return _written(b"".join(packing.packed([raw], form, _LEVEL)))


def _decompress(ctx: Context) -> Json:
    raw = _packed(ctx)
    pieces = packing.unpacked(
        BytesIO(raw), _room(raw), packing.EITHER, most_parts=packing.MOST_FILES
    )
    return _text(b"".join(pieces), "what is unpacked")


def _zip(ctx: Context) -> Json:
    files = ctx.config.json("files")
    if not isinstance(files, dict) or len(files) > packing.MOST_FILES:
        raise NodeError(
            "bad_config", f"“files” must be at most {packing.MOST_FILES:,} names with texts."
        )
    openers = {name: partial(BytesIO, _file(name, text)) for name, text in files.items()}
    page = BytesIO()
    packing.zip_up(openers, page, _LEVEL)
    return _written(page.getvalue())


def _unzip(ctx: Context) -> Json:
    raw = _packed(ctx)
    files: dict[str, bytes] = {}

    def keep(name: str, pieces: Iterator[bytes]) -> None:
        files[name] = b"".join(pieces)

    packing.unzip(BytesIO(raw), _room(raw), keep)
    return {name: _text(raw, f"“{clipped(name)}”") for name, raw in files.items()}


def _room(raw: bytes) -> packing.Room:
    most_bytes = DEFAULT_LIMITS.output_bytes
    return packing.Room("text", len(raw), most_bytes=most_bytes, code="output_too_large")


def _file(name: str, text: Json) -> bytes:
    _utf8(name, "files")
    if not name or len(name) > packing.LONGEST_NAME or "\0" in name:
        raise NodeError(
            "bad_config",
            f"“files”: “{clipped(name)}” must be a name of 1 to {packing.LONGEST_NAME} characters.",
        )
    if not isinstance(text, str):
        raise NodeError(
            "bad_config", f"“files”: “{clipped(name)}” must be a text; write toJson(…) first."
        )
    return _utf8(text, "files")


def _packed(ctx: Context) -> bytes:
    text = ctx.config.text("text").translate(_BLANKS)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NodeError("bad_text", "“text” is no Base64.") from None


def _utf8(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NodeError("bad_text", f"“{name}” holds half a character.") from None


def _text(raw: bytes, name: str) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NodeError("not_text", f"“text” holds bytes that are no text, in {name}.") from None
    if "\0" in text:
        raise NodeError("not_text", f"“text” holds a NUL character, in {name}.")
    return text


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


_OPERATIONS: Mapping[str, Callable[[Context], Json]] = {
    "compress": _compress,
    "decompress": _decompress,
    "zip": _zip,
    "unzip": _unzip,
}

NODE = NodeType(
    type="data:compress",
    title="Compress",
    description="Packs texts by gzip, zlib or ZIP, and unpacks them.",
    category="data",
    run=run,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            options=tuple(_OPERATIONS),
            default="compress",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="To unpack, Base64.",
            placeholder="{{ trigger.body }}",
            is_required=True,
            depends_on=("operation", ("compress", "decompress", "unzip")),
        ),
        Field(
            name="format",
            kind=Kind.SELECT,
            title="Format",
            options=("gzip", "zlib"),
            default="gzip",
            depends_on=("operation", ("compress",)),
        ),
        Field(
            name="files",
            kind=Kind.KEY_VALUE,
            title="Files",
            help="Names with their texts.",
            is_required=True,
            depends_on=("operation", ("zip",)),
        ),
    ),
    output_schema={"type": ["string", "object"]},
)
