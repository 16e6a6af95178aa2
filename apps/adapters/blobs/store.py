"""Where the bytes of blobs lie: places that a tenant owns, and what every store can do with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from uuid import UUID

from apps.engine.errors import PortError


@dataclass(frozen=True, slots=True)
class Place:
    """Where one blob lies: `owner` is a tenant's schema. No part of it is a text that a user wrote."""

    owner: str
    id: UUID

    @property
    def path(self) -> str:
        """The owner's folder, one of 256 in it, the id: by its end, because ids of one hour begin alike."""
        return f"{self.owner}/{self.id.hex[-2:]}/{self.id}"


@dataclass(frozen=True, slots=True)
class Stored:
    """Something that lies in a store, and for how long it has."""

    id: UUID
    age_s: float


class Upload(Protocol):
    """Bytes on their way to a place; nobody sees them before `commit`."""

    def write(self, piece: bytes) -> None: ...

    def commit(self) -> None:
        """Put them where they belong, durably."""
        ...

    def discard(self) -> None:
        """Forget them; after `commit`, or twice, it does nothing."""
        ...


class Store(Protocol):
    """Keeps bytes by place. What fails, fails as StoreFailedError or BlobGoneError."""

    def upload(self, place: Place) -> Upload: ...

    def open(self, place: Place) -> BinaryIO:
        """Return a buffered reader that can seek."""
        ...

    def remove(self, place: Place) -> None:
        """Delete what lies there; nothing there is fine."""
        ...

    def stored(self, owner: str) -> Iterator[Stored]:
        """Yield everything that an owner has here, in no order; what is written meanwhile may be left out."""
        ...

    def drop(self, owner: str) -> None:
        """Delete everything that an owner has."""
        ...


class StoreFailedError(PortError):
    """The store does not do what it should; it may later."""

    def __init__(self) -> None:
        # Without the reason: it names paths and hosts of the installation.
        super().__init__(
            "blob_store_failed",
            "The store of files did not answer as it should.",
            is_retryable=True,
        )


class BlobGoneError(PortError):
    """Its row is there, its bytes are not."""

    def __init__(self) -> None:
        super().__init__("blob_not_found", "The bytes of this file are not in the store any more.")
