"""The words of a curl command, gathered by what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from apps.engine.value import Json
from apps.nodes.action_http.curl_options import LEFT_OUT, LETTERS, NAMES, VALUED

# More helps nobody, and a hostile command could ask for thousands.
MOST_REMARKS = 50

_PART_OPTION = re.compile(r"\s*(type|filename|headers|encoder)=(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A secret that was taken out: where it stood, and the type of credential that would hold it."""

    type: str
    place: str


@dataclass(slots=True)
class Imported:
    """A config of `action:http`, sentences about what was left out, and the credentials that it still needs."""

    config: dict[str, Json] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    credentials: list[Wanted] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        """Say something once."""
        if len(self.warnings) < MOST_REMARKS and sentence not in self.warnings:
            self.warnings.append(sentence)

    def want(self, kind: str, place: str) -> None:
        """Ask for a credential once."""
        if len(self.credentials) < MOST_REMARKS and Wanted(kind, place) not in self.credentials:
            self.credentials.append(Wanted(kind, place))


@dataclass(slots=True)
class Command:
    """The options of a command, gathered in its order."""

    urls: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    parts: list[dict[str, Json]] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


def gather(words: list[str], command: Command, found: Imported) -> None:
    """Take every option into the command; what means nothing here is warned of."""
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            command.urls += reversed(left)
            return
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in VALUED and not equals:
                value = left.pop() if left else ""
            _take(name, value, command, found)
        elif word.startswith("-") and len(word) > 1:
            _take_letters(word, left, command, found)
        else:
            command.urls.append(word)


def _take_letters(word: str, left: list[str], command: Command, found: Imported) -> None:
    """Take letters that stand together: one that wants a value takes the rest of the word, or the next one."""
    for index, letter in enumerate(word[1:], 2):
        name = LETTERS.get(letter)
        if name is None:
            found.warn(f"The option -{letter} is not known and left out.")
        elif name in VALUED:
            _take(name, word[index:] or (left.pop() if left else ""), command, found)
            return
        else:
            _take(name, "", command, found)


def _take(name: str, value: str, command: Command, found: Imported) -> None:
    name = NAMES.get(name, name)
    take = _TAKERS.get(name)
    if take is not None:
        take(command, value, found)
    elif name in _LAST:
        command.last[name] = value
    elif name in _FLAGS:
        command.flags.add(name)
    elif name in LEFT_OUT:
        found.warn(f"The option {name} means nothing here and is left out.")
    elif name not in _SILENT:
        found.warn(f"The option {name[:40]} is not known and left out.")


def _take_header(command: Command, value: str, found: Imported) -> None:
    name, colon, text = value.partition(":")
    if value.startswith("@"):
        found.warn("Files are not read: the headers of --header @… are left out.")
    elif colon and text.strip():
        command.headers[name.strip()] = text.strip()
    elif value.endswith(";"):
        command.headers[value[:-1].strip()] = ""


def _take_data(command: Command, value: str, found: Imported) -> None:
    if value.startswith("@"):
        found.warn("Files are not read: the body of --data @… is left out.")
        value = ""
    command.data.append(value)


def _take_json(command: Command, value: str, found: Imported) -> None:
    _take_data(command, value, found)
    command.flags.add("--json")


def _take_encoded(command: Command, value: str, found: Imported) -> None:
    name, mark, content = value.partition("=")
    if "@" in name or (not mark and "@" in value):
        found.warn("Files are not read: the body of --data-urlencode …@… is left out.")
        return
    if not mark:
        name, content = "", value
    command.data.append(f"{name}={quote_plus(content)}" if name else quote_plus(content))


def _take_query(command: Command, value: str, _found: Imported) -> None:
    command.query.append(value.removeprefix("+"))


def _take_part(command: Command, value: str, found: Imported) -> None:
    name, equals, content = value.partition("=")
    if not equals:
        found.warn("A part of --form has no value and is left out.")
        return
    part: dict[str, Json] = {"name": name}
    pieces = content.split(";")
    while len(pieces) > 1 and (option := _PART_OPTION.fullmatch(pieces[-1])):
        del pieces[-1]
        target = {"type": "content_type", "filename": "filename"}.get(option[1].lower())
        if target is not None:
            part.setdefault(target, option[2].strip().strip('"'))
    content = ";".join(pieces)
    if content.startswith(("@", "<")):
        found.warn(f"Files are not read: write the value of the part “{name[:40]}” yourself.")
        if content.startswith("@"):
            part.setdefault("filename", content[1:].strip('"').rpartition("/")[2])
        content = ""
    command.parts.append({**part, "value": content})


def _take_plain_part(command: Command, value: str, _found: Imported) -> None:
    name, _, content = value.partition("=")
    command.parts.append({"name": name, "value": content})


def _take_url(command: Command, value: str, _found: Imported) -> None:
    command.urls.append(value)


_TAKERS: Mapping[str, Callable[[Command, str, Imported], None]] = {
    "--header": _take_header,
    "--data": _take_data,
    "--data-raw": lambda command, value, _: command.data.append(value),
    "--data-urlencode": _take_encoded,
    "--json": _take_json,
    "--form": _take_part,
    "--form-string": _take_plain_part,
    "--url": _take_url,
    "--url-query": _take_query,
}
# Of these the last one counts.
_LAST = frozenset(
    ("--request", "--user", "--oauth2-bearer", "--max-time", "--connect-timeout", "--max-redirs",
     "--proxy", "--proxy-user", "--user-agent", "--referer", "--cookie")
)  # fmt: skip
_FLAGS = frozenset(("--get", "--insecure", "--location", "--head"))
# What they ask for is so anyway, or is for a terminal.
_SILENT = frozenset(
    ("--compressed", "--silent", "--show-error", "--verbose", "--include", "--fail", "--no-buffer",
     "--progress-bar", "--globoff", "--http1.1", "--basic", "--fail-with-body", "--no-progress-meter")
)  # fmt: skip
