"""What workflows refuse, each with its stable code."""

from collections.abc import Iterable

from apps.core.errors import (
    ConflictError,
    FieldProblem,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
)


class WorkflowNotFoundError(NotFoundError):
    """This tenant has no such workflow (or it lies in the bin)."""

    code = "workflow_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such workflow.")


class VersionNotFoundError(NotFoundError):
    """The workflow has no such version."""

    code = "version_not_found"

    def __init__(self) -> None:
        super().__init__("The workflow has no such version.")


class TriggerNotFoundError(NotFoundError):
    """The workflow has no such trigger, or none at all."""

    code = "trigger_not_found"

    def __init__(self) -> None:
        super().__init__("The workflow has no such trigger.")


class PinNotFoundError(NotFoundError):
    """The node is not pinned."""

    code = "pin_not_found"

    def __init__(self) -> None:
        super().__init__("This node is not pinned.")


class NodeTypeNotFoundError(NotFoundError):
    """There is no node type of that name."""

    code = "node_type_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such node type.")


class RevisionMissingError(PreconditionFailedError):
    """A save does not say on which revision of the draft it was decided."""

    code = "revision_missing"

    def __init__(self) -> None:
        super().__init__('Send If-Match with the draft_revision that you have read, as in "7".')


class RevisionOldError(PreconditionFailedError):
    """Somebody saved the draft since the caller read it."""

    code = "revision_old"

    def __init__(self, current: int) -> None:
        super().__init__(f"The draft has been changed since: its revision is now {current}.")
        self.current = current
        self.facts = {"revision": current}


class OperationRefusedError(InvalidError):
    """An operation of a batch cannot be applied; nothing of the batch was. Each has the code of what is wrong with it."""

    code = "operation_invalid"

    def __init__(self, code: str, message: str, *, index: int, path: str) -> None:
        super().__init__(message, code=code, errors=[FieldProblem(path, code, message)])
        self.facts = {"index": index, "path": path}


class BatchTakenError(ConflictError):
    """Another batch had this id."""

    code = "batch_taken"

    def __init__(self) -> None:
        super().__init__("Another batch of operations had this id. Give each batch one of its own.")


class DocumentInvalidError(InvalidError):
    """The document has errors, so it can be saved but not published or run."""

    code = "document_invalid"


class InputUnfitError(InvalidError):
    """The input is not what the trigger's form says; each place that is wrong is named."""

    code = "input_invalid"


class NotPublishedError(ConflictError):
    """The workflow has no published version yet."""

    code = "not_published"

    def __init__(self) -> None:
        super().__init__("The workflow has no published version yet. Publish it first.")


class NotActiveError(ConflictError):
    """The workflow is not active."""

    code = "workflow_inactive"

    def __init__(self) -> None:
        super().__init__("The workflow is not active. Activate it first.")


class PathTakenError(ConflictError):
    """Two webhooks of a tenant cannot have one path."""

    code = "path_taken"


class FolderNotFoundError(NotFoundError):
    """This tenant has no such folder."""

    code = "folder_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such folder.")


class FolderNameTakenError(ConflictError):
    """Two folders in one place cannot have one name."""

    code = "folder_name_taken"

    def __init__(self) -> None:
        super().__init__("There is a folder of this name here already. Choose another name.")


class FolderPlaceError(ConflictError):
    """A folder cannot lie there: in itself, too deep, or where there are too many."""

    code = "folder_place"


class TooManyTagsError(ConflictError):
    """A workflow has at most so many tags."""

    code = "too_many_tags"

    def __init__(self, most: int) -> None:
        super().__init__(f"A workflow has at most {most} tags. Take one off first.")


class NotInBinError(ConflictError):
    """Only what lies in the bin can be restored or purged."""

    code = "not_in_bin"

    def __init__(self) -> None:
        super().__init__("The workflow does not lie in the bin.")


class ShareTooNarrowError(ForbiddenError):
    """The workflow is shared with who asks, but not as much as this takes."""

    code = "share_too_narrow"

    def __init__(self) -> None:
        super().__init__("This workflow is not shared with you as far as that.")


class ShareTooWideError(ForbiddenError):
    """Nobody gives or takes more than they may do with the workflow themselves."""

    code = "share_too_wide"

    def __init__(self, missing: Iterable[str]) -> None:
        lacking = ", ".join(sorted(missing))
        super().__init__(f"You do not hold all that this share holds. You lack: {lacking}.")


class ShareNotFoundError(NotFoundError):
    """The workflow is not shared with this member or role."""

    code = "share_not_found"

    def __init__(self) -> None:
        super().__init__("The workflow is not shared with them.")


class SubjectUnknownError(NotFoundError):
    """This tenant has no such member or role."""

    code = "subject_unknown"

    def __init__(self) -> None:
        super().__init__("There is no such member or role here.")


class TooManySharesError(ConflictError):
    """A workflow is shared with at most so many; beyond that a role says it better."""

    code = "too_many_shares"

    def __init__(self, most: int) -> None:
        super().__init__(f"A workflow is shared with at most {most}. Make a role of your own.")


class RunForbiddenError(ForbiddenError):
    """A restricted workflow is not started as somebody who may not run it, or who belongs to the tenant no more."""

    code = "workflow_forbidden"

    def __init__(self, *, is_gone: bool) -> None:
        who = "nobody who belongs to this tenant" if is_gone else "somebody who may not run it"
        super().__init__(
            f"It is restricted, and this execution acts as {who}. Share it with them, or let somebody publish who may."
        )
