"""How a type of credential is described: what it is called, and which values it has, and how it is tried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.engine.credential import MAIN_FIELDS

LONGEST_VALUE = 10_000
# A host in ASCII, so that it can be compared with those that are called.
URL = r"https?://[A-Za-z0-9._:\[\]-]+([/?#]\S*)?"
HOST = r"[A-Za-z0-9._:-]+"
PORT = r"[1-9][0-9]{0,4}"
# What may be a part of an address: nothing that could lead elsewhere.
PART = r"[A-Za-z0-9._-]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a credential; every value is text.

    `is_secret`: it is sealed and never shown again. `options` are the only values it may have, `pattern` the form
    that it needs as a whole; `format` says what it is to people and forms (`url`, `email`, `host`, `port`, `json`,
    `pem`). `is_place`: it names a server, which `allowed_hosts` never has to repeat. `shown_with` are the choices of the
    type's first value with which it is asked for; empty: with each.
    """

    name: str
    title: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = False
    options: tuple[str, ...] = ()
    pattern: str = ""
    format: str = ""
    default: str = ""
    is_place: bool = False
    shown_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A harmless call that says whether a credential is good; `{name}` stands for a value.

    `base_from` names the value that takes the place of `base`. `accepts` are refusals that prove the credential all the
    same. A service whose refusals come with 200 says by `success` which word of its answer is true if it takes it.
    """

    path: str = ""
    base: str = ""
    base_from: str = ""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    accepts: frozenset[int] = frozenset()
    success: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of credential.

    `main` is the value that `{{ credentials.name }}` gives; empty: the first of those that the engine knows, or all of
    them. `hosts` are where it may be sent unless somebody says otherwise. `is_free`: it takes values of any name, all of
    them secret. `docs` is where its vendor or its standard explains it. `probe` is how it is tried out: a call, or the name
    of a procedure; `untested` says why nobody can be asked.
    """

    name: str
    title: str
    description: str
    values: tuple[Value, ...]
    docs: str = ""
    main: str = ""
    hosts: tuple[str, ...] = ()
    is_free: bool = False
    probe: Call | str = ""
    untested: str = ""

    def value(self, name: str) -> Value | None:
        """Return the value of that name, if the type has it."""
        return next((value for value in self.values if value.name == name), None)

    @property
    def main_value(self) -> str:
        """Return which value stands for the whole; empty: none does."""
        named = {value.name for value in self.values}
        return self.main or next((name for name in MAIN_FIELDS if name in named), "")
