"""The door to executions: start one, wait for its answer, tell it what it waits for, ask it to stop."""

from apps.dispatch.facade import ring
from apps.executions.services.answering import Waiting, tell, waiting_at
from apps.executions.services.blobs import forget as forget_blob
from apps.executions.services.blobs import get as get_blob
from apps.executions.services.blobs import hand_on as hand_blobs_on
from apps.executions.services.blobs import keep as keep_blob
from apps.executions.services.blobs import open_for_reader as open_blob
from apps.executions.services.blobs import reading as reading_blob
from apps.executions.services.cancel import request_cancel
from apps.executions.services.inline import Answer, Ran, answer_of, run_ahead, storing
from apps.executions.services.quota import refuse_beyond as refuse_beyond_quota
from apps.executions.services.seats import Seat, seat
from apps.executions.services.start import (
    Start,
    begun,
    known_by_key,
    start,
    start_by_key,
    starting,
    starting_params,
)

__all__ = [
    "Answer",
    "Ran",
    "Seat",
    "Start",
    "Waiting",
    "answer_of",
    "begun",
    "forget_blob",
    "get_blob",
    "hand_blobs_on",
    "keep_blob",
    "known_by_key",
    "open_blob",
    "reading_blob",
    "refuse_beyond_quota",
    "request_cancel",
    "ring",
    "run_ahead",
    "seat",
    "start",
    "start_by_key",
    "starting",
    "starting_params",
    "storing",
    "tell",
    "waiting_at",
]
