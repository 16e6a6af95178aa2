"""Blobs as objects of a bucket, of S3 or of whatever speaks like it. boto3 is loaded when the first store is made."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import SEEK_CUR, SEEK_END, BufferedReader, RawIOBase
from typing import Any, BinaryIO, cast
from uuid import UUID

from apps.adapters.blobs.store import BlobGoneError, Place, Stored, StoreFailedError
from apps.engine.blob import PIECE_BYTES
from apps.engine.errors import PortError

logger = logging.getLogger(__name__)

# S3 takes no smaller part but the last, and this is what an upload holds in memory.
PART_BYTES = 8 * 1024 * 1024
ABANDONED_S = 86_400.0
_GONE = {"NoSuchKey", "404"}


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where objects lie: `endpoint` is empty for AWS itself; `prefix` stands before every key."""

    name: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""


class Objects:
    """A bucket that all machines share; threads may share one of these. Credentials are found as boto3 finds them."""

    def __init__(self, bucket: Bucket) -> None:
        import boto3
        from botocore.config import Config

        self._bucket = bucket
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=bucket.endpoint or None,
            region_name=bucket.region or None,
            config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3}),
        )

    def upload(self, place: Place) -> ObjectUpload:
        """Return where the bytes of a place are written; nothing is sent before the first part is full."""
        return ObjectUpload(self._client, self._bucket.name, self._key(place.path))

    def open(self, place: Place) -> BinaryIO:
        """Return a buffered reader, which asks from where it stands and reads on from there.

        Raises:
            BlobGoneError: nothing lies there.
            StoreFailedError: the bucket does not answer.
        """
        name, key = self._bucket.name, self._key(place.path)
        with _told():
            size = self._client.head_object(Bucket=name, Key=key)["ContentLength"]
        return cast("BinaryIO", BufferedReader(_Object(self._client, name, key, size), PIECE_BYTES))

    def remove(self, place: Place) -> None:
        """Delete what lies there; nothing there is fine."""
        with _told():
            self._client.delete_object(Bucket=self._bucket.name, Key=self._key(place.path))

    def stored(self, owner: str) -> Iterator[Stored]:
        """Yield everything that an owner has here; uploads that dead processes left are ended on the way."""
        with _told():
            self._end_abandoned(owner)
            for found in self._listed(owner):
                with suppress(ValueError):
                    yield Stored(
                        UUID(found["Key"].rpartition("/")[2]), _age_s(found["LastModified"])
                    )

    def drop(self, owner: str) -> None:
        """Delete everything that an owner has."""
        with _told():
            for found in self._listed(owner):
                self._client.delete_object(Bucket=self._bucket.name, Key=found["Key"])

    def _key(self, path: str) -> str:
        return f"{self._bucket.prefix}{path}"

    def _listed(self, owner: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2")
        # With the slash: `t_a` owns nothing of what begins with `t_ab`.
        for page in pages.paginate(Bucket=self._bucket.name, Prefix=self._key(f"{owner}/")):
            yield from page.get("Contents", [])

    def _end_abandoned(self, owner: str) -> None:
        pages = self._client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self._bucket.name, Prefix=self._key(f"{owner}/")):
            for found in page.get("Uploads", []):
                if _age_s(found["Initiated"]) > ABANDONED_S:
                    self._client.abort_multipart_upload(
                        Bucket=self._bucket.name, Key=found["Key"], UploadId=found["UploadId"]
                    )


class ObjectUpload:
    """One object that is being written: in parts as soon as it is longer than one."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._held = bytearray()
        self._upload_id = ""
        self._parts: list[dict[str, Any]] = []
        self._is_over = False

    def write(self, piece: bytes) -> None:
        """Add bytes; a full part is sent."""
        self._held += piece
        while len(self._held) >= PART_BYTES:
            part = bytes(self._held[:PART_BYTES])
            del self._held[:PART_BYTES]
            self._send(part)

    def commit(self) -> None:
        """Send the rest; the object is there, whole, when this returns."""
        with _told():
            if not self._upload_id:
                self._client.put_object(**self._where, Body=bytes(self._held))
            else:
                if self._held:
                    self._send(bytes(self._held))
                self._client.complete_multipart_upload(
                    **self._where,
                    UploadId=self._upload_id,
                    MultipartUpload={"Parts": self._parts},
                )
        self._held.clear()
        self._is_over = True

    def discard(self) -> None:
        """Forget what was sent, unless it is whole."""
        if self._is_over:
            return
        self._is_over = True
        self._held.clear()
        if self._upload_id:
            with _told():
                self._client.abort_multipart_upload(**self._where, UploadId=self._upload_id)

    def _send(self, part: bytes) -> None:
        with _told():
            if not self._upload_id:
                begun = self._client.create_multipart_upload(**self._where)
                self._upload_id = begun["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(
                **self._where, UploadId=self._upload_id, PartNumber=number, Body=part
            )
            self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})


class _Object(RawIOBase):
    """An object as a file: one request reads on until somebody seeks."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._size = size
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        start = {SEEK_CUR: self._at, SEEK_END: self._size}.get(whence, 0)
        if start + offset != self._at:
            self._let_go()
            self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        if self._at >= self._size:
            return 0
        with _told():
            if self._body is None:
                answer = self._client.get_object(**self._where, Range=f"bytes={self._at}-")
                self._body = answer["Body"]
            piece: bytes = self._body.read(len(buffer))
        if not piece:
            # The object is shorter than it said: whoever reads on would wait for ever.
            raise StoreFailedError
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


def _age_s(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()


@contextmanager
def _told() -> Iterator[None]:
    """Say what failed in the log, and to the node only that it did."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except PortError:
        raise
    except ClientError as reason:
        if reason.response.get("Error", {}).get("Code") in _GONE:
            raise BlobGoneError from reason
        logger.exception("blobs.store_failed")
        raise StoreFailedError from reason
    except (BotoCoreError, OSError) as reason:
        logger.exception("blobs.store_failed")
        raise StoreFailedError from reason
