"""Who asks: the request id and tenant that every log line of this request or task carries."""

import os
import pwd
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from apps.core.ids import uuid7
from apps.core.principals import Principal

REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{8,128}")


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf something happens, and from where: what is written down about it, and no more.

    `kind` is `user`, `api_key`, `operator` (in the admin, by a command, or acting as the member `on_behalf_of`),
    `anonymous` (a request by nobody we know) or `system`.
    """

    kind: str = "system"
    user_id: UUID | None = None
    email: str = ""
    role: str = ""
    api_key_id: UUID | None = None
    session_id: UUID | None = None
    address: str = ""
    user_agent: str = ""
    on_behalf_of: str = ""


_SYSTEM = Asker()
_NOTHING: Mapping[str, str] = MappingProxyType({})
_fields: ContextVar[Mapping[str, str]] = ContextVar("gorax_request_context", default=_NOTHING)
_asker: ContextVar[Asker] = ContextVar("gorax_asker", default=_SYSTEM)
_principal: ContextVar[Principal | None] = ContextVar("gorax_principal", default=None)


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


def asker() -> Asker:
    """Return on whose behalf this thread works; the system's own, outside of requests."""
    return _asker.get()


@contextmanager
def asked_by(who: Asker) -> Iterator[None]:
    """Work on behalf of `who` until the block ends; `bind_principal` within it says more."""
    token, nobody = _asker.set(who), _principal.set(None)
    try:
        yield
    finally:
        _principal.reset(nobody)
        _asker.reset(token)


def principal() -> Principal | None:
    """Return who has proved to be the asker and what they may; None: nobody has, or the system works by itself."""
    return _principal.get()


@contextmanager
def by_command(name: str) -> Iterator[None]:
    """Work on behalf of whoever runs a command on this machine until the block ends."""
    user_id = os.getuid()
    try:
        login = pwd.getpwuid(user_id).pw_name
    except KeyError:  # a container's user often has no name
        login = str(user_id)
    with asked_by(Asker(kind="operator", user_agent=f"manage.py {name}, run by {login}")):
        yield


def bind_principal(proved: Principal, email: str = "") -> None:
    """Say who has proved to be the asker; called where a request is authenticated. Who acts as somebody is the asker."""
    if _asker.get() is not _SYSTEM:
        _principal.set(proved)
    acting = proved.acting
    if acting is not None:
        bind_asker(
            kind="operator",
            user_id=acting.operator_id,
            email=acting.email,
            session_id=proved.session_id,
            on_behalf_of=email,
        )
        return
    bind_asker(
        kind=proved.kind,
        user_id=proved.user_id,
        email=email,
        role=proved.role or "",
        api_key_id=proved.api_key_id,
        session_id=proved.session_id,
    )


def bind_asker(**known: object) -> None:
    """Say more about the asker of the enclosing `asked_by` block; without one the system stays the asker."""
    if _asker.get() is not _SYSTEM:
        _asker.set(replace(_asker.get(), **known))  # type: ignore[arg-type]  # its own fields
