"""An execution whose values the database does not take, or the store has lost: ended at once, and no worker is blamed."""

import logging
from collections.abc import Sequence

from django.db import DataError

from apps.adapters.blobs.store import BlobGoneError
from apps.core import db
from apps.dispatch import facade as dispatch
from apps.engine.state import Reason
from apps.engine.value import Json
from apps.executions.services import following, unreadable
from apps.executions.services.worker import Holding, Worker

logger = logging.getLogger(__name__)

REFUSED: dict[str, Json] = {
    "code": "data_refused",
    "message": "A node made a value that the database cannot store, such as a moment outside of its calendar.",
}
LOST: dict[str, Json] = {
    "code": "blob_not_found",
    "message": "What a node has made is large, and is not in the store of files any more.",
}


def stumble(worker: Worker, holdings: Sequence[Holding], failure: Exception) -> None:
    """Give tickets back whose turn raised; one that was alone when its data was refused, or gone, has ended by that.

    Of several nobody knows whose data it was: each is tried again alone. What was set aside or has ended meanwhile was
    no company.
    """
    held = worker.in_hand(holdings)
    try:
        if len(held) == 1 and isinstance(failure, DataError | BlobGoneError):
            _end(worker, held[0], REFUSED if isinstance(failure, DataError) else LOST)
            return
    except Exception:
        logger.exception("execution.not_ended")
    worker.stumble(held, failure)


def _end(worker: Worker, holding: Holding, error: dict[str, Json]) -> None:
    claimed = holding.claimed
    db.give_back()
    follow = following.start_of_unwritable(claimed.schema, claimed.execution_id, error)

    def work() -> unreadable.Seqs | None:
        if not dispatch.lock_mine([(claimed.id, claimed.token)]):
            return None
        dispatch.close(claimed.schema, claimed.execution_id)
        return unreadable.end(claimed, Reason.NODE_FAILED, error, follow)

    ended = db.in_transaction(work)
    worker.drop(holding)
    if ended is not None:
        unreadable.tell(claimed, Reason.NODE_FAILED, ended)
