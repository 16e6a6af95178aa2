"""What there is to seal anew: whoever stores sealed values says where they lie and what each is bound to."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from apps.core import db
from apps.keys.queries import Begun
from apps.keys.services import ring
from apps.keys.services.sealing import Sealed

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Stale:
    """A row that is not sealed as it shall be, and what of it is needed to do so."""

    id: UUID
    facts: Mapping[str, Any]


class Work(Protocol):
    """Finds the stale rows of one table, seals them anew, and writes them if nobody else has meanwhile."""

    @property
    def table(self) -> str:
        """The table, in whichever schemas it lies."""

    def stale(self, schema: str, to: Begun, *, after: UUID, most: int) -> list[Stale]:
        """Return the next stale rows by id."""

    def reworked(self, schema: str, row: Stale) -> Mapping[str, Any]:
        """Return what to write.

        Raises:
            SealError: it does not open.
            KeyAwayError: a key service does not answer.
        """

    def write(self, schema: str, row: Stale, made: Mapping[str, Any]) -> bool:
        """Write it; False: the row is gone or was written by somebody else, who may have sealed it as it shall be."""


@dataclass(frozen=True)
class Holder:
    """A column that holds values sealed under the installation's key.

    `place` is what each is bound to, with the names of columns and `{schema}` in braces, as `{schema}|webhook|{id}`.
    """

    table: str
    column: str
    place: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns that `place` names."""
        named = {name for _, name, _, _ in string.Formatter().parse(self.place) if name}
        return tuple(sorted(named - {"schema"}))

    @cached_property
    def stale_sql(self) -> str:
        """The statement that finds what is sealed under another key."""
        columns = "".join(f', "{name}"' for name in self.names)
        return (
            f'SELECT id, "{self.column}"::text, "{self.column}"{columns} FROM {{s}}."{self.table}" '  # noqa: S608 - names of our own columns
            f'WHERE id > %(after)s AND "{self.column}" IS NOT NULL AND "{self.column}" ->> \'key_id\' IS DISTINCT FROM %(to)s '
            "ORDER BY id LIMIT %(most)s"
        )

    def stale(self, schema: str, to: Begun, *, after: UUID, most: int) -> list[Stale]:
        """Return the next rows that are sealed under another key."""
        params = {"after": after, "to": to.to_key, "most": most}
        found = db.fetch(db.in_schema(self.stale_sql, schema), params)
        names = ("before", "sealed", *self.names)
        return [Stale(row[0], dict(zip(names, row[1:], strict=True))) for row in found]

    def reworked(self, schema: str, row: Stale) -> Mapping[str, Any]:
        """Open a value by whichever key it was sealed under, and seal it under the one that seals now."""
        aad = self.place.format(schema=schema, **{name: row.facts[name] for name in self.names})
        plain = ring.open_sealed(Sealed.from_json(row.facts["sealed"]), aad=aad)
        return {"after": db.json_text(ring.seal(plain, aad=aad).to_json())}

    def write(self, schema: str, row: Stale, made: Mapping[str, Any]) -> bool:
        """Replace exactly what was read."""
        statement = (
            f'UPDATE {{s}}."{self.table}" SET "{self.column}" = %(after)s::json '  # noqa: S608 - names of our own columns
            f'WHERE id = %(id)s AND "{self.column}"::text = %(before)s'
        )
        params = {"id": row.id, "before": row.facts["before"], "after": made["after"]}
        return db.execute(db.in_schema(statement, schema), params) == 1

    def used(self, schema: str) -> dict[str, int]:
        """Return how many values of a schema lie under which key."""
        statement = (
            f'SELECT "{self.column}" ->> \'key_id\', count(*)::int FROM {{s}}."{self.table}" '  # noqa: S608 - names of our own columns
            f'WHERE "{self.column}" IS NOT NULL GROUP BY 1'
        )
        return {str(name): count for name, count in db.fetch(db.in_schema(statement, schema))}


_holders: dict[str, Holder] = {}
_works: dict[str, dict[str, Work]] = {"kek": {}, "dek": {}}


def hold(holder: Holder) -> None:
    """Say that a column holds values sealed under the installation's key, so that they go along when it changes."""
    _holders[f"{holder.table}.{holder.column}"] = holder
    _works["kek"][f"{holder.table}.{holder.column}"] = holder


def rework(work: Work) -> None:
    """Say that a table has data keys of its own."""
    _works["dek"][work.table] = work


def holders() -> tuple[Holder, ...]:
    """Return every column that holds such values."""
    return tuple(_holders.values())


def works(kind: str) -> tuple[Work, ...]:
    """Return what is to be done for a rotation of that kind."""
    return tuple(_works[kind].values())
