"""What people see on the host of a tenant that is closed: a page instead of a problem document."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from apps.core.api.errors import status_of
from apps.core.api.screen import public_url
from apps.core.errors import GoraxError
from apps.tenants.errors import TenantSuspendedError
from apps.tenants.errors.leaving import TenantLeavingError

FOR_PROGRAMS = ("/api/", "/webhooks/", "/ws/")


def page(request: HttpRequest, refusal: GoraxError) -> HttpResponse | None:
    """Public: it says what every call of this host is told. None for programs, and for other refusals."""
    if not isinstance(refusal, TenantLeavingError | TenantSuspendedError):
        return None
    if request.method not in {"GET", "HEAD"} or request.path_info.startswith(FOR_PROGRAMS):
        return None
    if "text/html" not in request.headers.get("accept", ""):
        return None
    facts = {
        "request": request,
        "sentence": refusal.message,
        "account": f"{public_url(request)}/account"
        if isinstance(refusal, TenantLeavingError)
        else "",
    }
    text = render_to_string("closed.html", facts)
    return HttpResponse(text, status=status_of(refusal), headers={"Cache-Control": "no-store"})
