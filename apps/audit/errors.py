from apps.core.errors import NotFoundError


class EntryNotFoundError(NotFoundError):
    """This trail has no such entry, or it has aged out."""

    code = "entry_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such entry.")
