"""Whether entries hang on each other as they were written."""

from collections.abc import Iterable, Iterator

from apps.audit.errors import ChainBrokenError
from apps.audit.models import Entry
from apps.audit.rules import chain


def problem(entry: Entry, schema: str, place: int, before: bytes) -> str:
    """Return what is wrong with an entry that should be the one at `place`, behind the hash `before`; empty: nothing."""
    if entry.seq != place:
        return f"entry {place} is missing"
    if bytes(entry.prev_hash) != before:
        return f"entry {place} does not hang on the one before it"
    return changed(entry, schema)


def changed(entry: Entry, schema: str) -> str:
    """Return what is wrong with an entry by itself, wherever it stands; empty: nothing."""
    body = chain.body_text(vars(entry))
    made = chain.link(schema, entry.seq, entry.at, bytes(entry.prev_hash), body)
    return "" if made == bytes(entry.hash) else f"entry {entry.seq} is not as it was written"


def linked(entries: Iterable[Entry], schema: str, first: int, before: bytes) -> Iterator[Entry]:
    """Yield entries for as long as they are a sound chain that begins at place `first`.

    Raises:
        ChainBrokenError: they are not.
    """
    for place, entry in enumerate(entries, first):
        trouble = problem(entry, schema, place, before)
        if trouble:
            raise ChainBrokenError(schema, trouble)
        yield entry
        before = bytes(entry.hash)
