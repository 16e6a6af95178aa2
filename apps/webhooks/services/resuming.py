"""A call to a waiting step: read as a delivery is, judged by what the step expects, kept once."""

from apps.core import strict_json
from apps.core.errors import FieldProblem, UnreadableError
from apps.executions import facade as executions
from apps.webhooks.rules import payload, verification
from apps.webhooks.rules.payload import Delivery, PayloadError
from apps.webhooks.rules.reply import Reply, reply_of
from apps.webhooks.services import rate

# One call ends a wait; whoever calls more often has not understood, or tries what fits.
RATE_PER_S = 10.0


def find(token: str) -> executions.Waiting:
    """Return who waits at an address.

    Raises:
        WaitNotFoundError: nobody was given this address.
        RateLimitedError: its execution is called more than it may.
    """
    waiting = executions.waiting_at(token)
    rate.take(waiting.execution_id, RATE_PER_S)
    return waiting


def resume(waiting: executions.Waiting, delivery: Delivery) -> Reply:
    """Tell a waiting step what was called, and return what the caller is answered.

    Raises:
        UnreadableError: the body is not what it says it is.
        NotHeardError: it does not fit what the step expects; names each place.
        WaitOverError: somebody was faster, the time is up, or the execution ends.
    """
    try:
        call = payload.trigger_of(
            delivery,
            key_header=verification.DEFAULT_KEY_HEADER,
            read_json=strict_json.loads,
        )
    except PayloadError as reason:
        places = [FieldProblem(reason.path, reason.code, reason.message)] if reason.path else []
        raise UnreadableError(reason.message, code=reason.code, errors=places) from reason
    del call["path"]
    return reply_of(dict(executions.tell(waiting, call)), None)
