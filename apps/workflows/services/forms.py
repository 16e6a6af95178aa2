"""The form of a trigger, to which everybody is held who starts it by hand: by the Run button, again, or as a trial."""

from collections.abc import Mapping

from apps.core.errors import FieldProblem
from apps.engine.intake import unfit
from apps.engine.problem import pointer
from apps.engine.value import Json
from apps.workflows.errors import InputUnfitError


def refuse_unfit(config: Mapping[str, Json], data: Json, *, field: str = "input") -> None:
    """Let a trigger with this config start with `data`, which came in a request's `field`.

    Raises:
        InputUnfitError: it is not what the form says, or holding it against the form takes too long.
    """
    problems = [
        FieldProblem(pointer(field, *each.place), each.code, each.message)
        for each in unfit(config, data)
    ]
    if problems:
        raise InputUnfitError("The input is not what the trigger's form says.", errors=problems)
