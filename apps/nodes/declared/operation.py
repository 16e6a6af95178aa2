"""What is said of a service and of each of its operations: plain data, read by everything else in this folder.

A place such as `channel.id` leads into the JSON of a reply. `name=emoji` puts under `name` what is found as `emoji`;
where both are called alike, one word is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.engine.fields import Field
from apps.engine.value import Json

USUAL_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """What a credential of one type adds to a call; `{token}` stands for the credential's value of that name.

    `basic` is what HTTP Basic authentication sends: `{username}:{password}`.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    basic: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything in which values of the credential may stand."""
        return (*self.headers.values(), *self.query.values(), self.basic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How a service says no. A status of 400 or more always does.

    `code` and `message` are places in the body of a refusal. `success` is a place with a value that
    a reply has to have, whatever its status, to be no refusal. `retryable` are codes that time may heal, `limited` those of a rate limit:
    nothing was done. `spent` is the header that reads 0 when a 403 stands for a rate limit, `reset` the one that
    says in Unix seconds when the limit is over, for services that send no Retry-After.
    """

    code: str = ""
    message: str = ""
    success: tuple[str, Json] | None = None
    retryable: frozenset[str] = frozenset()
    limited: frozenset[str] = frozenset()
    spent: str = ""
    reset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that is reached over HTTP. `name` is the first half of its types: `slack` of `slack:send_message`.

    `auth` holds what each type of credential that the service takes adds to a call. `base_from` names the value of
    a credential that, if it is filled in, takes the place of `base_url`; nothing else can.
    """

    name: str
    title: str
    base_url: str
    auth: Mapping[str, Auth]
    base_from: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: Errors = field(default_factory=Errors)
    timeout_s: float = USUAL_TIMEOUT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `path` goes on from the base address; `{owner}` in it stands for the field of that name.

    `query`, `headers` and `body` name the fields whose values are sent there; what is empty is not sent. `gives`
    are places in the reply whose values later calls know by these names: `user=user.id`. `only_if` makes the call
    depend on a field: its value has to have that form.
    """

    method: str
    path: str
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    only_if: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How a long list comes in pieces: `size` is the value of the query that says how many at once, at most `most`.

    The next piece is found by the header Link, or, if `cursor` is set, by the value at the place `cursor_at`, which
    is sent as the value `cursor` of the query.
    """

    size: str
    most: int = 100
    cursor: str = ""
    cursor_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a service does. `name` is the second half of its type, and the name of its file.

    The last of `calls` does it, those before only look something up. `is_repeatable`: doing it twice comes to the
    same as doing it once. `one_of` are fields of which at least one has to be filled in. The output is made of the
    value at the place `picks` of the last reply: what `keeps` names of it, each with its type in JSON Schema
    (`author=user.login: string`), of a list item by item; or it is `says`, whatever the reply is. A refusal whose code or
    message is one of `accepts` is a success that gives `says`.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    calls: tuple[Call, ...]
    is_repeatable: bool
    doc: str
    examples: Sequence[Mapping[str, Json]]
    picks: str = ""
    is_list: bool = False
    keeps: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, Json] | None = None
    accepts: frozenset[str] = frozenset()
    one_of: tuple[str, ...] = ()
    pages: Pages | None = None

    @property
    def gives_list(self) -> bool:
        """Say whether the output is a list of what the service knows, whole or in pages."""
        return self.is_list or self.pages is not None


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (target, source) of each name: `name=emoji` is (`name`, `emoji`), `text` is (`text`, `text`)."""
    split = (name.partition("=") for name in names)
    return [(target, source or target) for target, _, source in split]


def at(value: Json, place: str) -> Json:
    """Return what stands at a place such as `channel.id`; None if the way ends before, the whole if it is empty."""
    for name in place.split(".") if place else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value
