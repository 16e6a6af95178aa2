"""What a request says, taken as it is meant or refused by its place."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request

from apps.core.errors import FieldProblem, UnreadableError


def body(request: Request, shape: type[serializers.Serializer[Any]]) -> Any:
    """Return the validated body.

    Raises:
        ValidationError: it is not of this shape; names every place.
    """
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def identifier(request: Request, name: str) -> UUID | None:
    """Return the id that the query parameter `name` holds, None without it.

    Raises:
        UnreadableError: it is no id.
    """
    text = request.query_params.get(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        sentence = f"{name} is no id."
        problem = FieldProblem(f"/{name}", "malformed", sentence)
        raise UnreadableError(sentence, errors=[problem]) from None


def identifiers(request: Request, name: str, most: int) -> list[UUID]:
    """Return the ids that the query parameter `name` holds, which may stand several times.

    Raises:
        UnreadableError: one of them is no id, or there are too many.
    """
    try:
        found = [UUID(text) for text in request.query_params.getlist(name)]
    except ValueError:
        found, sentence = [], f"{name} is no id."
    else:
        sentence = f"{name} stands at most {most} times."
        if len(found) <= most:
            return found
    raise UnreadableError(sentence, errors=[FieldProblem(f"/{name}", "malformed", sentence)])


def flag(request: Request, name: str) -> bool | None:
    """Return what the query parameter `name` says, None without it.

    Raises:
        UnreadableError: it is neither `true` nor `false`.
    """
    given = request.query_params.get(name)
    if given is None:
        return None
    if given not in {"true", "false"}:
        sentence = f"{name} is true or false."
        raise UnreadableError(sentence, errors=[FieldProblem(f"/{name}", "malformed", sentence)])
    return given == "true"


def count(request: Request, name: str) -> int | None:
    """Return the whole number from 0 that the query parameter `name` holds, None without it.

    Raises:
        UnreadableError: it is none.
    """
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        sentence = f"{name} is a whole number from 0."
        raise UnreadableError(sentence, errors=[FieldProblem(f"/{name}", "malformed", sentence)])
    return int(given)


def word(request: Request, name: str, known: Collection[str]) -> str | None:
    """Return the word that the query parameter `name` holds, None without it.

    Raises:
        UnreadableError: it is none of those that are known.
    """
    given = request.query_params.get(name)
    if given is not None and given not in known:
        sentence = f"{name} is one of {', '.join(known)}."
        raise UnreadableError(sentence, errors=[FieldProblem(f"/{name}", "malformed", sentence)])
    return given
