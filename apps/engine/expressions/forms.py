"""Calls that the grammar knows: they bind a name, or leave some of their values uncomputed."""

from __future__ import annotations

from apps.engine.expressions.ast import Choice, Coalesce, Has, Index, Node, Path, Select
from apps.engine.expressions.errors import ExpressionError

# name → canonical name and the number of expressions after the variable.
COMPREHENSIONS = {
    "all": ("all", 1),
    "exists": ("exists", 1),
    "existsOne": ("existsOne", 1),
    "exists_one": ("existsOne", 1),
    "filter": ("filter", 1),
    "find": ("find", 1),
    "map": ("map", 2),
    "sortBy": ("sortBy", 1),
    "groupBy": ("groupBy", 1),
}
LAZY_FORMS = ("has", "if", "default", "coalesce")


def lazy_form(name: str, arguments: tuple[Node, ...], start: int) -> Node:
    """Return the tree of a call whose values are not all computed.

    Raises:
        ExpressionError: `wrong_arguments`.
    """
    match name, arguments:
        case "has", (Path() | Select() | Index() as operand,):
            return Has(operand, start)
        case "if", (condition, value, otherwise):
            return Choice(((condition, value),), otherwise, start)
        case ("default", (_, _)) | ("coalesce", (_, _, *_)):
            return Coalesce(arguments, start)
        case "coalesce", (only,):
            return only
    raise ExpressionError(
        "wrong_arguments", f"This is how it is written: {_FORMS[name]}.", position=start
    )


_FORMS = {
    "has": "has(trigger.name), with a path inside",
    "if": "if(condition, value, otherwise)",
    "default": "default(value, fallback)",
    "coalesce": "coalesce(first, second, …)",
}
