from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.core import tenancy
from apps.core.desk import add_page
from apps.core.errors import GoraxError
from apps.dispatch import facade as dispatch
from apps.executions.services import desk
from apps.tenants import facade as tenants

SEE, ACT = "dispatch.view_ticket", "dispatch.act_on_ticket"
REFRESH_S = 5


def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits and runs, of all tenants or of one; a button acts on one execution, and both trails tell of it."""
    slug = request.GET.get("tenant", "")
    tenant = tenants.by_slug(slug) if slug else None
    if request.method == "POST":
        return _acted(request, tenant)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"Queue of {tenant.name}" if tenant else "Queue",
        "refresh_s": REFRESH_S,
        "tenant": tenant,
        "lines": [] if tenant else [(_slug_of(line.schema), line) for line in dispatch.lines()],
        "tickets": dispatch.live(tenant.schema) if tenant else [],
        "workers": dispatch.processes(),
    }
    return TemplateResponse(request, "operators/queue.html", context)


def _slug_of(schema: str) -> str:
    tenant = tenants.by_schema(schema)
    return "" if tenant is None else tenant.slug


def _acted(request: HttpRequest, tenant: tenants.TenantInfo | None) -> HttpResponse:
    if not request.user.has_perm(ACT):
        raise PermissionDenied
    back = reverse("admin:queue") + (f"?tenant={tenant.slug}" if tenant else "")
    do = request.POST.get("do", "")
    try:
        if do == "free":
            messages.success(request, f"{desk.free_leases()} tickets of dead workers freed.")
        elif tenant is not None:
            execution_id = UUID(request.POST.get("execution", ""))
            tenancy.run_in(tenant.schema, desk.act, do, execution_id)
            messages.success(request, f"Asked: {do} {execution_id}.")
    except (GoraxError, ValueError) as refusal:
        messages.error(request, getattr(refusal, "message", "There is no such execution."))
    return redirect(back)


add_page("queue/", "queue", queue, permission=SEE)
