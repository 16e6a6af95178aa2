"""Bodies that are never whole in memory: read while they are sent, handed on while they arrive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.adapters.errors import BadRequestError
from apps.engine.blob import PIECE_BYTES
from apps.engine.ports import Into, Sink, Stream


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the body of this reply goes, and how much of it."""

    into: Into
    most_bytes: int


def begun(sink: Sink | None, status: int, headers: Mapping[str, str]) -> Begun | None:
    """Return where the body of a reply goes; None: into memory."""
    into = None if sink is None else sink.choose(status, headers)
    return None if sink is None or into is None else Begun(into, sink.most_bytes)


def pieces_of(body: bytes | Stream) -> Iterator[bytes]:
    """Yield a body in pieces; one that is at hand is one.

    Raises:
        BadRequestError: it is not as long as it was announced.
    """
    return _pieces(body) if isinstance(body, Stream) else iter((body,))


def size_of(body: bytes | Stream | None) -> int:
    """Return how many bytes a body announces."""
    return body.size_bytes if isinstance(body, Stream) else len(body or b"")


def content_of(body: bytes | Stream | None) -> bytes | Iterator[bytes] | None:
    """Return a body as the connection takes it."""
    return _pieces(body) if isinstance(body, Stream) else body


def _pieces(stream: Stream) -> Iterator[bytes]:
    left = stream.size_bytes
    with stream.open() as file:
        while piece := file.read(PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                break
            yield piece
    if left != 0:
        raise BadRequestError("the body is not as long as it was announced")
