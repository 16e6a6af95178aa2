"""The one translation of refusals into HTTP: RFC 9457 `application/problem+json`, for every route."""

import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core import db, errors, events, request_context
from apps.core.errors import FieldProblem, GoraxError
from apps.core.events import AccessRefused

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS_BY_FAMILY: tuple[tuple[type[GoraxError], int], ...] = (
    (errors.UnreadableError, 400),
    (errors.InvalidError, 422),
    (errors.UnauthorizedError, 401),
    (errors.ForbiddenError, 403),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.PreconditionFailedError, 412),
    (errors.TooLargeError, 413),
    (errors.UnsupportedMediaError, 415),
    (errors.NotSatisfiableError, 416),
    (errors.RateLimitedError, 429),
    (errors.UnavailableError, 503),
)
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Not acceptable as it stands",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}
_CODE_BY_STATUS = {
    400: "unreadable",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    429: "rate_limited",
}


def status_of(refusal: GoraxError) -> int:
    """Return the HTTP status of a refusal's family; a family without one is a fault of ours: 500."""
    return next((status for family, status in STATUS_BY_FAMILY if isinstance(refusal, family)), 500)


def problem(
    status: int, code: str, detail: str, *, problems: Iterable[FieldProblem] = ()
) -> dict[str, Any]:
    """Return the body of a refusal, with the request id of now."""
    return {
        "type": f"urn:gorax:problem:{code}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_context.request_id(),
        "errors": [asdict(each) for each in problems],
    }


def plain_response(refusal: GoraxError) -> JsonResponse:
    """Return a refusal for Django views and middleware, which have no renderer."""
    status = status_of(refusal)
    body = problem(status, refusal.code, refusal.message, problems=refusal.errors)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=_headers(refusal))


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to whatever a view raised; None for faults, which become a 500 without details."""
    refusal = _as_refusal(exc)
    if refusal is None:
        return None
    # Here, because DRF's views import the authentication classes, and those this module.
    from rest_framework.views import set_rollback

    set_rollback()
    if isinstance(refusal, errors.UnavailableError):
        log.warning("request.unavailable", exc_info=exc)
    status = getattr(refusal, "status", None) or status_of(refusal)
    if status == 403:
        _tell_refused(context.get("request"), refusal)
    body = problem(status, refusal.code, refusal.message, problems=refusal.errors)
    response = Response(body | dict(refusal.facts), status=status, headers=_headers(refusal))
    renderer = getattr(context.get("request"), "accepted_renderer", None)
    if getattr(renderer, "format", "json") == "json":
        response.content_type = MEDIA_TYPE
    return response


def _tell_refused(request: Any, refusal: GoraxError) -> None:
    """Tell whoever listens that somebody we know may not do what they asked for."""
    if request_context.asker().user_id is None or request is None:
        return
    match = getattr(request, "resolver_match", None)
    operation = f"{request.method} /{match.route if match else ''}"
    try:
        events.announce(AccessRefused(operation, refusal.code))
    except db.DATABASE_ERRORS:
        log.warning("request.refusal_untold", exc_info=True)


def unavailable(failure: Exception) -> errors.UnavailableError:
    """Return what to say of a database error: nobody answers, or the question takes longer than one may."""
    if db.took_too_long(failure):
        message = "The database took longer for this than a request may take."
        return errors.UnavailableError(message, code="took_too_long", retry_after_s=60)
    return errors.UnavailableError("The database does not answer.", retry_after_s=2)


class AuthenticationRefusedError(exceptions.APIException):
    """Carries a refusal out of an authenticator; the framework forgets the caller for this type alone."""

    def __init__(self, refusal: GoraxError) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class _FrameworkError(GoraxError):
    """A refusal that Django REST framework decided on, with its own status and headers."""

    def __init__(self, exc: exceptions.APIException) -> None:
        self.status = exc.status_code
        code = _CODE_BY_STATUS.get(self.status, str(exc.default_code))
        problems = tuple(_field_problems("", exc.get_full_details()))
        detail = TITLES.get(self.status, "Refused") + "."
        if len(problems) == 1 and not problems[0].path:
            detail, problems = problems[0].message, ()
        super().__init__(detail, code=code, errors=problems)
        wait = getattr(exc, "wait", None)
        self.headers = {"Retry-After": str(math.ceil(wait))} if wait else {}


def _validation(exc: exceptions.ValidationError) -> GoraxError:
    problems = tuple(_field_problems("", exc.get_full_details()))
    return errors.InvalidError("The request is not acceptable.", errors=problems)


# The first family that fits; what is in none of them is a fault of ours and becomes a 500.
_REFUSALS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], GoraxError]], ...] = (
    ((AuthenticationRefusedError,), lambda exc: exc.refusal),
    ((exceptions.ValidationError,), _validation),
    (
        (exceptions.NotAuthenticated, exceptions.AuthenticationFailed),
        lambda _: errors.UnauthorizedError("Sign in, or send an API key."),
    ),
    ((exceptions.APIException,), _FrameworkError),
    ((Http404,), lambda _: errors.NotFoundError("There is nothing here.")),
    ((PermissionDenied,), lambda _: errors.ForbiddenError("You may not do this.")),
    ((RequestDataTooBig,), lambda _: errors.TooLargeError("The request body is too large.")),
    (
        (UnreadablePostError, BadRequest),
        lambda _: errors.UnreadableError("The request cannot be read."),
    ),
    # A value that fits no column; whichever check let it through, the database kept it out.
    ((DataError,), lambda _: errors.InvalidError("A value cannot be stored.", code="unstorable")),
    (db.DATABASE_ERRORS, unavailable),
)


def _as_refusal(exc: Exception) -> GoraxError | None:
    """Return what somebody outside may read of an exception, None if it is a fault of ours."""
    if isinstance(exc, GoraxError):
        return exc if status_of(exc) != 500 else None
    for families, make in _REFUSALS:
        if isinstance(exc, families):
            return make(exc)
    return None


def _field_problems(path: str, details: Any) -> Iterable[FieldProblem]:
    """Flatten DRF's nested error details into problems with JSON pointers."""
    if isinstance(details, dict) and {"message", "code"} == set(details):
        yield FieldProblem(path, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            step = (
                ""
                if name == "non_field_errors"
                else "/" + str(name).replace("~", "~0").replace("/", "~1")
            )
            yield from _field_problems(path + step, inner)
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            is_leaf = isinstance(inner, dict) and {"message", "code"} == set(inner)
            yield from _field_problems(path if is_leaf else f"{path}/{index}", inner)


def _headers(refusal: GoraxError) -> dict[str, str]:
    if isinstance(refusal, errors.RateLimitedError | errors.UnavailableError):
        return {"Retry-After": str(max(1, math.ceil(refusal.retry_after_s)))}
    if isinstance(refusal, errors.UnauthorizedError):
        return {"WWW-Authenticate": 'Bearer realm="gorax"'}
    if isinstance(refusal, errors.NotSatisfiableError):
        return {"Content-Range": f"bytes */{refusal.size_bytes}"}
    return dict(getattr(refusal, "headers", {}))


def safe_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view that only reads be asked by GET and HEAD; whatever else is refused as everywhere, forgery or not."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return method_not_allowed("GET, HEAD")
        return view(request, *args, **kwargs)

    return csrf_exempt(asked)


def method_not_allowed(allowed: str) -> JsonResponse:
    """Return what is said to a method that a view does not know."""
    body = problem(405, "method_not_allowed", "This method is not offered here; see Allow.")
    return JsonResponse(body, status=405, content_type=MEDIA_TYPE, headers={"Allow": allowed})


def csrf_refused(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Public: Django's `CSRF_FAILURE_VIEW`: a form of the operators' admin without its token."""
    message = "This form lacks its token, or its cookie. Load the page again."
    return plain_response(errors.ForbiddenError(message, code="csrf_refused"))


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Public: Django's `handler400`, for what fails before any view is found."""
    return plain_response(errors.UnreadableError("The request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Public: Django's `handler403`, for views that are no API views."""
    return plain_response(errors.ForbiddenError("You may not do this."))


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Public: Django's `handler404`, and the view of every unknown path below a known prefix."""
    return plain_response(errors.NotFoundError("There is nothing here."))


def server_error(request: HttpRequest) -> JsonResponse:
    """Public: Django's `handler500`: the id under which the log tells more, and nothing else."""
    body = problem(
        500, "internal", "Something failed on our side; the log knows it by this request id."
    )
    return JsonResponse(body, status=500, content_type=MEDIA_TYPE)
