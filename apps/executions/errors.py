"""What executions refuse, each with its stable code."""

from apps.core.errors import ConflictError, InvalidError, NotFoundError


class ExecutionNotFoundError(NotFoundError):
    """This tenant has no such execution."""

    code = "execution_not_found"


class ExecutionFinishedError(ConflictError):
    """The execution has already ended, so it can no longer change."""

    code = "execution_finished"


class StartKeyReusedError(ConflictError):
    """The same Idempotency-Key was sent with another body."""

    code = "idempotency_key_reused"


class StepNotUnknownError(ConflictError):
    """The step is not one whose worker vanished in the middle, so there is nothing to decide."""

    code = "step_not_unknown"


class WaitNotFoundError(NotFoundError):
    """No step waits under this address; the same answer for every address that nobody was given."""

    code = "wait_not_found"

    def __init__(self) -> None:
        super().__init__("Nobody waits here.")


class WaitOverError(ConflictError):
    """The step does not wait any more: somebody was faster, its time is up, or its execution ends."""

    code = "wait_over"


class NotHeardError(InvalidError):
    """What was said to a waiting step does not fit what it expects."""

    code = "not_heard"


class StillRunningError(ConflictError):
    """What is to go is needed by an execution that has not ended."""

    code = "still_running"
