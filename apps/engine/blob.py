"""Binary data: what stands for it in JSON, and what its names may be.

A reference is plain data, which anybody may write. What it opens is decided where it is opened: only what the
execution owns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.engine.value import Json

MARK = "$blob"
# What is read, hashed, packed or sent at a time: memory stays at a few of these, however large a blob is.
PIECE_BYTES = 256 * 1024
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME = 255

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")
_UNFIT = re.compile("[\0-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that lie in the store, as they are described where they lie. `sha256` is written in hex."""

    id: str
    media_type: str
    filename: str
    size_bytes: int
    sha256: str

    @property
    def reference(self) -> dict[str, Json]:
        """What stands for it in outputs; all but the mark is for people and expressions, and is believed by nobody."""
        return {
            MARK: self.id,
            "media_type": self.media_type,
            "filename": self.filename,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
        }


def id_of(value: object) -> str | None:
    """Return the id that a reference names; None: the value is none."""
    if not isinstance(value, dict):
        return None
    found = value.get(MARK)
    return found if isinstance(found, str) else None


def ids_in(value: Json) -> set[str]:
    """Return the ids of all references inside a value."""
    found: set[str] = set()
    todo: list[Json] = [value]
    seen: set[int] = set()
    while todo:
        item = todo.pop()
        if not isinstance(item, dict | list) or id(item) in seen:
            continue
        # What stands in many places is looked at once.
        seen.add(id(item))
        blob_id = id_of(item)
        if blob_id is not None:
            found.add(blob_id)
        todo.extend(item.values() if isinstance(item, dict) else item)
    return found


def clean_media_type(text: str) -> str:
    """Return `type/subtype` in lower case without parameters; what is none counts as bytes of an unknown kind."""
    kind = text.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) else UNKNOWN_TYPE


def clean_name(text: str) -> str:
    """Return the last part of a file's name, without what a shell, a header or an eye would trip over; it may be empty."""
    last = text.replace("\\", "/").rpartition("/")[2]
    name = _UNFIT.sub("", last).strip()[:LONGEST_NAME]
    return "" if name in {".", ".."} else name
