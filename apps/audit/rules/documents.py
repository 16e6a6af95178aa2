"""What an entry says of before and after: plain JSON, without secrets, and never large."""

import json
from collections.abc import Mapping
from typing import Any

from apps.engine.secret import REDACTED, Secret

MOST_TEXT = 1_000
MOST_ITEMS = 50
MOST_DEPTH = 6
MOST_BYTES = 16_384
# Callers give no secrets; this is for the day on which one does.
SECRET_NAMES = frozenset(
    {"password", "secret", "token", "key", "api_key", "access_token", "refresh_token", "dek"}
)


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: ASCII, keys sorted, without spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def bounded(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what of a document is written down; what is left out says how much it was."""
    if document is None:
        return None
    kept: dict[str, Any] = _plain(document, MOST_DEPTH)
    size = len(canonical(kept))
    if size <= MOST_BYTES:
        return kept
    short = {}
    for name, value in kept.items():
        text = canonical(value)
        short[name] = value if len(text) <= MOST_TEXT else {"omitted_bytes": len(text)}
    return short if len(canonical(short)) <= MOST_BYTES else {"omitted_bytes": size}


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return of both what differs: the names that only one has are in that one alone."""
    old, new = _plain(before, MOST_DEPTH), _plain(after, MOST_DEPTH)
    names = [name for name in {**old, **new} if old.get(name, ...) != new.get(name, ...)]
    return (
        {name: old[name] for name in names if name in old},
        {name: new[name] for name in names if name in new},
    )


def _plain(value: Any, depth: int) -> Any:
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if value == value and abs(value) != float("inf") else str(value)
        case str():
            return _short(str(value))
        case Secret():
            return REDACTED
        case Mapping() | list() | tuple() | set() | frozenset():
            return _nested(value, depth) if depth else "…"
        case _:
            return _short(str(value))


def _nested(value: Any, depth: int) -> Any:
    if not isinstance(value, Mapping):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
        kept = [_plain(item, depth - 1) for item in items[:MOST_ITEMS]]
        return kept if len(items) <= MOST_ITEMS else [*kept, f"… {len(items) - MOST_ITEMS} more"]
    names = [str(name) for name in value]
    plain = {
        _short(str(name)): REDACTED if _is_secret(str(name), item) else _plain(item, depth - 1)
        for name, item in list(value.items())[:MOST_ITEMS]
    }
    if len(names) > MOST_ITEMS:
        plain["…"] = f"{len(names) - MOST_ITEMS} more"
    return plain


def _is_secret(name: str, value: Any) -> bool:
    return name.lower() in SECRET_NAMES and value is not None and value != ""


def _short(text: str) -> str:
    kept = storable(text, MOST_TEXT)
    return kept if len(text) <= MOST_TEXT else f"{kept}… {len(text) - MOST_TEXT} more"


def storable(text: str, most: int) -> str:
    """Return a text as PostgreSQL stores it: no NUL, no half character, no longer than `most`."""
    return text[:most].replace("\0", "�").encode(errors="replace").decode()
