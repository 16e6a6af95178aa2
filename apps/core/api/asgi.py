"""What the sockets' process says to whoever is wrong there: a refusal in the usual form, never a fault."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from apps.core import request_context
from apps.core.api.errors import MEDIA_TYPE, problem
from apps.core.api.middleware import HEADER, PROTECTION

CLOSE_NOT_FOUND = 4404
# As the other process says it of everything; here is nothing to show.
PROTECTED = PROTECTION | {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def no_http(scope: Message, receive: Receive, send: Send) -> None:
    """Answer plain HTTP, which is served elsewhere, by 404."""
    offered = dict(scope["headers"]).get(HEADER.lower().encode(), b"").decode("latin-1")
    request_id = request_context.accepted_request_id(offered)
    with request_context.bound(request_id=request_id):
        body = json.dumps(problem(404, "not_found", "Only WebSockets are served here.")).encode()
    headers = [
        *((name.lower().encode(), value.encode()) for name, value in PROTECTED.items()),
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (HEADER.lower().encode(), request_id.encode()),
    ]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def no_socket(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse a socket at a path where there is none, before it is open."""
    await receive()
    await send({"type": "websocket.close", "code": CLOSE_NOT_FOUND})
