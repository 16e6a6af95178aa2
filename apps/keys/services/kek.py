"""Keys that lie on this machine: from GORAX_KEK, or a file; the first one is made at the first start."""

import os
import secrets
import stat
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.engine.secret import Secret
from apps.keys.errors import SealError
from apps.keys.services.sealing import Kek

# A key of 32 bytes takes 44 characters of base64.
_MAX_FILE_BYTES = 1024


def ensure_kek() -> str:
    """Return the id of the local key, making the key file if neither it nor GORAX_KEK exists.

    Called once at start-up, before anything is sealed. Of several processes that start together
    one makes the key, and all use that one.

    Raises:
        SealError: `kek_malformed`, `kek_exposed`: the key that exists cannot be used.
    """
    if not settings.GORAX_KEK.reveal():
        path = Path(settings.GORAX_KEK_PATH)
        if not path.exists():
            _make(path)
    return local().id


def local() -> Kek:
    """Return the key of GORAX_KEK or GORAX_KEK_PATH.

    Raises:
        SealError: `kek_missing`, `kek_exposed`, `kek_malformed`: there is none that can be used.
    """
    return _read(settings.GORAX_KEK, str(settings.GORAX_KEK_PATH))


def of_file(file_name: str) -> Kek:
    """Return the key of another file; else as `local`."""
    return _read(Secret(""), file_name)


# A process has its keys for its whole life. Failures are not kept, so a key that is put back is found without a
# restart; one that is exchanged needs one.
@lru_cache(maxsize=16)
def _read(given: Secret, file_name: str) -> Kek:
    if given.reveal():
        try:
            return Kek.from_text(given.reveal())
        except SealError as reason:
            raise SealError(reason.code, f"GORAX_KEK: {reason.message}") from None
    try:
        with open(file_name, "rb") as file:  # noqa: PTH123 - its descriptor is what is checked
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MAX_FILE_BYTES)
    except FileNotFoundError:
        raise SealError(
            "kek_missing",
            f"the key file {file_name} is missing: restore it from your backup, or set GORAX_KEK",
        ) from None
    except OSError as reason:
        raise SealError(
            "kek_missing", f"the key file {file_name} cannot be read: {reason.strerror}"
        ) from None
    if stat.S_IMODE(mode) & 0o077:
        raise SealError(
            "kek_exposed",
            f"the key file {file_name} can be read by others: make it private (chmod 600)",
        )
    try:
        return Kek.from_text(content.decode("ascii", "replace"))
    except SealError as reason:
        raise SealError(reason.code, f"the key file {file_name}: {reason.message}") from None


def _make(path: Path) -> None:
    """Write a fresh key to `path` unless another process is faster; never a half-written one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{Kek.new().to_text()}\n")
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, a link never replaces a key that has appeared meanwhile.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    # What is sealed in the next second is lost if a power cut takes the file's name with it.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
