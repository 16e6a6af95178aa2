"""A credential as a running node has it: its type, its values, where they may go; and what stands for one that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from apps.engine.errors import NodeError
from apps.engine.expressions.segments import written
from apps.engine.fields import Field
from apps.engine.ports import Http, HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.engine.swift import swift

# The first of these that a credential has is what it stands for as a whole.
MAIN_FIELDS = ("api_key", "token", "secret", "key", "value", "password")
MISSING, TYPE, FORBIDDEN = "credential_missing", "credential_type", "credential_forbidden"
# Of an account that somebody connects: it has to be connected anew, or its provider does not answer now.
RECONNECT, UNAVAILABLE = "credential_reconnect", "credential_unavailable"
# Of a secret that lies in a store of the tenant: the store is none, has it not, does not give it, or does not answer now.
STORE, NOT_FOUND = "secret_store", "secret_not_found"
REFUSED, AWAY = "secret_refused", "secret_unavailable"
# What a step fails with whose credential cannot be used.
UNUSABLE = frozenset(
    {MISSING, TYPE, FORBIDDEN, RECONNECT, UNAVAILABLE, STORE, NOT_FOUND, REFUSED, AWAY}
)
NOT_THERE = "There is no credential of that name: create it, or choose another one."


@dataclass(frozen=True, slots=True)
class Credential:
    """What the vault gives to one step. `values` that are secret are a Secret, the others plain text.

    `allowed_hosts` are the only hosts to which the step may talk; empty: no host is refused. `mark` is another one for
    each version of each credential of each tenant: what was made of one may be kept under it. `main_name` is the value
    that stands for it; empty: the first of MAIN_FIELDS. `found` are secrets that a store gave, by what was asked for.
    `renew` gives another main value when the other side has refused the one that is here; None: nobody can.
    """

    name: str
    type: str
    values: Mapping[str, str | Secret]
    allowed_hosts: tuple[str, ...] = ()
    mark: str = ""
    main_name: str = ""
    found: Mapping[str, Secret] = field(default_factory=dict)
    renew: Renew | None = field(default=None, compare=False, repr=False)

    @property
    def main(self) -> str | Secret | None:
        """What `{{ credentials.name }}` gives; None: it has no main value and is given as an object."""
        if self.main_name in self.values:
            return self.values[self.main_name]
        return next((self.values[name] for name in MAIN_FIELDS if name in self.values), None)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every value that must not be shown."""
        own = (value for value in self.values.values() if isinstance(value, Secret))
        return (*own, *self.found.values())

    def text(self, name: str, default: str = "") -> str:
        """Return a plain value, `default` if it was left empty."""
        value = self.values.get(name, default)
        if isinstance(value, Secret):
            raise TypeError(f"“{name}” of a {self.type} is secret")
        return value or default

    def secret(self, name: str) -> Secret:
        """Return a secret value.

        Raises:
            NodeError: `credential_incomplete`, it was left empty.
        """
        value = self.values.get(name)
        if isinstance(value, Secret):
            return value
        raise NodeError(
            "credential_incomplete",
            f"The credential “{self.name}” has no secret “{name}”: fill it in.",
        )


# `{{ secrets.store:path#field }}` is read as what the store holds under this name; no value of a type begins so.
LOOKUP = ":"
# Where a secret lies in a store: names with slashes between, or the ARN of one.
_LOOKUP_PATH = re.compile(r"[A-Za-z0-9_+=.@:/-]{1,512}")


def asked_of(name: str) -> tuple[str, str]:
    """Return the path and the field that a lookup asks for; without a path it is none."""
    path, _, part = name.removeprefix(LOOKUP).partition("#")
    is_fine = name.startswith(LOOKUP) and _LOOKUP_PATH.fullmatch(path) is not None
    if not is_fine or any(each in {"", ".", ".."} for each in path.split("/")):
        return "", ""
    return path, part


def is_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Say whether a host, in ASCII and lower case, is one of those: by its name, or below a `*.`."""
    name = host.removesuffix(".").strip("[]")
    return any(
        name.endswith(each[1:]) if each.startswith("*.") else name == each.strip("[]")
        for each in allowed
    )


@dataclass(frozen=True, slots=True)
class BoundHttp:
    """A client that calls only where every credential of its step may go."""

    http: Http
    allowed_hosts: tuple[tuple[str, ...], ...]

    def send(self, request: HttpRequest) -> HttpReply:
        """Make the call, or be refused as `credential_host`."""
        allowed = (*request.allowed_hosts, *self.allowed_hosts)
        return self.http.send(replace(request, allowed_hosts=allowed))


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why the credential of a name cannot be used, and what to do about it; `is_retryable`: time may mend it."""

    message: str
    code: str = MISSING
    is_retryable: bool = False


Vault: TypeAlias = Mapping[str, Credential | Unusable]
# What it gives: another value, why there will be none, or None, if there is nothing better than what was refused.
Renew: TypeAlias = Callable[[], Secret | Unusable | None]


class Opened(Mapping[str, str | Secret]):
    """A credential as templates read it: its values by name, or as a whole what it stands for."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    def __getitem__(self, name: str) -> str | Secret:
        found = self._credential.found.get(name)
        return self._credential.values[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._credential.values)

    def __len__(self) -> int:
        return len(self._credential.values)

    def whole(self) -> str | Secret | Mapping[str, str | Secret]:
        """Return the main value, or every value if there is no main one."""
        main = self._credential.main
        return self if main is None else main


class Readable(Mapping[str, Opened]):
    """The root `credentials`: what can be used, by name."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __getitem__(self, name: str) -> Opened:
        found = self._vault[name]
        if isinstance(found, Credential):
            return Opened(found)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, found in self._vault.items() if isinstance(found, Credential))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@swift(frozen=True, slots=True)
class Holder:
    """The node that asks for credentials: how it is called, its fields, and what it reads in which of them."""

    shown: str
    fields: tuple[Field, ...]
    reads: Mapping[str, Iterable[tuple[str | int, ...]]]


def chosen(holder: Holder, names: Mapping[str, str], vault: Vault) -> dict[str, Credential]:
    """Return the credentials that a node's fields name, by field.

    Raises:
        NodeError: `credential_missing`, one cannot be used; `credential_type`, it is of a type that the field
            does not take.
    """
    return {
        spec.name: _fitting(holder, spec, names[spec.name], vault)
        for spec in holder.fields
        if spec.name in names
    }


def _fitting(holder: Holder, spec: Field, name: str, vault: Vault) -> Credential:
    found = vault.get(name)
    if not isinstance(found, Credential):
        raise _missing(holder, spec.name, name, found)
    if spec.options and found.type not in spec.options:
        raise NodeError(
            TYPE,
            f"{_place(holder, spec.name)} takes a credential of type {' or '.join(spec.options)}, but “{name}” is of "
            f"type {found.type}: choose another one.",
            details={"field": spec.name, "credential": name},
        )
    return found


def secrets_of(vault: Vault, names: Iterable[str]) -> Iterator[Secret]:
    """Yield every secret value of the credentials of these names."""
    for found in (vault.get(name) for name in names):
        if isinstance(found, Credential):
            yield from found.secrets


def hosts_of(vault: Vault, names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the hosts of each of these credentials that says where it may go."""
    named = (vault.get(name) for name in sorted(names))
    return tuple(
        found.allowed_hosts
        for found in named
        if isinstance(found, Credential) and found.allowed_hosts
    )


def renewable(vault: Vault, names: Iterable[str]) -> tuple[Credential, ...]:
    """Return those of these credentials whose main value can be renewed when it is refused."""
    named = (vault.get(name) for name in sorted(names))
    return tuple(each for each in named if isinstance(each, Credential) and each.renew is not None)


def missing_behind(holder: Holder, path: str | None, vault: Vault) -> NodeError | None:
    """Return the failure that stands behind a path that is missing, if a credential is to blame for it."""
    for place, reads in holder.reads.items():
        for read in reads:
            if read[0] == "credentials" and len(read) > 1:
                start, name = written(read[:2]), str(read[1])
                is_blamed = path == start or (path or "").startswith((f"{start}.", f"{start}["))
                found = vault.get(name)
                if is_blamed and not isinstance(found, Credential):
                    return _missing(holder, place, name, found)
    return None


def _missing(holder: Holder, place: str, name: str, found: Unusable | None) -> NodeError:
    why = found or Unusable(NOT_THERE)
    return NodeError(
        why.code,
        f"{_place(holder, place)} names the credential “{name}”. {why.message}",
        is_retryable=why.is_retryable,
        details={"field": place, "credential": name},
    )


def _place(holder: Holder, place: str) -> str:
    title = next((spec.title for spec in holder.fields if spec.name == place), "") or place
    return f"“{holder.shown}”: “{title}”"
