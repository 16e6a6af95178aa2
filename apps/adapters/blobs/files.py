"""Blobs as files below one folder: written beside their place, synced, then renamed into it."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from apps.adapters.blobs.store import BlobGoneError, Place, Stored, StoreFailedError
from apps.engine.blob import PIECE_BYTES

logger = logging.getLogger(__name__)

# Nobody writes one file for that long; what is older was left by a process that died.
ABANDONED_S = 86_400.0
_COMING = "coming"


class Files:
    """A folder that web processes and workers share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def upload(self, place: Place) -> FileUpload:
        """Return where the bytes of a place are written."""
        with _told():
            coming = self._root / place.owner / _COMING
            coming.mkdir(mode=0o700, parents=True, exist_ok=True)
            return FileUpload(coming / uuid4().hex, self._root / place.path)

    def open(self, place: Place) -> BinaryIO:
        """Return a buffered reader of what lies there.

        Raises:
            BlobGoneError: nothing does.
            StoreFailedError: it cannot be read.
        """
        with _told():
            return (self._root / place.path).open("rb", buffering=PIECE_BYTES)

    def remove(self, place: Place) -> None:
        """Delete what lies there; nothing there is fine."""
        with _told():
            (self._root / place.path).unlink(missing_ok=True)

    def stored(self, owner: str) -> Iterator[Stored]:
        """Yield everything that an owner has here; what dead processes left half written is deleted on the way."""
        with _told():
            for folder in sorted((self._root / owner).glob("*")):
                if folder.name == _COMING:
                    _clear(folder)
                    continue
                for file, age_s in _ages(folder):
                    with suppress(ValueError):
                        yield Stored(UUID(file.name), age_s)

    def drop(self, owner: str) -> None:
        """Delete everything that an owner has."""
        with _told(), suppress(FileNotFoundError):
            shutil.rmtree(self._root / owner)


class FileUpload:
    """One file that is being written; nobody finds it before `commit`."""

    def __init__(self, coming: Path, place: Path) -> None:
        self._coming = coming
        self._place = place
        self._file = coming.open("xb")
        self._is_over = False

    def write(self, piece: bytes) -> None:
        """Add bytes."""
        with _told():
            self._file.write(piece)

    def commit(self) -> None:
        """Put the file where it belongs; it is on disk, and so is its name, when this returns."""
        with _told():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            is_new = not self._place.parent.exists()
            self._place.parent.mkdir(mode=0o700, exist_ok=True)
            self._coming.rename(self._place)
            _sync(self._place.parent)
            if is_new:
                _sync(self._place.parent.parent)
            self._is_over = True

    def discard(self) -> None:
        """Forget what was written, unless it is where it belongs."""
        if self._is_over:
            return
        self._is_over = True
        with _told():
            self._file.close()
            self._coming.unlink(missing_ok=True)


@contextmanager
def _told() -> Iterator[None]:
    """Say what failed in the log, and to the node only that it did."""
    try:
        yield
    except FileNotFoundError as reason:
        raise BlobGoneError from reason
    except OSError as reason:
        logger.exception("blobs.store_failed")
        raise StoreFailedError from reason


def _clear(folder: Path) -> None:
    for file, age_s in _ages(folder):
        if age_s > ABANDONED_S:
            file.unlink(missing_ok=True)


def _ages(folder: Path) -> Iterator[tuple[Path, float]]:
    now_s = time.time()
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            yield file, now_s - file.stat().st_mtime


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
