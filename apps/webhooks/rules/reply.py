"""What a synchronous caller gets: the workflow's own answer, made harmless for the host it is served from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.engine.blob import id_of
from apps.engine.value import Json, compact

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8192}")
# What a workflow may never say: what belongs to the connection, and what would act on our own origin in a browser.
# Whoever may edit a workflow must not get at the cookies of whoever opens its address.
REFUSED_HEADERS = frozenset(
    {
        "alt-svc",
        "clear-site-data",
        "connection",
        "content-encoding",
        "content-length",
        "content-security-policy",
        "date",
        "keep-alive",
        "nel",
        "public-key-pins",
        "report-to",
        "reporting-endpoints",
        "server",
        "service-worker-allowed",
        "set-cookie",
        "strict-transport-security",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
        "x-accel-redirect",
        "x-content-type-options",
        "x-frame-options",
        "x-request-id",
        "x-sendfile",
    }
)
# Even a page of HTML is then nobody's: an origin of its own, without scripts.
SANDBOX = "sandbox; default-src 'none'"
WITHOUT_BODY = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer. `content_type` is empty if there is no body. `file_id` is None unless a file is to be the body; empty: there is none."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    file_id: str | None = None


def reply_of(response: Json, output: Json) -> Reply:
    """Return the answer that a respond node gave, or the workflow's output as JSON if none did.

    A text under a content type of its own is sent as it is, a file as its bytes, everything else as JSON; null is no body. Headers that
    cannot be sent, or must not be, are left out.
    """
    if not isinstance(response, dict):
        return Reply(200, compact(output).encode(), "application/json")
    given = response.get("headers")
    headers = {
        name: value
        for name, value in (given.items() if isinstance(given, dict) else ())
        if isinstance(value, str) and _NAME.fullmatch(name) and _VALUE.fullmatch(value)
        if name.lower() not in REFUSED_HEADERS
    }
    content_type = next(
        (headers.pop(name) for name in list(headers) if name.lower() == "content-type"), ""
    )
    status = response.get("status")
    if not isinstance(status, int) or not 200 <= status <= 599:
        status = 200
    body = response.get("body")
    if response.get("is_file") is True and status not in WITHOUT_BODY:
        return Reply(status, b"", content_type, headers, id_of(body) or "")
    return _with_body(status, body, content_type, headers)


def _with_body(status: int, body: Json, content_type: str, headers: Mapping[str, str]) -> Reply:
    if body is None or status in WITHOUT_BODY:
        return Reply(status, b"", "", headers)
    if isinstance(body, str) and content_type and "json" not in content_type:
        return Reply(status, body.encode("utf-8", "replace"), content_type, headers)
    return Reply(status, compact(body).encode(), content_type or "application/json", headers)
