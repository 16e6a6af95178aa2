"""What executions refuse, each with its stable code."""

from apps.core.errors import ConflictError, NotFoundError


class ExecutionNotFoundError(NotFoundError):
    """This tenant has no such execution."""

    code = "execution_not_found"


class BlobNotFoundError(NotFoundError):
    """This execution owns no such file, or its bytes are gone."""

    code = "blob_not_found"


class ExecutionFinishedError(ConflictError):
    """The execution has already ended, so it can no longer change."""

    code = "execution_finished"


class StartKeyReusedError(ConflictError):
    """The same Idempotency-Key was sent with another body."""

    code = "idempotency_key_reused"


class StepNotUnknownError(ConflictError):
    """The step is not one whose worker vanished in the middle, so there is nothing to decide."""

    code = "step_not_unknown"


class StillRunningError(ConflictError):
    """What is to go is needed by an execution that has not ended."""

    code = "still_running"
