"""`/webhooks/<path>`: where deliveries arrive. A plain Django view, because a framework costs more than the work."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from apps.core import db
from apps.core.api import downloads
from apps.core.api.errors import MEDIA_TYPE as PROBLEM_TYPE
from apps.core.api.errors import plain_response, problem, unavailable
from apps.core.api.proxies import address_of
from apps.core.api.started import STATUS_PATH
from apps.core.errors import GoraxError, UnsupportedMediaError
from apps.engine.blob import Blob
from apps.executions import facade as executions
from apps.executions.facade import Answer
from apps.webhooks.rules.payload import Delivery
from apps.webhooks.rules.reply import SANDBOX, Reply, reply_of
from apps.webhooks.services import accept
from apps.webhooks.services.storing import Accepted


def deliver(request: HttpRequest, path: str) -> HttpResponseBase:
    """Public: the webhook's own verification says who may call."""
    try:
        door = accept.find(path)
        if request.method not in door.rules.methods:
            return not_allowed(door.rules.methods)
        delivery = delivery_of(request, path)
        try:
            accepted, answer = accept.accept(delivery, door)
        finally:
            if not isinstance(delivery.body, bytes):
                delivery.body.close()
    except GoraxError as refusal:
        return plain_response(refusal)
    except db.DATABASE_ERRORS as lost:
        return plain_response(unavailable(lost))
    return told(request, accepted, answer)


def told(request: HttpRequest, accepted: Accepted, answer: Answer | None) -> HttpResponseBase:
    """Return what a sender is told: the workflow's answer, or that the delivery is stored."""
    return _accepted(request, accepted) if answer is None else _answered(answer)


def delivery_of(request: HttpRequest, path: str) -> Delivery:
    """Return the request as it came; its body is here already, or, if it is a large file, comes when it is read.

    Raises:
        UnsupportedMediaError: the body is compressed.
    """
    headers = _headers(request.META)
    if headers.get("content-encoding", "identity") not in {"", "identity"}:
        raise UnsupportedMediaError("Send the body as it is, without Content-Encoding.")
    unread = getattr(request, "unread_body", None)
    if unread is not None:
        # Found by now is only the webhook; its sender may take his time.
        db.let_go()
    return Delivery(
        method=request.method or "",
        path=path,
        headers=headers,
        query=request.META.get("QUERY_STRING", ""),
        body=request.read() if unread is None else unread,
        caller=address_of(request),
    )


def _headers(meta: dict[str, Any]) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in meta.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if meta.get(name):
            headers[name.replace("_", "-").lower()] = meta[name]
    return headers


def not_allowed(methods: tuple[str, ...]) -> HttpResponse:
    """Return 405 with the methods that are taken here."""
    body = problem(405, "method_not_allowed", f"This address takes {', '.join(methods)}.")
    return HttpResponse(
        orjson.dumps(body),
        status=405,
        content_type=PROBLEM_TYPE,
        headers={"Allow": ", ".join(methods)},
    )


def _answered(answer: Answer) -> HttpResponseBase:
    """Return what the workflow answered; 502 if it failed before it could."""
    if answer.response is None and answer.status != "completed":
        body = problem(502, "execution_failed", f"The workflow ended as {answer.status}.")
        return HttpResponse(
            orjson.dumps({**body, "execution_id": answer.execution_id}),
            status=502,
            content_type=PROBLEM_TYPE,
        )
    reply = reply_of(answer.response, answer.output)
    if reply.file_id is not None:
        response = _file(answer.execution_id, reply.file_id, reply)
    else:
        response = HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))
        if reply.content_type:
            response["Content-Type"] = reply.content_type
        else:
            del response["Content-Type"]
    response["Content-Security-Policy"] = SANDBOX
    response["X-Gorax-Execution"] = str(answer.execution_id)
    return response


def _file(execution_id: UUID, file_id: str, reply: Reply) -> HttpResponseBase:
    """Return the answer whose body is a file of the execution; 502 if it owns no such file, or nobody gives it to us."""
    try:
        with executions.reading_blob():
            blob = executions.get_blob(execution_id, UUID(file_id))
            file = executions.open_blob(blob)
            headers = _file_headers(blob, reply)
            return downloads.sent_from(file, blob.size_bytes, status=reply.status, headers=headers)
    except (ValueError, GoraxError, *db.DATABASE_ERRORS):
        body = problem(
            502, "answer_missing", "The file that the workflow answers with is not there."
        )
        return HttpResponse(orjson.dumps(body), status=502, content_type=PROBLEM_TYPE)


def _file_headers(blob: Blob, reply: Reply) -> dict[str, str]:
    named = content_disposition_header(as_attachment=False, filename=blob.filename)
    headers = {"Content-Disposition": named} if named and blob.filename else {}
    # Whatever the workflow says of it goes before what the file says of itself.
    written = {name.lower() for name in reply.headers}
    headers = {name: text for name, text in headers.items() if name.lower() not in written}
    return headers | {
        **reply.headers,
        "Content-Type": reply.content_type or blob.media_type,
        "Content-Length": str(blob.size_bytes),
    }


def _accepted(request: HttpRequest, accepted: Accepted) -> HttpResponse:
    """Return 202 with the ids, 200 for what was known already."""
    body: dict[str, Any] = {"event_id": accepted.event_id}
    if accepted.execution_id is None:
        body["filtered"] = True
    else:
        body["execution_id"] = accepted.execution_id
        body["status_url"] = f"{_origin(request)}{STATUS_PATH}{accepted.execution_id}"
    if accepted.is_duplicate:
        body["duplicate"] = True
    return HttpResponse(
        orjson.dumps(body),
        status=200 if accepted.is_duplicate else 202,
        content_type="application/json",
    )


def _origin(request: HttpRequest) -> str:
    # The tenant was found by this header, so it names a host of ours; Django would take it apart a third time.
    return f"{request.scheme}://{request.META.get('HTTP_HOST', '')}"
