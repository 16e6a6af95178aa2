"""Bodies of deliveries: bytes, or something too large to be held, which is gone through in pieces."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Protocol, TypeAlias


class Streamed(Protocol):
    """A body too large for memory, never one that is read as text; it may be gone through several times."""

    size_bytes: int

    def pieces(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


Body: TypeAlias = "bytes | Streamed"


def size_of(body: Body) -> int:
    """Return how many bytes a body has."""
    return len(body) if isinstance(body, bytes) else body.size_bytes


def pieces_of(body: Body) -> Iterable[bytes]:
    """Return the bytes of a body, in pieces if it is large."""
    return (body,) if isinstance(body, bytes) else body.pieces()


def sha256_of(body: Body) -> bytes:
    """Return what tells a body from every other."""
    digest = sha256()
    for piece in pieces_of(body):
        digest.update(piece)
    return digest.digest()
