"""Keyset pages, newest first: a page costs the same at row ten and at row ten million, and nothing is counted."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import strict_json
from apps.core.errors import FieldProblem, GoraxError, UnreadableError

M = TypeVar("M", bound=Model)

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class KeysetPagination(BasePagination):
    """`?limit=` 1-100 and an opaque `?cursor=`. Rows are ordered by their UUIDv7 id, which is their birth.

    A cursor names a direction and an id, and only ever narrows what the caller may list anyway.
    """

    key = "id"
    display_page_controls = False

    def paginate_queryset(  # type: ignore[override]  # sequences have no keys to page by
        self, queryset: QuerySet[M], request: Request, view: APIView | None = None
    ) -> list[M]:
        """Return one page, newest first, by exactly one query.

        Raises:
            UnreadableError: a malformed limit or cursor.
        """
        self.request = request
        self.limit = _limit(request.query_params.get("limit"))
        is_backward, edge = self._read(request.query_params.get("cursor"))
        page = list(self._beyond(queryset, edge, is_backward=is_backward)[: self.limit + 1])
        has_more = len(page) > self.limit
        page = page[: self.limit]
        if is_backward:
            page.reverse()
        self._next = self._link(page[-1:], is_backward=False) if is_backward or has_more else None
        has_newer = has_more if is_backward else edge is not None
        self._previous = self._link(page[:1], is_backward=True) if has_newer else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """Return `{results, next, previous}`."""
        return Response({"results": data, "next": self._next, "previous": self._previous})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI form of a page."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the OpenAPI form of `limit` and `cursor`."""
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]

    def _beyond(self, rows: QuerySet[M], edge: Any, *, is_backward: bool) -> QuerySet[M]:
        """Return the rows on the far side of an edge, the nearest first."""
        if edge is not None:
            rows = rows.filter(**{f"{self.key}__{'gt' if is_backward else 'lt'}": edge})
        return rows.order_by(self.key if is_backward else f"-{self.key}")

    def _read(self, cursor: str | None) -> tuple[bool, Any]:
        return _decoded(cursor)

    def _written(self, row: Any, *, is_backward: bool) -> str:
        return _encoded(getattr(row, self.key), is_backward=is_backward)

    def _link(self, edge: list[Any], *, is_backward: bool) -> str | None:
        if not edge:
            return None
        cursor = self._written(edge[0], is_backward=is_backward)
        kept = [
            (name, value)
            for name, values in self.request.query_params.lists()
            if name != "cursor"
            for value in values
        ]
        query = urlencode([*kept, ("cursor", cursor)])
        return self.request.build_absolute_uri(f"{self.request.path}?{query}")


class SortedPagination(KeysetPagination):
    """Pages in the order of a column and, where that is the same, of birth: `column`, or `-column` from its end.

    Whoever moves past an edge while pages are read may be seen twice, or not at all, as in every list by what changes.
    """

    sort = ""

    def _beyond(self, rows: QuerySet[M], edge: Any, *, is_backward: bool) -> QuerySet[M]:
        if not self.sort:
            return super()._beyond(rows, edge, is_backward=is_backward)
        column = self.sort.removeprefix("-")
        is_rising = self.sort.startswith("-") is is_backward
        if edge is not None:
            word = "gt" if is_rising else "lt"
            value, key = edge
            same = Q(**{column: value, f"{self.key}__{word}": key})
            rows = rows.filter(Q(**{f"{column}__{word}": value}) | same)
        sign = "" if is_rising else "-"
        return rows.order_by(f"{sign}{column}", f"{sign}{self.key}")

    def _read(self, cursor: str | None) -> tuple[bool, Any]:
        if not self.sort or cursor is None:
            return super()._read(cursor)
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            told: Any = strict_json.loads(raw, max_depth=1)
            sort, is_backward, value, key = told
            # No other order's cursor, and what the column itself takes.
            if sort != self.sort or not isinstance(value, str):
                raise _strange()
            place = _moment(value) if self.sort.endswith("_at") else value
            return is_backward is True, (place, UUID(key))
        except (GoraxError, ValueError, TypeError, AttributeError) as reason:
            raise _strange() from reason

    def _written(self, row: Any, *, is_backward: bool) -> str:
        if not self.sort:
            return super()._written(row, is_backward=is_backward)
        value = getattr(row, self.sort.removeprefix("-"))
        text = value.isoformat() if isinstance(value, datetime) else value
        raw = json.dumps([self.sort, is_backward, text, str(getattr(row, self.key))])
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


class PlacedPagination(KeysetPagination):
    """Pages in the order of several columns of text that together are a row's place, from its first to its last."""

    columns: tuple[str, ...] = ()

    def _beyond(self, rows: QuerySet[M], edge: Any, *, is_backward: bool) -> QuerySet[M]:
        if edge is not None:
            word = "lt" if is_backward else "gt"
            beyond = Q()
            for index, column in enumerate(self.columns):
                same = dict(zip(self.columns[:index], edge, strict=False))
                beyond |= Q(**same, **{f"{column}__{word}": edge[index]})
            # The first column alone bounds what the index is read for.
            rows = rows.filter(beyond, **{f"{self.columns[0]}__{word}e": edge[0]})
        sign = "-" if is_backward else ""
        return rows.order_by(*(f"{sign}{column}" for column in self.columns))

    def _read(self, cursor: str | None) -> tuple[bool, Any]:
        if cursor is None:
            return False, None
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            told: Any = strict_json.loads(raw, max_depth=1)
            is_backward, *edge = told
        except (GoraxError, ValueError, TypeError) as reason:
            raise _strange() from reason
        if len(edge) != len(self.columns) or not all(isinstance(each, str) for each in edge):
            raise _strange()
        return is_backward is True, edge

    def _written(self, row: Any, *, is_backward: bool) -> str:
        raw = json.dumps([is_backward, *(getattr(row, column) for column in self.columns)])
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _moment(text: str) -> datetime:
    """Return an instant that every store takes.

    Raises:
        ValueError: it is none, does not say in which zone, or lies at the end of the calendar.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError(text)
    return moment


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if (
        not text.isascii()
        or not text.isdigit()
        or not 1 <= int(text[:4]) <= MAX_LIMIT
        or len(text) > 3
    ):
        raise UnreadableError(
            f"limit is a number from 1 to {MAX_LIMIT}.",
            errors=[
                FieldProblem("/limit", "out_of_range", f"Give a number from 1 to {MAX_LIMIT}.")
            ],
        )
    return int(text)


def _encoded(identifier: UUID, *, is_backward: bool) -> str:
    raw = (b"p" if is_backward else b"n") + identifier.bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(cursor: str | None) -> tuple[bool, UUID | None]:
    """Return whether the page lies before (newer than) its edge, and the edge."""
    if cursor is None:
        return False, None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 17 or raw[:1] not in {b"n", b"p"}:
        raise _strange()
    return raw[:1] == b"p", UUID(bytes=raw[1:])


def _strange() -> UnreadableError:
    problem = FieldProblem("/cursor", "malformed", "Use the next or previous link of a page.")
    return UnreadableError("This cursor was not made here.", errors=[problem])
