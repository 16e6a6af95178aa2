"""A delivery that is a large file: into the store once it is known to be genuine, before the one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from apps.core.ids import uuid7
from apps.engine.blob import Blob
from apps.engine.value import Json
from apps.executions import facade as executions
from apps.webhooks.rules.payload import Delivery


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A body in the store, and the execution that will own it."""

    execution_id: UUID
    blob: Blob

    @property
    def reference(self) -> Json:
        """What the trigger's data say instead of the body."""
        return cast("Json", self.blob.reference)


def kept(delivery: Delivery) -> LargeFile | None:
    """Store the body of a delivery if it is large; None: it is not.

    Raises:
        UnreadableError: the connection broke before its end.
        UnavailableError: the store does not take it, or too many bodies are on their way.
    """
    if isinstance(delivery.body, bytes):
        return None
    execution_id = uuid7()
    media_type = delivery.headers.get("content-type", "")
    blob = executions.keep_blob(execution_id, delivery.body.pieces(), media_type)
    return LargeFile(execution_id, blob)


def forget_unless_of(execution_id: UUID | None, file: LargeFile | None) -> None:
    """Delete a file that this execution does not own: its delivery was known already, or nobody wants it."""
    if file is not None and file.execution_id != execution_id:
        executions.forget_blob(file.execution_id, file.blob)
