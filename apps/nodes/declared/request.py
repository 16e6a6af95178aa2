"""From rendered fields and a credential to the bytes of a request. No value can lead to another host or path."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from apps.engine.config import Config
from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.fields import Kind
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret
from apps.engine.value import Json, compact
from apps.nodes.declared.operation import Call, Operation, Service, pairs

# Asking twice does nothing twice, so these carry no key and may follow where the service has moved.
READING = frozenset({"GET", "HEAD"})
IN_BRACES = re.compile(r"\{(\w+)\}")

_TEXTUAL = frozenset({Kind.TEMPLATE, Kind.TEXT, Kind.SELECT})
_LINE_BREAKING = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Sender:
    """What all requests of one step share: whom they go to and who they come from."""

    service: Service
    credential: Credential
    key: str

    @property
    def base_url(self) -> str:
        """The address that paths go on from: the service's own, or the one that the credential names.

        Raises:
            NodeError: `bad_url`, the credential's is no plain address.
        """
        service = self.service
        own = self.credential.text(service.base_from) if service.base_from else ""
        if not own:
            return service.base_url
        if not _is_plain(own.strip()):
            raise NodeError(
                "bad_url",
                f"“{service.base_from}” of the credential “{self.credential.name}” must be an address such as"
                f" {service.base_url}.",
            )
        return own.strip().rstrip("/")

    def request(
        self,
        call: Call,
        values: Mapping[str, Json],
        timeout_s: float,
        more_query: Mapping[str, str] | None = None,
    ) -> HttpRequest:
        """Return the request of a call; `more_query` is what pages add.

        Raises:
            NodeError: `bad_config`, a value cannot be sent where it should; `bad_url`.
        """
        query = {**_query_of(call, values), **(more_query or {})}
        body = {
            name: values[source] for name, source in pairs(call.body) if values[source] is not None
        }
        headers = dict(_headers_of(call, values))
        if call.body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        url = self.base_url + _path_of(call, values)
        return self._sent(
            call.method, url, query, headers, compact(body) if call.body else None, timeout_s
        )

    def page(self, url: str, timeout_s: float) -> HttpRequest:
        """Return the request for the next page, whose address the service gave itself.

        Raises:
            NodeError: `reply_unreadable`, it lies on another host.
        """
        if not _is_plain(url, is_whole=False) or _origin(url) != _origin(self.base_url):
            raise NodeError(
                "reply_unreadable", f"{self.service.title} says that its next page lies elsewhere."
            )
        return self._sent("GET", url, {}, {}, None, timeout_s)

    def _sent(
        self,
        method: str,
        url: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: str | None,
        timeout_s: float,
    ) -> HttpRequest:
        auth = self.service.auth[self.credential.type]
        shown: dict[str, str | Secret] = {**self.service.headers, **headers}
        if method not in READING and self.key:
            shown["Idempotency-Key"] = self.key
        # The address of a next page may have been given back with the credential in it.
        there = parse_qs(urlsplit(url).query)
        held = {name: self._filled(text) for name, text in auth.query.items() if name not in there}
        plain = {name: _revealed(value) for name, value in held.items()}
        asked = _encoded({**query, **plain})
        address = f"{url}{'&' if '?' in url else '?'}{asked}" if asked else url
        is_secret = bool(auth.query)
        proof = {name: self._filled(text) for name, text in auth.headers.items()}
        if auth.basic:
            pair = _revealed(self._filled(auth.basic))
            proof["Authorization"] = Secret(f"Basic {base64.b64encode(pair.encode()).decode()}")
        return HttpRequest(
            method=method,
            url=Secret(address) if is_secret else address,
            headers={**shown, **proof},
            body=body,
            timeout_s=timeout_s,
            # Whoever follows a moved POST makes a GET of it, and thinks that it was done.
            follow_redirects=method in READING,
        )

    def _filled(self, text: str) -> str | Secret:
        """Return a text of the service's `auth` with the credential's values put in."""
        names = IN_BRACES.findall(text)
        known = {name: self.credential.values.get(name, "") for name in names}
        for name, value in known.items():
            if not value:
                raise NodeError(
                    "credential_incomplete",
                    f"The credential “{self.credential.name}” has no “{name}”: fill it in.",
                )
        filled = IN_BRACES.sub(lambda found: _revealed(known[found[1]]), text)
        return Secret(filled) if any(isinstance(v, Secret) for v in known.values()) else filled


def _is_plain(url: str, *, is_whole: bool = True) -> bool:
    """Say whether an address is one on the web without user info; a whole one has no query and no fragment."""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
    return (
        is_plain and "@" not in parts.netloc and not (is_whole and (parts.query or parts.fragment))
    )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _encoded(query: Mapping[str, str]) -> str:
    try:
        return urlencode(query, quote_via=quote)
    except UnicodeEncodeError:
        raise NodeError("bad_config", "A value of the query is no text that can be sent.") from None


def values_of(operation: Operation, config: Config) -> dict[str, Json]:
    """Return what the fields hold, None where they were left empty.

    Raises:
        NodeError: `bad_config`, a template became something that is no text, or none of `one_of` is filled in.
    """
    values = {spec.name: _value_of(config, spec.name, spec.kind) for spec in operation.fields}
    if operation.one_of and all(values[name] in (None, "") for name in operation.one_of):
        raise NodeError("bad_config", one_of_sentence(operation))
    return values


def one_of_sentence(operation: Operation) -> str:
    """Say which fields cannot all be empty."""
    titles = [spec.title for spec in operation.fields if spec.name in operation.one_of]
    return f"At least one of “{'”, “'.join(titles)}” has to be filled in."


def _value_of(config: Config, name: str, kind: Kind) -> Json:
    if not config.is_given(name):
        return None
    return config.text(name) if kind in _TEXTUAL else config.json(name)


def _path_of(call: Call, values: Mapping[str, Json]) -> str:
    return IN_BRACES.sub(lambda found: _segment(found[1], values[found[1]]), call.path)


def _segment(name: str, value: Json) -> str:
    """Return a value as one part of a path, however many slashes it holds."""
    text = _text(name, value)
    parts = re.split(r"[/\\]", text)
    if not text.strip() or any(part in {".", ".."} for part in parts):
        raise NodeError("bad_config", f"“{name}” became {text[:80]!r}, which is no name.")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise NodeError("bad_config", f"“{name}” is no text that can be sent.") from None


def _query_of(call: Call, values: Mapping[str, Json]) -> dict[str, str]:
    """A list is sent as one value with commas, which is how most services take it."""
    query: dict[str, str] = {}
    for name, source in pairs(call.query):
        value = values[source]
        if isinstance(value, list):
            query[name] = ",".join(_text(source, item) for item in value)
        elif value is not None:
            query[name] = _text(source, value)
    return query


def _headers_of(call: Call, values: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, source in pairs(call.headers):
        if values[source] is not None:
            text = _text(source, values[source])
            if _LINE_BREAKING.search(text):
                raise NodeError("bad_config", f"“{source}” may not hold a line break.")
            yield name, text


def _text(name: str, value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
        case _:
            raise NodeError("bad_config", f"“{name}” must be a text, but became something else.")


def _revealed(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
