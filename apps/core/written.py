"""Queries that the ORM writes once in a process: to write a long one takes it several times as long as to run it."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the ORM wrote, and which of its parameters is which argument; the others stay as they are."""

    text: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    row: Callable[[Iterable[Any]], Any]

    def rows(self, arguments: tuple[Any, ...]) -> list[Any]:
        params = list(self.params)
        for place, number in self.places:
            params[place] = arguments[number]
        with connection.cursor() as cursor:
            cursor.execute(self.text, params)
            return [self.row(each) for each in cursor.fetchall()]


def written_once(build: Callable[P, QuerySet[Any, Any]]) -> Callable[P, list[Any]]:
    """Let the ORM write the query that `build` returns at its first call; later calls fill in their arguments.

    Arguments are UUIDs, texts or None, without names. `build` hands them to the query as they are and decides nothing
    by them but what None means; it says by `values(…)` what the rows hold.

    Raises:
        ValueError: an argument is no part of the query, or a value is not what PostgreSQL returns.
    """
    written: dict[tuple[type, ...], _Statement] = {}

    @wraps(build)
    def rows(*arguments: P.args, **_: P.kwargs) -> list[Any]:
        kinds = tuple(type(each) for each in arguments)
        if kinds not in written:
            written[kinds] = _write(build, kinds)
        return written[kinds].rows(arguments)

    return rows


def _write(build: Callable[..., QuerySet[Any, Any]], kinds: tuple[type, ...]) -> _Statement:
    marks = {number: _mark(kind) for number, kind in enumerate(kinds) if kind is not type(None)}
    query = build(*(marks.get(number) for number in range(len(kinds))))
    compiler = query.query.get_compiler(query.db)
    text, params = compiler.as_sql()
    places = [
        (place, number)
        for place, param in enumerate(params)
        for number, mark in marks.items()
        if param == mark
    ]
    if {number for _, number in places} != set(marks):
        raise ValueError(f"{build.__name__} does not hand each argument to its query as it is")
    if compiler.get_converters([chosen[0] for chosen in compiler.select]):
        raise ValueError(f"{build.__name__} chooses a value that is not what PostgreSQL returns")
    row = namedtuple("Row", [name for *_, name in compiler.select])  # type: ignore[misc]  # noqa: PYI024 - the query says which
    return _Statement(text, tuple(params), tuple(places), row._make)


def _mark(kind: type) -> UUID | str:
    """Return a value of this kind that stands nowhere else."""
    return uuid4() if issubclass(kind, UUID) else uuid4().hex
