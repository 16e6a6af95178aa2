"""Every function there is, by name."""

from __future__ import annotations

import difflib
from typing import Final

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.functions import (
    calendar,
    chance,
    coding,
    convert,
    dates,
    links,
    lists,
    numeric,
    objects,
    text,
)
from apps.engine.expressions.functions.catalogue import Catalogue, Example, Function

_FORMS = Catalogue("Choosing")
_FORMS.form(
    "if", "if(condition, value, otherwise)", "any",
    "Return the value if the condition is true, else the other; only the one that is taken is computed.",
    Example('if(2 > 1, "yes", "no")', "yes"),
)  # fmt: skip
_FORMS.form(
    "default", "default(value, fallback)", "any",
    "Return the fallback if the value is missing or null; the same as value ?? fallback.",
    Example('default(null, "none")', "none"),
)  # fmt: skip
_FORMS.form(
    "coalesce", "coalesce(first, second, …)", "any",
    "Return the first value that is neither missing nor null.",
    Example('coalesce(null, null, "x")', "x"),
)  # fmt: skip
_FORMS.form(
    "has", "has(path)", "true or false",
    "Say whether the path leads to something, also to null; it never fails on a missing parent.",
    Example('has({"a": {"b": null}}.a.b)', gives=True),
)  # fmt: skip

# What the editor completes and the reference lists, in this order.
FUNCTIONS: Final[tuple[Function, ...]] = (
    *_FORMS.functions,
    *text.CATALOGUE.functions,
    *numeric.CATALOGUE.functions,
    *dates.CATALOGUE.functions,
    *calendar.CATALOGUE.functions,
    *lists.CATALOGUE.functions,
    *objects.CATALOGUE.functions,
    *convert.CATALOGUE.functions,
    *coding.CATALOGUE.functions,
    *chance.CATALOGUE.functions,
    *links.CATALOGUE.functions,
)
_BY_NAME: Final = {
    name: function for function in FUNCTIONS for name in (function.name, *function.aliases)
}


def function_named(name: str) -> Function:
    """Return the function of that name or alias.

    Raises:
        ExpressionError: `unknown_function`; the text names the nearest one.
    """
    found = _BY_NAME.get(name)
    if found is not None:
        return found
    by_lower = {known.lower(): known for known in _BY_NAME}
    close = difflib.get_close_matches(name.lower()[:60], by_lower, n=1, cutoff=0.6)
    hint = f" Did you mean {_BY_NAME[by_lower[close[0]]].name}()?" if close else ""
    raise ExpressionError("unknown_function", f"There is no function {name[:60]}().{hint}")
