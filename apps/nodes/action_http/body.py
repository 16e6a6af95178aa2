"""From the fields of a body to what is sent: the same bytes at every attempt."""

from __future__ import annotations

from urllib.parse import urlencode

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.ports import Blobs
from apps.engine.secret import Sealed, Secret, as_json_text, secrets_in
from apps.nodes.action_http.multipart import Body, form_of
from apps.nodes.action_http.request import pairs_of

BODY_TYPES = ("auto", "json", "form", "multipart", "text", "file")
# Those whose body is made of names with values, into which a field can be written.
STRUCTURED = ("auto", "json", "form")


def body_of(config: Config, body: Sealed, key: str, blobs: Blobs) -> Body:
    """Return what is sent for the rendered `body`, or for the text or the parts that stand beside it.

    `auto` sends a text as it is and anything else as JSON. `key` keeps a multipart body the same at every attempt.

    Raises:
        NodeError: `bad_config`, a form is not made of names with values, or a part cannot be sent.
        PortError: `blob_not_found`, a part refers to no file of this execution.
    """
    kind = config.text("body_type")
    if kind == "text":
        return config.sendable("text"), config.text("content_type")
    if kind == "multipart":
        return form_of(config.items("parts"), blobs, key)
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
