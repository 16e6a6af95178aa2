"""JSON pointers (RFC 6901) into a part of a document: what an operation sets and unsets there."""

import re

from apps.engine.value import Json

MOST_TOKENS = 64
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_LONE_TILDE = re.compile(r"~(?![01])")
# To JavaScript this is no name but the way to what all objects share.
_FORBIDDEN = "__proto__"


class PointerError(Exception):
    """A pointer that is none, or that leads through what holds nothing."""


def tokens_of(pointer: str) -> tuple[str, ...]:
    """Return the names along a pointer, at least one.

    Raises:
        PointerError: it is none, points at the whole, or is longer than a document may be deep.
    """
    tokens = tuple(
        each.replace("~1", "/").replace("~0", "~")
        for each in pointer.split("/", MOST_TOKENS + 1)[1:]
    )
    is_one = pointer.startswith("/") and not _LONE_TILDE.search(pointer)
    if not is_one or len(tokens) > MOST_TOKENS or _FORBIDDEN in tokens:
        raise PointerError("This is no JSON pointer to something inside.")
    return tokens


def put(whole: dict[str, Json], tokens: tuple[str, ...], value: Json) -> None:
    """Set what lies at the end of `tokens`; objects that are missing on the way are made.

    Raises:
        PointerError: it leads into a scalar, or to a place that a list does not have.
    """
    here: Json = whole
    for token in tokens[:-1]:
        here = here.setdefault(token, {}) if isinstance(here, dict) else _element(here, token)
    if isinstance(here, dict):
        here[tokens[-1]] = value
    else:
        _element(here, tokens[-1])
        assert isinstance(here, list)  # noqa: S101 - _element has refused everything else
        here[int(tokens[-1])] = value


def drop(whole: dict[str, Json], tokens: tuple[str, ...]) -> None:
    """Remove what lies at the end of `tokens`; what is not there is gone already.

    Raises:
        PointerError: it is an element of a list, whose neighbours would move.
    """
    here: Json = whole
    for token in tokens[:-1]:
        if isinstance(here, dict) and token in here:
            here = here[token]
        elif isinstance(here, list) and _has(here, token):
            here = here[int(token)]
        else:
            return
    if isinstance(here, list):
        raise PointerError("A list is set whole: nothing is taken out of it.")
    if isinstance(here, dict):
        here.pop(tokens[-1], None)


def copied(value: Json) -> Json:
    """Return a copy that shares no list and no object with `value`."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value


def _element(here: Json, token: str) -> Json:
    if not isinstance(here, list):
        raise PointerError("What lies there holds nothing.")
    if not _has(here, token):
        raise PointerError("The list has no such place. Set it whole.")
    return here[int(token)]


def _has(here: list[Json], token: str) -> bool:
    return _INDEX.fullmatch(token) is not None and int(token) < len(here)
