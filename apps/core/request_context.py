"""Who asks: the request id and tenant that every log line of this request or task carries."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from apps.core.ids import uuid7

REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{8,128}")

_NOTHING: Mapping[str, str] = MappingProxyType({})
_fields: ContextVar[Mapping[str, str]] = ContextVar("gorax_request_context", default=_NOTHING)


def fields() -> Mapping[str, str]:
    """Return what is known: `request_id`, `tenant` and whatever else was bound."""
    return _fields.get()


def request_id() -> str:
    """Return the id of the request or task under way, empty if there is none."""
    return _fields.get().get("request_id", "")


def accepted_request_id(offered: str | None) -> str:
    """Return the id that the caller offered if it is well-formed, else a new one."""
    if offered and REQUEST_ID_PATTERN.fullmatch(offered):
        return offered
    return uuid7().hex


@contextmanager
def bound(**values: str) -> Iterator[None]:
    """Add `values` to the fields until the block ends."""
    token = _fields.set({**_fields.get(), **values})
    try:
        yield
    finally:
        _fields.reset(token)


def bind(**values: str) -> None:
    """Add `values` to the fields of the enclosing `bound` block."""
    _fields.set({**_fields.get(), **values})
