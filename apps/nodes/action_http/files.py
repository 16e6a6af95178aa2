"""Files that a call sends or brings: streamed from the store to the wire and back, never whole in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, cast
from urllib.parse import unquote, urlsplit

from apps.engine.joined import stream_of
from apps.engine.node import Context
from apps.engine.ports import BlobWriter, HttpReply, Into, Sink, Stream
from apps.engine.value import DEFAULT_LIMITS, Json

# No file is called by more; what is longer is not looked through.
_LONGEST_HEADER = 2_000
_EXTENDED = re.compile(r"filename\*\s*=\s*utf-8'[^']*'([^;\s\"]+)", re.IGNORECASE)
_QUOTED = re.compile(r'filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_BARE = re.compile(r"filename\s*=\s*([^;\s\"]+)", re.IGNORECASE)


def sent_file(ctx: Context) -> tuple[Stream, str]:
    """Return the file that the field `body` refers to, to be sent, and its content type.

    Raises:
        PortError: `blob_not_found`.
    """
    # What holds a secret is no reference, and is found nowhere.
    blob = ctx.blobs.find(cast("Json", ctx.config.sealed("body")))
    return stream_of(blob, ctx.blobs), blob.media_type


class Download:
    """A reply's body on its way into the store; a reply that is refused is read as it always is."""

    def __init__(self, ctx: Context, is_wanted: Callable[[int], bool]) -> None:
        self._ctx = ctx
        self._is_wanted = is_wanted
        self._writer: BlobWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.__exit__(kind, error, trace)

    @property
    def sink(self) -> Sink:
        """What the request is told."""
        return Sink(self._choose, DEFAULT_LIMITS.blob_bytes)

    def output_of(self, reply: HttpReply) -> dict[str, Json]:
        """Keep the file; return status, headers and the reference to it."""
        reference = None if self._writer is None else self._writer.finish().reference
        return {
            "status_code": reply.status,
            "headers": dict(reply.headers),
            "body": cast("Json", reference),
        }

    def _choose(self, status: int, headers: Mapping[str, str]) -> Into | None:
        if not self._is_wanted(status):
            return None
        if self._writer is not None:
            # Asked once more, with a new token: what the first answer brought is of no use.
            self._writer.__exit__(None, None, None)
        url = self._ctx.config.sendable("url")
        name = filename_of(headers.get("content-disposition", "")) or name_in(url)
        self._writer = self._ctx.blobs.create(headers.get("content-type", ""), name)
        return self._writer.write


def filename_of(disposition: str) -> str:
    """Return the name that a Content-Disposition gives, by RFC 6266; empty: none."""
    text = disposition[:_LONGEST_HEADER]
    extended = _EXTENDED.search(text)
    if extended is not None:
        return unquote(extended[1])
    quoted = _QUOTED.search(text)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    bare = _BARE.search(text)
    return bare[1] if bare is not None else ""


def name_in(url: object) -> str:
    """Return the last part of an address's path; a secret address tells none."""
    return unquote(urlsplit(url).path.rpartition("/")[2]) if isinstance(url, str) else ""
