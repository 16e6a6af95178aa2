"""What executions refuse, each with its stable code."""

from collections.abc import Sequence

from apps.core.errors import ConflictError, FieldProblem, InvalidError, NotFoundError


class ExecutionNotFoundError(NotFoundError):
    """This tenant has no such execution."""

    code = "execution_not_found"


class StepNotFoundError(NotFoundError):
    """The execution has no such step."""

    code = "step_not_found"


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


class ErrorSearchError(InvalidError):
    """No error can be looked for by these words: there is none among them, or too many errors have them."""

    code = "search_unfit"


class WishNotFoundError(NotFoundError):
    """There is no such wish, or it is somebody else's."""

    code = "wish_not_found"


class WishOverError(ConflictError):
    """The wish has come to its end, so nothing of it can be stopped."""

    code = "wish_over"


class WishesFullError(ConflictError):
    """As many wishes as a tenant may have are under way."""

    code = "wishes_full"


class ExecutionLiveError(ConflictError):
    """The execution has not ended, so nothing can begin where it stopped."""

    code = "execution_live"


class NotPausedError(ConflictError):
    """The execution was not asked to pause, so there is nothing to go on from."""

    code = "execution_not_paused"


class NothingFailedError(ConflictError):
    """No node of the execution failed, so there is none to begin at."""

    code = "nothing_failed"


class NodeMissingError(ConflictError):
    """The version that is to run has no such node."""

    code = "node_missing"


class NodeNotReachedError(ConflictError):
    """What is kept goes another way than to the node at which the execution is to begin."""

    code = "node_not_reached"


class DataMissingError(InvalidError):
    """A node's output is needed, and neither a pin nor the earlier execution has it."""

    code = "data_missing"


class ChoicesUnknownError(NotFoundError):
    """There is no such field, or no service knows what it may be."""

    code = "choices_unknown"

    def __init__(self) -> None:
        super().__init__("This field has no choices that could be asked for.")


class ChoicesMissingError(InvalidError):
    """Something that a service must be asked with is not filled in, or known only when the workflow runs."""

    code = "choices_missing"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(problems[0].message, errors=problems)


class ChoicesRefusedError(InvalidError):
    """The credential cannot be used for it, or the service does not say."""

    code = "choices_refused"

    def __init__(self, message: str, place: str = "") -> None:
        problems = [FieldProblem(place, "choices_refused", message)] if place else []
        super().__init__(message, errors=problems)
