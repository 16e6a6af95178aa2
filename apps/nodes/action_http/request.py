"""From rendered config to what is sent: address, headers, body. Secrets stay wrapped until the port sends them."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.secret import Sealed, Secret, as_json_text, secrets_in

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def is_on_the_web(url: str) -> bool:
    """Say whether an address is an absolute http or https one."""
    return url.strip().lower().startswith(("http://", "https://"))


def url_of(config: Config) -> str | Secret:
    """Return the address with the query's values added; a list is sent as a repeated name.

    Raises:
        NodeError: `bad_url`, the address is not an absolute http or https one.
    """
    url = config.sendable("url")
    plain = _plain(url).strip()
    if not is_on_the_web(plain):
        raise NodeError("bad_url", "The address must begin with http:// or https://.")
    query = config.mapping("query")
    pairs = [(name, text) for name, value in query.items() for text in _texts(name, value)]
    if pairs:
        address, hash_mark, fragment = plain.partition("#")
        glue = "&" if "?" in address else "?"
        plain = f"{address}{glue}{urlencode(pairs)}{hash_mark}{fragment}"
    is_secret = isinstance(url, Secret) or any(secrets_in(value) for value in query.values())
    return Secret(plain) if is_secret else plain


def headers_of(config: Config, content_type: str | None, key: str) -> dict[str, str | Secret]:
    """Return the headers as written, with the content type and the idempotency key where they are not.

    Raises:
        NodeError: `bad_header`, a name or a value cannot be sent.
    """
    headers: dict[str, str | Secret] = {}
    for name, value in config.mapping("headers").items():
        texts = _texts(name, value)
        if not _TOKEN.fullmatch(name) or any(re.search(r"[\r\n\0]", text) for text in texts):
            raise NodeError("bad_header", f"The header “{name[:80]}” cannot be sent.")
        joined = ", ".join(texts)
        headers[name] = Secret(joined) if secrets_in(value) else joined
    present = {name.lower() for name in headers}
    if content_type is not None and "content-type" not in present:
        headers["Content-Type"] = content_type
    if key and "idempotency-key" not in present:
        headers["Idempotency-Key"] = key
    return headers


def body_of(config: Config) -> tuple[str | Secret | None, str | None]:
    """Return the body and its content type; `auto` sends a text as it is and anything else as JSON.

    Raises:
        NodeError: `bad_config`, a form is not made of names with values.
    """
    if not config.is_given("body"):
        return None, None
    body = config.sealed("body")
    kind = config.text("body_type")
    if kind == "form":
        if not isinstance(body, dict):
            raise NodeError("bad_config", "A form must be names with values.")
        pairs = [(name, text) for name, value in body.items() for text in _texts(name, value)]
        form = urlencode(pairs)
        return (Secret(form) if secrets_in(body) else form), "application/x-www-form-urlencoded"
    if kind == "auto" and isinstance(body, str | Secret):
        return body, "text/plain; charset=utf-8"
    return as_json_text(body), "application/json"


def _texts(name: str, value: Sealed) -> list[str]:
    """Return the texts that a value is sent as; null is not sent at all."""
    match value:
        case None:
            return []
        case bool():
            return ["true" if value else "false"]
        case str() | int() | float() | Secret():
            return [_plain(value)]
        case list():
            return [text for item in value for text in _texts(name, item)]
        case _:
            raise NodeError("bad_config", f"“{name}” must be a text or a list of texts.")


def _plain(value: str | float | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)
