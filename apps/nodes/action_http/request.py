"""From rendered config to what is sent: address and headers. Secrets stay wrapped until the port sends them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote_plus, urlencode, urljoin, urlsplit

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.secret import Sealed, Secret, secrets_in

LIST_STYLES = ("repeat", "brackets", "indices", "commas")

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PORTS = {"http": 80, "https": 443}


def is_on_the_web(url: str) -> bool:
    """Say whether an address is an absolute http or https one."""
    return url.strip().lower().startswith(("http://", "https://"))


def url_of(
    config: Config, *, link: str | None = None, turned: Mapping[str, Sealed] | None = None
) -> str | Secret:
    """Return the address with the query's values added.

    `turned` are values that take the place of those of the same names. `link` leads on from the address, and
    what it names itself is not added again.

    Raises:
        NodeError: `bad_url`, the address is not an absolute http or https one; `page_elsewhere`, the link leads
            to another server, which must not be sent what was meant for this one.
    """
    url = config.sendable("url")
    address = plain(url).strip()
    if not is_on_the_web(address):
        raise NodeError("bad_url", "The address must begin with http:// or https://.")
    query = config.mapping("query") | dict(turned or {})
    if link is not None:
        address = _joined(address, link)
        named = {name for name, _ in _query_parts(address)}
        query = {name: value for name, value in query.items() if name not in named}
    elif turned:
        address = _without(address, turned)
    pairs = pairs_of(query, config.text("list_style"))
    if pairs:
        before, hash_mark, fragment = address.partition("#")
        glue = "&" if "?" in before else "?"
        address = f"{before}{glue}{urlencode(pairs)}{hash_mark}{fragment}"
    is_secret = isinstance(url, Secret) or any(secrets_in(value) for value in query.values())
    return Secret(address) if is_secret else address


def headers_of(config: Config, content_type: str | None, key: str) -> dict[str, str | Secret]:
    """Return the headers as written, with the content type and the idempotency key where they are not.

    Raises:
        NodeError: `bad_header`, a name or a value cannot be sent, or would contradict a multipart body.
    """
    headers: dict[str, str | Secret] = {}
    for name, value in config.mapping("headers").items():
        texts = _texts(name, value)
        if not _TOKEN.fullmatch(name) or any(re.search(r"[\r\n\0]", text) for text in texts):
            raise NodeError("bad_header", f"The header “{name[:80]}” cannot be sent.")
        joined = ", ".join(texts)
        headers[name] = Secret(joined) if secrets_in(value) else joined
    present = {name.lower() for name in headers}
    if "content-type" in present and (content_type or "").startswith("multipart/"):
        raise NodeError("bad_header", "A multipart form sets its Content-Type itself.")
    if content_type is not None and "content-type" not in present:
        headers["Content-Type"] = content_type
    if key and "idempotency-key" not in present:
        headers["Idempotency-Key"] = key
    return headers


def pairs_of(values: Mapping[str, Sealed], list_style: str) -> list[tuple[str, str]]:
    """Return names and texts to be encoded; a list is written as `list_style` says, null is not sent."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        texts = _texts(name, value)
        if not isinstance(value, list) or list_style == "repeat":
            pairs += [(name, text) for text in texts]
        elif list_style == "brackets":
            pairs += [(f"{name}[]", text) for text in texts]
        elif list_style == "indices":
            pairs += [(f"{name}[{index}]", text) for index, text in enumerate(texts)]
        elif texts:
            pairs.append((name, ",".join(texts)))
    return pairs


def plain(value: str | float | Secret) -> str:
    """Return the text that is sent; whoever asks wraps what it makes of a secret."""
    return value.reveal() if isinstance(value, Secret) else str(value)


def _texts(name: str, value: Sealed) -> list[str]:
    """Return the texts that a value is sent as; null is not sent at all."""
    match value:
        case None:
            return []
        case bool():
            return ["true" if value else "false"]
        case str() | int() | float() | Secret():
            return [plain(value)]
        case list():
            return [text for item in value for text in _texts(name, item)]
        case _:
            raise NodeError("bad_config", f"“{name}” must be a text or a list of texts.")


def _joined(address: str, link: str) -> str:
    """Return where a link leads from an address of the same server."""
    try:
        joined = urljoin(address, link.strip())
        is_same = _origin(joined) == _origin(address)
    except ValueError:
        is_same = False
    if not is_same:
        raise NodeError("page_elsewhere", "The next page lies on another server.")
    return joined


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _query_parts(address: str) -> list[tuple[str, str]]:
    """Return the parts of an address's query as they stand, each after its name."""
    query = address.partition("#")[0].partition("?")[2]
    parts = [part for part in query.split("&") if part]
    return [(unquote_plus(part.partition("=")[0]), part) for part in parts]


def _without(address: str, names: Collection[str]) -> str:
    """Return the address without the parts of its query that have one of these names."""
    before, hash_mark, fragment = address.partition("#")
    kept = [part for name, part in _query_parts(before) if name not in names]
    before = before.partition("?")[0]
    return (
        f"{before}?{'&'.join(kept)}{hash_mark}{fragment}"
        if kept
        else f"{before}{hash_mark}{fragment}"
    )
