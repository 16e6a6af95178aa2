import logging
import time
from collections.abc import Callable

from csp.constants import HEADER as POLICY
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.encoding import escape_uri_path

from apps.core import request_context
from apps.core.api import pacing
from apps.core.api.errors import plain_response
from apps.core.api.policies import policy_of, text_of
from apps.core.api.proxies import address_of
from apps.core.errors import FieldProblem, UnreadableError
from apps.core.pace import Pace
from apps.core.request_context import Asker
from apps.core.trace import trace_id_of

logger = logging.getLogger(__name__)

HEADER = "X-Request-Id"
OFFERED = "HTTP_X_REQUEST_ID"
TRACE = "HTTP_TRACEPARENT"
# Probes ask every few seconds, a page loads thirty files; neither tells anything about the product.
UNLOGGED = ("/healthz", "/readyz", "/metrics", "/static/")
# The generated path of a webhook without authentication is the only secret it has.
WEBHOOKS = "/webhooks/"
LONGEST_PATH = 200
# What django-csp reads of an answer, as its decorators and our pages leave it there.
WISHES = frozenset(f"_csp_{name}" for name in ("exempt", "config", "update", "replace"))
# As for executions: a line costs more than a fifth of an accept, and beyond this pace nobody reads them.
_pace = Pace(50)
# What Django's own middleware does not send.
PROTECTION = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class RequestContextMiddleware:
    """Gives each request its id, lets every log line carry it, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; nothing is decided."""
        request_id = request_context.accepted_request_id(request.META.get(OFFERED))
        trace_id = trace_id_of(request.META.get(TRACE))
        known = {"request_id": request_id} | ({"trace_id": trace_id} if trace_id else {})
        began_s = time.perf_counter()
        asker = Asker(
            kind="anonymous",
            address=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )
        with request_context.bound(**known), request_context.asked_by(asker):
            response = self.get_response(request)
            if not request.path_info.startswith(UNLOGGED):
                _log(request, response, took_s=time.perf_counter() - began_s)
        response[HEADER] = request_id
        for name, value in PROTECTION.items():
            response.setdefault(name, value)
        for name, value in pacing.headers(pacing.noted(request)).items():
            response[name] = value
        if request.path_info.startswith("/api/") and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


def _log(request: HttpRequest, response: HttpResponse, *, took_s: float) -> None:
    """Write the line of an answered request, or count it for the next line that is written."""
    others = _pace.admits()
    if others is None:
        return
    facts: dict[str, object] = {
        "method": request.method,
        "path": shown_path(request.path_info),
        "status": response.status_code,
        "duration_ms": round(took_s * 1000, 1),
    }
    tenant = getattr(request, "tenant", None)
    if tenant is not None:
        facts["tenant"] = tenant.schema
    logger.info("request.answered", extra=facts | others)


def shown_path(path: str) -> str:
    """Return a path as it may stand in a log: percent-encoded, bounded, and without what opens a webhook."""
    if path.startswith(WEBHOOKS):
        return f"{WEBHOOKS}…"
    return escape_uri_path(path[:LONGEST_PATH])


class PolicyMiddleware(CSPMiddleware):
    """Sends the content security policy: the settings' one, or what a page of a known prefix needs."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the policy from memory; django-csp puts together that of a page with a nonce or with wishes of its own."""
        has_wishes = not vars(response).keys().isdisjoint(WISHES) or hasattr(request, "_csp_nonce")
        if has_wishes or settings.DEBUG:
            return super().process_response(request, response)
        policy = text_of(request.path_info, response.get("Content-Type", ""))
        if policy:
            response.setdefault(POLICY, policy)
        return response

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - its signature
    ) -> PolicyParts:
        """Return the parts that django-csp puts together."""
        parts = super().get_policy_parts(request, response, report_only)
        own = policy_of(request.path_info, response.get("Content-Type", ""))
        if own is not None and parts.replace is None:
            parts.replace = own
        return parts


class ReadableMiddleware:
    """Refuses a request whose Content-Type cannot be read, whatever its host and path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; only its form is looked at."""
        if getattr(request, "is_readable", True):
            return self.get_response(request)
        message = "The Content-Type header cannot be read."
        problem = FieldProblem("/headers/content-type", "content_type_unreadable", message)
        return plain_response(
            UnreadableError(message, code="content_type_unreadable", errors=[problem])
        )
