"""A curl command as the config of an HTTP request, without the secrets that stand in it."""

from __future__ import annotations

import json
import re
from itertools import dropwhile
from urllib.parse import parse_qsl, unquote_plus, urlencode

from apps.engine.value import DEFAULT_LIMITS, Json, is_deeper, is_json
from apps.nodes.action_http.curl_command import Command, Imported, gather
from apps.nodes.action_http.shell import UnclosedError, words_of

LONGEST_COMMAND = 100_000

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"
# What stands before a command that was copied from a page.
_PROMPTS = frozenset("$%")
# Names under which secrets travel, in headers, addresses and bodies.
_SECRET = re.compile(
    r"auth(?!or(?!i))|token|secret|password|passwd|passphrase|credential|signature|cookie|session|^(?:key|sig|pwd)$"
    r"|(?:api|access|account|app|client|private|subscription)[-_]?key",
    re.IGNORECASE,
)
# The connection's own affairs; what browsers add to each copied command comes back by itself.
_OWN_HEADERS = frozenset(
    ("host", "content-length", "connection", "transfer-encoding", "te", "upgrade", "expect", "accept-encoding")
)  # fmt: skip
_SILENT_HEADERS = frozenset(("accept-encoding", "content-length", "connection"))
_NUMBERS = (
    ("timeout_s", "--max-time", (1.0, 300.0)),
    ("connect_timeout_s", "--connect-timeout", (0.1, 300.0)),
    ("max_redirects", "--max-redirs", (1.0, 5.0)),
)
_SECRET_OPTIONS = (
    ("--user", "basic_auth"),
    ("--oauth2-bearer", "bearer_token"),
    ("--proxy-user", "basic_auth"),
    ("--cookie", "header"),
)
_TYPES = {"basic": "basic_auth", "bearer": "bearer_token"}


class CurlError(ValueError):
    """The text is no curl command that could be read; the message is a sentence."""


def read_curl(text: str) -> Imported:
    """Return what a curl command asks for, as far as an HTTP request can do it.

    Nothing of the secrets in it is kept: user and password, and headers and values of the address and the body
    whose names look like one. Each is named in `credentials`. Files are never read.

    Raises:
        CurlError: it is no curl command, has no address, or is too long.
    """
    if len(text) > LONGEST_COMMAND:
        raise CurlError(f"The command is longer than {LONGEST_COMMAND} characters.")
    try:
        words, goes_on = words_of(text)
    except UnclosedError:
        raise CurlError("A quotation mark in the command is not closed.") from None
    words = list(dropwhile(_PROMPTS.__contains__, words))
    if not words or words[0].rpartition("/")[2].lower() not in {"curl", "curl.exe"}:
        raise CurlError("The command must begin with curl.")
    found, command = Imported(), Command()
    if goes_on:
        found.warn("What follows the command itself is left out.")
    gather(words[1:], command, found)
    _add_json_headers(command)
    if not command.urls:
        raise CurlError("The command has no address.")
    _write_call(command, found)
    _write_body(command, found)
    _write_headers(command, found)
    if any(mark in json.dumps(found.config) for mark in ("{{", "${")):
        found.warn("What stands in {{ }} or ${ } will be read as an expression.")
    return found


def _write_call(command: Command, found: Imported) -> None:
    found.config |= {
        "method": _method(command, found),
        "url": _without_secrets(_address(command, found), found),
        "follow_redirects": "--location" in command.flags,
    }
    if "--insecure" in command.flags:
        found.config["verify_tls"] = False
    for name, option, bounds in _NUMBERS:
        if option in command.last:
            _write_number(name, option, command.last[option], bounds, found)
    if command.last.get("--proxy"):
        _write_proxy(command.last["--proxy"], found)
    for option, kind in _SECRET_OPTIONS:
        if command.last.get(option):
            found.want(kind, option)


def _address(command: Command, found: Imported) -> str:
    if len(command.urls) > 1:
        found.warn("Of several addresses the first one is taken.")
    # What stands there alone may be the value of an option that nobody knows.
    address = next((url for url in command.urls if "://" in url), command.urls[0]).strip()
    if "://" not in address:
        address = f"http://{address}"
    more = [*command.query, *(command.data if "--get" in command.flags else ())]
    if not more:
        return address
    before, hash_mark, fragment = address.partition("#")
    glue = "&" if "?" in before else "?"
    return f"{before}{glue}{'&'.join(more)}{hash_mark}{fragment}"


def _method(command: Command, found: Imported) -> str:
    asked = command.last.get("--request", "").upper()
    if asked in _METHODS:
        return asked
    if asked:
        found.warn("The method is none that an HTTP request has and is left out.")
    if "--head" in command.flags:
        return "HEAD"
    return "POST" if (command.data and "--get" not in command.flags) or command.parts else "GET"


def _write_number(
    name: str, option: str, text: str, bounds: tuple[float, float], found: Imported
) -> None:
    least, most = bounds
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        found.warn(f"The number of {option} cannot be read and is left out.")
        return
    number = min(max(float(text), least), most)
    if number != float(text):
        found.warn(f"The number of {option} must be from {least:g} to {most:g}.")
    found.config[name] = int(number) if number.is_integer() else number


def _write_proxy(text: str, found: Imported) -> None:
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "http", text
    if scheme.lower() not in {"http", "https"}:
        found.warn("Only an http:// or https:// proxy can be used; the one of --proxy is left out.")
        return
    if "@" in rest:
        found.want("basic_auth", "--proxy")
        rest = rest.rpartition("@")[2]
    found.config["proxy"] = f"{scheme.lower()}://{rest}"


def _without_secrets(address: str, found: Imported) -> str:
    """Return an address without user, password, and the values of its query that look like secrets."""
    scheme, mark, rest = address.partition("://")
    place = re.search(r"[/?#]", rest)
    host, after = (rest, "") if place is None else (rest[: place.start()], rest[place.start() :])
    if "@" in host:
        found.want("basic_auth", "--url")
        host = host.rpartition("@")[2]
    before, hash_mark, fragment = after.partition("#")
    path, question, query = before.partition("?")
    kept = _open_pairs(query, found, "api_key", "query")
    question = question if kept.strip("&") else ""
    return f"{scheme}{mark}{host}{path}{question}{kept}{hash_mark}{fragment}"


def _open_pairs(text: str, found: Imported, kind: str, place: str) -> str:
    """Return names with values as they are written in an address, without those that look like secrets."""
    kept: list[str] = []
    for pair in text.split("&"):
        name = unquote_plus(pair.partition("=")[0])
        if _SECRET.search(name):
            found.want(kind, f"{place} {name[:80]}")
        else:
            kept.append(pair)
    return "&".join(kept)


def _open_body(body: Json, found: Imported) -> Json:
    """Return a body in which the texts whose names look like secrets are empty."""
    if isinstance(body, list):
        return [_open_body(item, found) for item in body]
    if not isinstance(body, dict):
        return body
    return {name: _open_value(name, item, found) for name, item in body.items()}


def _open_value(name: str, value: Json, found: Imported) -> Json:
    texts = value if isinstance(value, list) else [value]
    # Numbers are none: `max_tokens` is asked of every language model.
    if not _SECRET.search(name) or not any(isinstance(text, str) and text for text in texts):
        return _open_body(value, found)
    found.want("secret", f"body {name[:80]}")
    return ""


def _write_body(command: Command, found: Imported) -> None:
    if command.parts:
        parts: list[Json] = [
            {**part, "value": _open_value(str(part["name"]), part["value"], found)}
            for part in command.parts
        ]
        found.config |= {"body_type": "multipart", "parts": parts}
        _drop(command.headers, "content-type")
    if command.parts or not command.data or "--get" in command.flags:
        return
    text = "&".join(command.data)
    kind = next((v for n, v in command.headers.items() if n.lower() == "content-type"), _FORM)
    media_type = kind.partition(";")[0].strip().lower()
    form = _form_of(text) if media_type == _FORM else None
    body = (
        _json_of(text) if media_type == "application/json" or media_type.endswith("+json") else None
    )
    if form is not None:
        found.config |= {"body_type": "form", "body": _open_body(dict(form), found)}
    elif body is not None:
        found.config |= {"body_type": "json", "body": _open_body(body, found)}
    else:
        if media_type == _FORM:
            text = _open_pairs(text, found, "secret", "body")
        found.config |= {"body_type": "text", "text": text, "content_type": kind}
    if (form is None and body is None) or kind.lower() in {_FORM, "application/json"}:
        _drop(command.headers, "content-type")


def _form_of(text: str) -> dict[str, Json] | None:
    """Return a form as names with values, if it becomes the same text again."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=1_000)
    except ValueError:
        return None
    form: dict[str, Json] = {}
    for name, value in pairs:
        before = form.get(name)
        if before is None:
            form[name] = value
        else:
            form[name] = [*(before if isinstance(before, list) else [before]), value]
    if parse_qsl(urlencode(form, doseq=True), keep_blank_values=True) != pairs:
        return None
    return form if is_json(form) else None


def _json_of(text: str) -> Json:
    """Return an object or a list; None: the text is neither, or none that could be stored."""
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    deepest = DEFAULT_LIMITS.json_depth - 4
    is_usable = isinstance(found, dict | list) and is_json(found) and not is_deeper(found, deepest)
    return found if is_usable else None


def _write_headers(command: Command, found: Imported) -> None:
    for option, name in (("--user-agent", "User-Agent"), ("--referer", "Referer")):
        if command.last.get(option):
            command.headers.setdefault(name, command.last[option])
    headers: dict[str, Json] = {}
    for name, value in command.headers.items():
        lower = name.lower()
        if lower in _OWN_HEADERS or lower.startswith("proxy-"):
            if lower not in _SILENT_HEADERS:
                found.warn(f"The header {name[:40]} is set by the connection itself and left out.")
        elif _SECRET.search(name):
            scheme = value.partition(" ")[0].lower() if lower == "authorization" else ""
            found.want(_TYPES.get(scheme, "header"), f"header {name[:80]}")
        else:
            headers[name] = value
    if headers:
        found.config["headers"] = headers


def _add_json_headers(command: Command) -> None:
    """Add what `--json` says beside the body, where the command does not say it otherwise."""
    if "--json" in command.flags:
        present = {name.lower() for name in command.headers}
        for name in ("Content-Type", "Accept"):
            if name.lower() not in present:
                command.headers[name] = "application/json"


def _drop(headers: dict[str, str], lower: str) -> None:
    for name in [name for name in headers if name.lower() == lower]:
        del headers[name]
