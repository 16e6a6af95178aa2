"""Which values a credential of a type may have, and where they may be sent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from apps.core.errors import FieldProblem
from apps.credentials.rules.kinds import Kind, Value
from apps.credentials.rules.kinds.kind import LONGEST_VALUE
from apps.engine.credential import is_allowed

# What values of a free type may be called: templates read them by these names.
FREE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
MOST_FREE = 50
HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")


def problems_of(
    kind: Kind, given: Mapping[str, str], kept: frozenset[str] = frozenset()
) -> Iterator[FieldProblem]:
    """Yield what is wrong with the values given, if those in `kept` stay as they are."""
    if kind.is_free:
        yield from _free_problems(given, kept)
        return
    for name in given:
        if kind.value(name) is None:
            yield FieldProblem(f"/values/{name}", "unknown_field", "This type has no such value.")
    for value in kind.values:
        text = given.get(value.name, "")
        if text:
            yield from _problems(value, text)
        elif value.is_required and (value.name in given or value.name not in kept):
            yield FieldProblem(f"/values/{value.name}", "required", f"“{value.title}” is empty.")


def _free_problems(given: Mapping[str, str], kept: frozenset[str]) -> Iterator[FieldProblem]:
    for name, text in given.items():
        if FREE_NAME.fullmatch(name) is None:
            message = "A name has letters, digits and _, and begins with no digit."
            yield FieldProblem(f"/values/{name}", "pattern", message)
        elif len(text) > LONGEST_VALUE:
            message = f"A value has at most {LONGEST_VALUE} characters."
            yield FieldProblem(f"/values/{name}", "max_length", message)
    left = {name for name, text in given.items() if text} | {
        name for name in kept if given.get(name, "kept")
    }
    if not 0 < len(left) <= MOST_FREE:
        message = f"It has 1 to {MOST_FREE} values."
        yield FieldProblem("/values", "required" if not left else "max_length", message)


def _problems(value: Value, text: str) -> Iterator[FieldProblem]:
    place = f"/values/{value.name}"
    if len(text) > LONGEST_VALUE:
        message = f"“{value.title}” has at most {LONGEST_VALUE} characters."
        yield FieldProblem(place, "max_length", message)
    elif value.options and text not in value.options:
        message = f"“{value.title}” is one of {', '.join(value.options)}."
        yield FieldProblem(place, "invalid_choice", message)
    elif (value.pattern and re.fullmatch(value.pattern, text) is None) or (
        value.is_place and not _host_of(text)
    ):
        message = f"“{value.title}” does not have the form it needs."
        yield FieldProblem(place, "pattern", message)


def host_problems(hosts: list[str]) -> Iterator[FieldProblem]:
    """Yield which entries of `allowed_hosts` are no host, in lower case."""
    for index, host in enumerate(hosts):
        if HOST.fullmatch(host) is None:
            message = "A host is a name such as api.example.com, *.example.com, or an address; no port, no path."
            yield FieldProblem(f"/allowed_hosts/{index}", "host_invalid", message)


def split(kind: Kind, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the values that are open and those that are secret; empty ones are left out."""
    filled = {name: text for name, text in values.items() if text}
    secret = {value.name for value in kind.values if value.is_secret}
    if kind.is_free:
        secret = set(filled)
    return (
        {name: text for name, text in filled.items() if name not in secret},
        {name: text for name, text in filled.items() if name in secret},
    )


def hosts_of(kind: Kind, shown: Mapping[str, str], allowed: list[str]) -> tuple[str, ...]:
    """Return where a credential may be sent: what is allowed, and the servers it names itself; empty: anywhere."""
    if not allowed:
        return ()
    places = [shown[value.name] for value in kind.values if value.is_place and value.name in shown]
    return tuple(dict.fromkeys([*allowed, *filter(None, map(_host_of, places))]))


def is_led_elsewhere(
    kind: Kind, before: Mapping[str, str], after: Mapping[str, str], allowed: list[str]
) -> bool:
    """Say whether a credential that may go anywhere calls another server by itself from now on, such as for its test."""
    return not allowed and not set(_places(kind, after)) <= set(_places(kind, before))


def _places(kind: Kind, shown: Mapping[str, str]) -> Iterator[str]:
    yield from (
        _host_of(shown[value.name])
        for value in kind.values
        if value.is_place and shown.get(value.name)
    )


def _host_of(place: str) -> str:
    """Return the host of an address or a server's name; empty: it has none that can be read."""
    try:
        host = urlsplit(place if "//" in place else f"//{place}").hostname or ""
    except ValueError:
        return ""
    # With a dot at its end it is the same host, and calls name it without.
    return host.removesuffix(".")


def is_spread(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Say whether a credential may go to a host after a change to which it might not before."""
    return bool(before) and not (after and all(is_allowed(host, before) for host in after))


def spread_problems(
    kind: Kind,
    before: tuple[str, ...],
    after: tuple[str, ...],
    kept: Iterable[str],
    *,
    is_led_elsewhere: bool = False,
) -> Iterator[FieldProblem]:
    """Yield the secrets in `kept` that have to be given anew, because they could go where they could not go before.

    Otherwise whoever may change a credential could send its secrets to himself, and need not know them.
    """
    for name in kept if is_spread(before, after) or is_led_elsewhere else ():
        value = kind.value(name)
        title = name if value is None else value.title
        message = f"Enter “{title}” again: it could now go where it could not go before."
        yield FieldProblem(f"/values/{name}", "secret_needed", message)
