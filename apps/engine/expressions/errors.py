"""The one failure of expressions, templates and JSONPaths."""

from __future__ import annotations

from apps.engine.errors import EngineError


class ExpressionError(EngineError):
    """An expression cannot be compiled or evaluated; `code` is stable, the text is for people.

    `position` is the offset, in characters from the start of the text that was compiled, of the
    place that is to blame; None when no place is. `path` is the path that is missing, as it was
    written, when the code is `missing_path`. Time heals none of these: a retry fails alike.
    """

    code = "expression_error"

    def __init__(
        self, code: str, message: str, *, position: int | None = None, path: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.position = position
        self.path = path
