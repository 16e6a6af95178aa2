from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core import desk
from apps.core.errors import GoraxError
from apps.tenants.models import Tenant, TenantStatus
from apps.tenants.services import departure

DELETE = "tenants.delete_tenant"


class LeaveForm(forms.Form):
    """What shows that this tenant is meant."""

    slug = forms.CharField(max_length=38, widget=UnfoldAdminTextInputWidget)


def leaving(request: HttpRequest) -> HttpResponse:
    """Mark a tenant for deletion, or take it back. A second factor is asked for first."""
    if not desk.is_fresh(request):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('admin:confirm')}?{query}")
    tenant = get_object_or_404(Tenant.objects.living(), pk=_uuid(request.GET.get("tenant", "")))
    form = LeaveForm(request.POST if request.POST and "keep" not in request.POST else None)
    if request.method == "POST":
        done = _done(request, tenant, form)
        if done:
            messages.success(request, done)
            return redirect("admin:tenants_tenant_change", tenant.pk)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"Delete {tenant.name}",
        "tenant": tenant,
        "is_leaving": tenant.status == TenantStatus.LEAVING,
        "form": form,
    }
    return TemplateResponse(request, "operators/leaving.html", context)


def _done(request: HttpRequest, tenant: Tenant, form: LeaveForm) -> str:
    """Do what the form says; return what was done, empty if it was refused."""
    try:
        if "keep" in request.POST:
            departure.keep(tenant.pk)
            return f"{tenant.slug} stays."
        if form.is_valid():
            when = departure.leave(tenant.pk, slug=form.cleaned_data["slug"])
            return f"{tenant.slug} is deleted after {when:%Y-%m-%d %H:%M} UTC."
    except GoraxError as refusal:
        form.add_error(None, refusal.message)
    return ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


desk.add_page("leaving/", "leaving", leaving, permission=DELETE)
