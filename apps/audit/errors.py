from apps.core.errors import ConflictError, NotFoundError


class EntryNotFoundError(NotFoundError):
    """This trail has no such entry, or it has aged out."""

    code = "entry_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such entry.")


class ArchiveNotFoundError(NotFoundError):
    """This trail has no such archive, or it has aged out."""

    code = "archive_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such archive.")


class ChainBrokenError(ConflictError):
    """An entry is missing, or is not as it was written."""

    code = "chain_broken"

    def __init__(self, chain: str, problem: str) -> None:
        super().__init__(f"{chain}: {problem}; run verify_audit")
