"""Ids are UUIDv7: they sort by birth, so partitions and keyset pages follow them."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["born_at", "floor", "month_floor", "uuid7"]

_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)


def month_floor(year: int, month: int) -> UUID:
    """Return the lowest UUIDv7 of a month (UTC): the inclusive lower bound of its partition.

    `month` may lie outside 1-12 and carries into the year, so month + 1 is always the next one.
    """
    carry, index = divmod(month - 1, 12)
    return floor(datetime(year + carry, index + 1, 1, tzinfo=UTC))


def floor(start: datetime) -> UUID:
    """Return the lowest UUIDv7 of an instant: nothing that is born from then on has a lower one."""
    return UUID(int=(int(start.timestamp()) * 1000 << 80) | _VERSION_AND_VARIANT)


def born_at(identifier: UUID) -> datetime:
    """Return the instant (UTC, milliseconds) that a UUIDv7 carries.

    Raises:
        ValueError: `identifier` is a UUID of another version, or was born after the year 9999.
    """
    if identifier.version != 7:
        raise ValueError(f"{identifier} is no UUIDv7")
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)
