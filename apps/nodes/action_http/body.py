"""From the fields of a body to what is sent: the same bytes at every attempt."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import TypeAlias
from urllib.parse import urlencode

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.secret import Sealed, Secret, as_json_text, secrets_in
from apps.nodes.action_http.request import pairs_of, plain

# A body and its content type.
Body: TypeAlias = tuple[str | Secret | None, str | None]

BODY_TYPES = ("auto", "json", "form", "multipart", "text", "file")
# Those whose body is made of names with values, into which a field can be written.
STRUCTURED = ("auto", "json", "form")

_MEDIA_TYPE = re.compile(r"[!-~]+/[ -~]+")
# What HTML asks of names inside quotes (multipart/form-data encoding algorithm).
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

PARTS = Field(
    name="parts",
    kind=Kind.LIST,
    title="Parts",
    help="The fields and files of a multipart form, in this order.",
    is_required=True,
    depends_on=("body_type", ("multipart",)),
    fields=(
        Field(name="name", kind=Kind.TEMPLATE, title="Name", is_required=True),
        Field(name="value", kind=Kind.TEMPLATE, title="Value", is_secret_ok=True),
        Field(
            name="filename",
            kind=Kind.TEMPLATE,
            title="File name",
            help="Makes the part a file.",
        ),
        Field(
            name="content_type",
            kind=Kind.TEMPLATE,
            title="Content type",
            placeholder="text/csv",
        ),
    ),
)


def body_of(config: Config, body: Sealed, key: str) -> Body:
    """Return what is sent for the rendered `body`, or for the text or the parts that stand beside it.

    `auto` sends a text as it is and anything else as JSON. `key` keeps a multipart body the same at every attempt.

    Raises:
        NodeError: `bad_config`, a form is not made of names with values, or a part cannot be sent.
    """
    kind = config.text("body_type")
    if kind == "text":
        return config.sendable("text"), config.text("content_type")
    if kind == "multipart":
        return _multipart(config.items("parts"), key)
    if body is None:
        return None, None
    if kind == "form":
        return _form(body, config.text("list_style"))
    if kind == "auto" and isinstance(body, str | Secret):
        return body, "text/plain; charset=utf-8"
    return as_json_text(body), "application/json"


def _form(body: Sealed, list_style: str) -> Body:
    if not isinstance(body, dict):
        raise NodeError("bad_config", "A form must be names with values.")
    form = urlencode(pairs_of(body, list_style))
    return (Secret(form) if secrets_in(body) else form), "application/x-www-form-urlencoded"


def _multipart(parts: list[Config], key: str) -> Body:
    read = [(_head_of(part), _value_of(part)) for part in parts]
    boundary = _boundary(key, [plain(value) for _, value in read])
    lines: list[str] = []
    for head, value in read:
        lines += [f"--{boundary}", *head, "", plain(value)]
    body = "\r\n".join([*lines, f"--{boundary}--", ""])
    is_secret = any(isinstance(value, Secret) for _, value in read)
    return (Secret(body) if is_secret else body), f"multipart/form-data; boundary={boundary}"


def _head_of(part: Config) -> list[str]:
    disposition = f'form-data; name="{part.text("name").translate(_QUOTED)}"'
    media_type = "application/octet-stream" if part.is_given("filename") else None
    if part.is_given("filename"):
        disposition += f'; filename="{part.text("filename").translate(_QUOTED)}"'
    if part.is_given("content_type"):
        media_type = part.text("content_type")
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise NodeError(
                "bad_config", "The content type of a part must be one such as text/csv."
            )
    head = [f"Content-Disposition: {disposition}"]
    return head if media_type is None else [*head, f"Content-Type: {media_type}"]


def _value_of(part: Config) -> str | Secret:
    return part.sendable("value") if part.is_given("value") else ""


def _boundary(key: str, values: list[str]) -> str:
    """Return a line that stands in none of the values, always the same one for the same key and values."""
    digests = (hashlib.sha256(f"{key}#{count}".encode()).hexdigest() for count in itertools.count())
    candidates = (f"gorax-{digest[:40]}" for digest in digests)
    return next(line for line in candidates if not any(line in value for value in values))
